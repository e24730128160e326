using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Accounting;

/// <summary>Why a trade ended (SPEC X7).</summary>
public enum ExitReason : byte
{
    None,
    Target,
    Stop,

    /// <summary>The end of the day.</summary>
    EodFlatten,

    /// <summary>The strategy's signal.</summary>
    Signal,

    /// <summary>A rule of risk.</summary>
    Risk,

    /// <summary>The longest holding time.</summary>
    Time,

    /// <summary>A person.</summary>
    Manual,
    EndOfData,
}

/// <summary>
/// One trade, from flat to flat. Prices are kept as sums over contracts, so that nothing is rounded before it is printed. Gross is at
/// prices before slippage; net = gross - commission (with fees) - slippage, exactly (SPEC X7).
/// </summary>
public readonly record struct RoundTrip
{
    public Timestamp EntryTime { get; init; }

    public Timestamp ExitTime { get; init; }

    public Side Side { get; init; }

    /// <summary>The most contracts held at once.</summary>
    public int Contracts { get; init; }

    /// <summary>
    /// Contracts bought or sold to enter. More than <see cref="Contracts"/> only if the position was enlarged again after a reduction.
    /// </summary>
    public int Quantity { get; init; }

    /// <summary>Sum of fill price in ticks times contracts, over the fills that entered.</summary>
    public long EntryTicks { get; init; }

    /// <summary>The same over the fills that exited.</summary>
    public long ExitTicks { get; init; }

    /// <summary>Profit at the prices before slippage.</summary>
    public Money Gross { get; init; }

    /// <summary>Commission and exchange fees.</summary>
    public Money Commission { get; init; }

    /// <summary>What slippage cost; above zero is a loss.</summary>
    public Money Slippage { get; init; }

    public Money Net => Gross - Commission - Slippage;

    /// <summary>
    /// Dollars risked at entry: for each contract bought or sold to enter, the distance of its first stop, before slippage and costs. Zero
    /// where we placed no stop.
    /// </summary>
    public Money Risked { get; init; }

    public ExitReason Reason { get; init; }

    /// <summary>The model's probability of the predicted class in millionths; 0 without a model.</summary>
    public int Confidence { get; init; }

    /// <summary>0 down, 1 flat, 2 up; -1 without a model.</summary>
    public sbyte PredictedClass { get; init; }

    /// <summary>Those of all its fills together.</summary>
    public FillFlags Flags { get; init; }

    /// <summary>
    /// How far the price went against the position, in ticks from its average entry; zero or below. It counts the extremes of bars that
    /// closed while the position was open, and its own exit prices.
    /// </summary>
    public Ticks AdverseExcursion { get; init; }

    /// <summary>How far the price went in the position's favour, counted likewise; zero or above.</summary>
    public Ticks FavourableExcursion { get; init; }
}
