using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Testing;

/// <summary>Copies of an event, stamped as a loop would stamp it.</summary>
public static class Stamped
{
    public static EngineEvent At(this EngineEvent e, Timestamp time)
    {
        e.Stamp(time, e.Seq);
        return e;
    }

    public static EngineEvent WithSeq(this EngineEvent e, long seq)
    {
        e.Stamp(e.Time, seq);
        return e;
    }
}
