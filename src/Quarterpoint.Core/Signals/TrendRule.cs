using Quarterpoint.Core.Features;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Signals;

/// <summary>
/// Long when the fast average of closes crosses above the slow one, short when it crosses below. A yardstick for the backtester, not a
/// strategy anybody should trade.
/// </summary>
/// <param name="fast">Bars of the fast average.</param>
/// <param name="slow">Bars of the slow average.</param>
/// <param name="reverses">Whether a cross against the position leaves it and turns round; else only stop, target, and the clock end a
/// trade.</param>
public sealed class TrendRule(
    int fast = TrendSettings.StandardFast,
    int slow = TrendSettings.StandardSlow,
    bool reverses = TrendSettings.StandardReverses
) : SignalRule
{
    private Ema _fast = new(fast);
    private Ema _slow = new(slow);

    /// <summary>Sign of fast - slow at the last bar where they differed; 0 while cold.</summary>
    private int _above;

    /// <summary>From the settings that a configuration gives.</summary>
    public TrendRule(TrendSettings settings)
        : this(settings.Fast, settings.Slow, settings.Reverses) { }

    public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now)
    {
        _fast.Next(bar.Close.InTicks);
        _slow.Next(bar.Close.InTicks);
        if (!_slow.IsWarm || !_fast.IsWarm)
            return default;

        var difference = _fast.Value - _slow.Value;
        var above =
            difference > 0 ? 1
            : difference < 0 ? -1
            : _above;
        var crossed = above != _above && _above != 0;
        _above = above;
        if (!crossed || (held != Side.None && !reverses))
            return default;
        return new Signal(above > 0 ? Wish.Long : Wish.Short);
    }

    public override void Reset()
    {
        _fast.Reset();
        _slow.Reset();
        _above = 0;
    }

    public override void Archive(StateArchive archive)
    {
        archive.Value(ref _fast);
        archive.Value(ref _slow);
        archive.Value(ref _above);
    }
}
