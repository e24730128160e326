using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>Wishes written down beforehand: the bar stamped with that second gives the signal at its close. It has no state.</summary>
public sealed class ScriptedRule : SignalRule
{
    private readonly Dictionary<uint, Signal> _wishes = [];

    public ScriptedRule At(uint second, Wish wish, int confidence = 0, sbyte predictedClass = -1)
    {
        _wishes[second] = new Signal(wish, confidence, predictedClass);
        return this;
    }

    public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now) => _wishes.GetValueOrDefault(bar.OpenTime);

    public override void Reset() { }

    public override void Archive(StateArchive archive) { }
}

/// <summary>
/// Wishes of every kind at random, each bar's drawn from the seed and the bar's own time alone: whatever else happens, the same bar gives
/// the same wish.
/// </summary>
/// <param name="seed">The same seed gives the same wishes.</param>
/// <param name="chance">Share of the bars that wish anything.</param>
public sealed class WishfulRule(ulong seed, double chance) : SignalRule
{
    private static readonly Wish[] Wishes = [Wish.Long, Wish.Short, Wish.Long, Wish.Short, Wish.Flat];

    public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now)
    {
        var random = SplitMix64.Stream(seed, bar.OpenTime);
        return random.NextUnit() < chance ? new Signal(Wishes[random.NextBelow(Wishes.Length)]) : default;
    }

    public override void Reset() { }

    public override void Archive(StateArchive archive) { }
}
