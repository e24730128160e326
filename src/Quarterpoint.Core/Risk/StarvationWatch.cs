namespace Quarterpoint.Core.Risk;

/// <summary>
/// Notices an account that is kept from trading by money alone, session after session (SPEC R25). At the smallest stop one contract may
/// still be permitted while the market never asks for so small a stop, or the model is never as sure as its size would need: without this
/// it would sit idle for years and say nothing.
/// </summary>
public record struct StarvationWatch
{
    /// <summary>Sessions in a row, a trading week: one wild day is no reason to halt.</summary>
    public const int Sessions = 5;

    private int _sessionsInARow;
    private int _refusedForMoney;
    private int _approved;

    /// <summary>The gate has judged an entry.</summary>
    public void Note(in Verdict verdict)
    {
        if (verdict.IsApproved)
            _approved = 1;
        else if (verdict.Rule is Rule.SurvivalCheck or Rule.BalanceFloor or Rule.SizeZero)
            _refusedForMoney = 1;
    }

    /// <summary>
    /// A session is over. True where in each of the last <see cref="Sessions"/> that asked for an entry all were refused, and some for want
    /// of money. A session in which nothing was asked changes nothing.
    /// </summary>
    public bool EndSession()
    {
        if (_approved != 0)
            _sessionsInARow = 0;
        else if (_refusedForMoney != 0)
            _sessionsInARow++;
        (_approved, _refusedForMoney) = (0, 0);
        return _sessionsInARow >= Sessions;
    }
}
