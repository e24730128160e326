using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>Scripted wishes: the bar stamped with a second gives that second's signal at its close. The rule has no state.</summary>
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
/// Random wishes of every kind. Each is drawn from the seed and the bar's time alone, so that the same bar always gives the same
/// wish.
/// </summary>
/// <param name="seed">The same seed gives the same wishes.</param>
/// <param name="chance">Share of the bars that give a wish.</param>
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
