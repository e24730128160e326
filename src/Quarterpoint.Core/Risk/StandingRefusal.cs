using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// What latches said of the last entry. A halted account is asked at every bar, and the gate's answer depends on nothing else: it stands
/// until a latch or the balance changes, or the clock refuses by itself.
/// </summary>
/// <param name="Blocking">The latches that blocked.</param>
/// <param name="Balance">The balance then.</param>
/// <param name="Until">Entries that could fill from here on are refused by the clock.</param>
/// <param name="Verdict">The refusal.</param>
internal readonly record struct StandingRefusal(Latch Blocking, Money Balance, Timestamp Until, Verdict Verdict)
{
    public bool HoldsFor(Latch blocking, Money balance, Timestamp fillBy) => blocking == Blocking && balance == Balance && fillBy < Until;
}
