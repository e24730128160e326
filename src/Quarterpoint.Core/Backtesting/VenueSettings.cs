using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

/// <summary>How generously the simulated venue fills (SPEC X2).</summary>
public enum FillMode : byte
{
    /// <summary>Market orders at the next bar's open with slippage; limits only where the price trades one tick through.</summary>
    Realistic,

    /// <summary>One tick of slippage more.</summary>
    Conservative,

    /// <summary>Market orders at the signal bar's close without slippage; limits at a touch.</summary>
    Optimistic,
}

/// <summary>Ticks lost by a market or stop order, half the spread included (SPEC X4). A limit order that fills loses none.</summary>
public sealed record SlippageSettings
{
    /// <summary>In RTH, without news, while ATR is normal.</summary>
    public int Normal { get; init; } = 1;

    /// <summary>Outside RTH, where the book is thin.</summary>
    public int Eth { get; init; } = 2;

    /// <summary>ATR above twice its normal.</summary>
    public int HighVolatility { get; init; } = 2;

    /// <summary>ATR above three times its normal.</summary>
    public int ExtremeVolatility { get; init; } = 4;

    /// <summary>Within two minutes of scheduled news.</summary>
    public int News { get; init; } = 4;

    /// <summary>A market or stop order loses at least this; only the envelope asks what less would give (SPEC N7).</summary>
    public int Least { get; init; } = 1;

    /// <summary>The most that any of the present circumstances costs.</summary>
    /// <param name="phase">Of the session.</param>
    /// <param name="atrToNormal">ATR as a multiple of its normal value; null while either is not known.</param>
    /// <param name="newsIsNear">Whether scheduled news is near.</param>
    public int For(SessionPhase phase, double? atrToNormal, bool newsIsNear)
    {
        var ticks = Math.Max(Least, Normal);
        if (phase != SessionPhase.Rth)
            ticks = Math.Max(ticks, Eth);
        if (newsIsNear)
            ticks = Math.Max(ticks, News);
        if (atrToNormal > 3)
            ticks = Math.Max(ticks, ExtremeVolatility);
        else if (atrToNormal > 2)
            ticks = Math.Max(ticks, HighVolatility);
        return ticks;
    }
}

/// <summary>How the simulated venue fills orders, and what it charges.</summary>
public sealed record VenueSettings
{
    public required Instrument Instrument { get; init; }

    public required int BarSeconds { get; init; }

    public SessionCalendar Calendar { get; init; } = SessionCalendar.CmeEquityIndex;

    public NewsCalendar News { get; init; } = NewsCalendar.UnitedStates;

    public EndOfDayPlan EndOfDay { get; init; } = EndOfDayPlan.Plan;

    public FillMode Fills { get; init; } = FillMode.Realistic;

    public SlippageSettings Slippage { get; init; } = new();

    public FeeSchedule Fees { get; init; } = FeeSchedule.Plan;

    /// <summary>Whether the venue itself places stop and target when an entry fills, and links them.</summary>
    public bool NativeBrackets { get; init; } = true;

    /// <summary>
    /// Whether a bar that reaches both stop and target fills the target. The rule is the stop; only the envelope asks for both.
    /// </summary>
    public bool TargetFirst { get; init; }

    /// <summary>
    /// Whether a touch fills a limit order, or the price must trade one tick through it. Null: as <see cref="Fills"/> says.
    /// </summary>
    public bool? TouchFillsLimits { get; init; }

    /// <summary>How long an order takes from our request to its effect at the venue.</summary>
    public TimeSpan Latency { get; init; }
}
