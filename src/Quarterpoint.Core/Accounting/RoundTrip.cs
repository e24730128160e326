using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Accounting;

/// <summary>Why a trade ended (SPEC X7).</summary>
public enum ExitReason : byte
{
    None,
    Target,
    Stop,
    EodFlatten,
    Signal,
    Risk,
    Time,
    Manual,
    EndOfData,
}

/// <summary>
/// One trade, from flat to flat. Average prices are sums over <see cref="Contracts"/>, so that nothing is rounded before it is printed.
/// Gross is at prices before slippage, and net = gross - commission (fees in it) - slippage, exactly (SPEC X7).
/// </summary>
public readonly record struct RoundTrip
{
    public Timestamp EntryTime { get; init; }

    public Timestamp ExitTime { get; init; }

    public Side Side { get; init; }

    /// <summary>The most contracts held at once.</summary>
    public int Contracts { get; init; }

    /// <summary>Contracts bought or sold to enter: more than <see cref="Contracts"/> only if the position was enlarged after a reduction.</summary>
    public int Quantity { get; init; }

    /// <summary>Fill prices in ticks, times contracts, summed.</summary>
    public long EntryTicks { get; init; }

    public long ExitTicks { get; init; }

    public Money Gross { get; init; }

    public Money Commission { get; init; }

    public Money Slippage { get; init; }

    public Money Net => Gross - Commission - Slippage;

    /// <summary>
    /// Dollars risked at entry: each contract bought or sold to enter times the distance of its first stop, before slippage and costs.
    /// Zero where the entry had no stop of ours.
    /// </summary>
    public Money Risked { get; init; }

    public ExitReason Reason { get; init; }

    /// <summary>The model's probability of the predicted class in millionths; 0 where no model spoke.</summary>
    public int Confidence { get; init; }

    /// <summary>0 down, 1 flat, 2 up, -1 where no model spoke.</summary>
    public sbyte PredictedClass { get; init; }

    public FillFlags Flags { get; init; }

    /// <summary>
    /// The worst and the best the open position saw, in ticks per contract from its average entry: at the extremes of bars that closed while
    /// it was open, and at its own exits.
    /// </summary>
    public Ticks AdverseExcursion { get; init; }

    public Ticks FavourableExcursion { get; init; }
}
