using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Signals;

/// <summary>What a signal asks of a position (SPEC T4).</summary>
public enum SignalKind : byte
{
    Hold,
    LongEntry,
    ShortEntry,
    ExitLong,
    ExitShort,
    ReverseToLong,
    ReverseToShort,
    Flatten,
}

/// <summary>The position a rule would like to hold from now on.</summary>
public enum Wish : byte
{
    /// <summary>No change.</summary>
    Keep,
    Long,
    Short,
    Flat,
}

/// <summary>A wish with what a model said about it; <see cref="PredictedClass"/> is -1 where none spoke.</summary>
public readonly record struct Signal(Wish Wish, int Confidence = 0, sbyte PredictedClass = -1)
{
    /// <summary>
    /// The confidence that gates and sizes, in millionths: the lower bound of <see cref="Confidence"/>, unless it is set otherwise (SPEC
    /// R10).
    /// </summary>
    public int SizingConfidence { get; init; }

    /// <summary>Why a forecast gave no wish. It is counted, so that every bar without a trade has its reason.</summary>
    public Rule Why { get; init; }

    /// <summary>The same wish, seen from a position.</summary>
    public SignalKind SeenFrom(Side held) =>
        (Wish, held) switch
        {
            (Wish.Long, Side.None) => SignalKind.LongEntry,
            (Wish.Short, Side.None) => SignalKind.ShortEntry,
            (Wish.Long, Side.Sell) => SignalKind.ReverseToLong,
            (Wish.Short, Side.Buy) => SignalKind.ReverseToShort,
            (Wish.Flat, Side.Buy) => SignalKind.ExitLong,
            (Wish.Flat, Side.Sell) => SignalKind.ExitShort,
            _ => SignalKind.Hold,
        };
}

/// <summary>
/// Where entries and exits come from: bars, or a model's forecasts. A rule sees only what is past, holds its whole state in fields it
/// archives, and knows nothing of risk: the engine decides what may be done about a wish.
/// </summary>
public abstract class SignalRule
{
    /// <summary>The target of its entries where nobody chose one: 1.5 times the stop (SPEC R11).</summary>
    public virtual TargetSettings DefaultTarget => TargetSettings.Default;

    /// <param name="bar">The bar that has just closed.</param>
    /// <param name="held">The side now held.</param>
    /// <param name="heldSince">When the position was opened.</param>
    /// <param name="now">The bar's close.</param>
    public abstract Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now);

    /// <summary>What the rule wishes after a model has spoken; nothing for a rule that follows bars only.</summary>
    public virtual Signal OnForecast(in ForecastFacts forecast, Side held) => default;

    /// <summary>A new trading day: nothing may be carried across it.</summary>
    public abstract void Reset();

    public abstract void Archive(StateArchive archive);
}
