using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// Which orders a bar reaches, at what price, and with how much slippage (SPEC X2, X4): always the worse way where a bar does not say. It
/// follows the market bar by bar, since wild minutes slip more.
/// </summary>
internal sealed class FillModel(VenueSettings settings)
{
    private readonly int _ticksThrough = settings.TouchFillsLimits ?? (settings.Fills == FillMode.Optimistic) ? 0 : 1;
    private readonly MinuteNorms _norms = new();
    private MinuteStudy _study = new(settings.BarSeconds);
    private TradingSession _session;

    public void EnterSession(in TradingSession session)
    {
        _session = session;
        _study.Reset();
        _norms.EnterSession(session);
    }

    /// <summary>Takes in a bar that has closed.</summary>
    public void CloseBar(in Bar bar)
    {
        if (_study.Next(bar) && _study.Atr is { } atr)
            _norms.Note(bar.Opens, atr);
    }

    /// <summary>
    /// Where a working stop order becomes a market order in that bar: its price, or the open of a bar that opens beyond it.
    /// </summary>
    public static bool TryTrigger(in VenueOrder stop, in Bar bar, out Price reference)
    {
        var isSell = stop.Side == Side.Sell;
        reference = isSell ? Price.Min(stop.Price, bar.Open) : Price.Max(stop.Price, bar.Open);
        return isSell ? bar.Low <= stop.Price : bar.High >= stop.Price;
    }

    /// <summary>
    /// One tick through, or a touch in the optimistic mode. A limit born inside this bar, by a limit entry that filled inside it, is only
    /// surely reached if the bar closes beyond it: its extreme may have come before (SPEC X2).
    /// </summary>
    public bool Reaches(in Bar bar, in VenueOrder limit, bool isBornInside) =>
        limit.Side == Side.Sell
            ? (isBornInside ? bar.Close : bar.High).InTicks >= limit.Price.InTicks + _ticksThrough
            : (isBornInside ? bar.Close : bar.Low).InTicks <= limit.Price.InTicks - _ticksThrough;

    /// <summary>The limit, or, where the whole bar lies beyond it, the bar's nearest price: never better than what traded.</summary>
    public static Price PriceOf(in VenueOrder limit, in Bar bar) =>
        limit.Side == Side.Sell ? Price.Max(limit.Price, bar.Low) : Price.Min(limit.Price, bar.High);

    /// <summary>Ticks that a market or stop order loses at that time.</summary>
    public short SlippageAt(Timestamp time)
    {
        var ticks = settings.Slippage.For(_session.PhaseAt(time), AtrToNormal(time), settings.News.IsNear(time));
        return (short)(settings.Fills == FillMode.Conservative ? ticks + 1 : ticks);
    }

    private double? AtrToNormal(Timestamp time) =>
        _study.Atr is { } atr && _norms.NormalAt(time) is { } normal && normal > 0 ? atr / normal : null;
}
