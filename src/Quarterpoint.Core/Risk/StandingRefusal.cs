using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// The last refusal by a latch. A halted account is asked at every bar and would get the same answer each time, so the answer is kept until
/// a latch or the balance changes, or until the clock itself refuses.
/// </summary>
/// <param name="Blocking">The latches that blocked.</param>
/// <param name="Balance">The balance then.</param>
/// <param name="Until">Entries that could fill from here on are refused by the clock.</param>
/// <param name="Verdict">The refusal.</param>
internal readonly record struct StandingRefusal(Latch Blocking, Money Balance, Timestamp Until, Verdict Verdict)
{
    public bool HoldsFor(Latch blocking, Money balance, Timestamp fillBy) => blocking == Blocking && balance == Balance && fillBy < Until;
}
