using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Signals;

/// <summary>
/// Enters on the toss of a coin and leaves by another one. Without an edge its expectancy before costs is zero, so whatever it earns
/// before costs is an error of the backtester (SPEC X11).
/// </summary>
/// <param name="seed">The same seed gives the same wishes.</param>
/// <param name="entrySeconds">Mean wait for an entry while flat.</param>
/// <param name="holdSeconds">Mean time in a position.</param>
/// <param name="barSeconds">Length of the data's bars.</param>
public sealed class RandomRule(ulong seed, int entrySeconds, int holdSeconds, int barSeconds) : SignalRule
{
    private readonly double _entryChance = Math.Min(1, (double)barSeconds / entrySeconds);
    private readonly double _exitChance = Math.Min(1, (double)barSeconds / holdSeconds);
    private SplitMix64 _random = new(seed);

    /// <summary>The rule as it is set, for bars of that length.</summary>
    public RandomRule(RandomSettings settings, int barSeconds)
        : this((ulong)settings.Seed, settings.EntrySeconds, settings.HoldSeconds, barSeconds) { }

    /// <summary>
    /// None: a target is paid only where the price trades through it, and the tick given away there would be an edge against the coin.
    /// </summary>
    public override TargetSettings DefaultTarget => TargetSettings.None;

    public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now)
    {
        // One draw a bar whatever is held, so that the draws stay aligned with the bars.
        var draw = _random.Next();
        var unit = (draw >> 11) * (1.0 / (1UL << 53));
        if (held != Side.None)
            return unit < _exitChance ? new Signal(Wish.Flat) : default;
        if (unit >= _entryChance)
            return default;
        return new Signal((draw & 1) == 0 ? Wish.Long : Wish.Short);
    }

    public override void Reset() { }

    public override void Archive(StateArchive archive) => archive.Value(ref _random);
}
