using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// One guess about what bars do not tell: which of stop and target came first inside a bar, how many ticks a market or stop order slips,
/// how many bars an order is late, and whether a touch fills a limit order (SPEC N7).
/// </summary>
public sealed record EnvelopeCase(string Name, bool TargetFirst, int SlippageTicks, int LatencyBars, bool TouchFillsLimits)
{
    /// <summary>The guess that gates and rankings use.</summary>
    public static readonly EnvelopeCase Pessimistic = new("pessimistic", false, 2, 1, false);

    /// <summary>The default fills of SPEC X2.</summary>
    public static readonly EnvelopeCase Neutral = new("neutral", false, 1, 0, false);

    /// <summary>The best that the bars allow: what it cannot earn, no fill can.</summary>
    public static readonly EnvelopeCase Optimistic = new("optimistic", true, 0, 0, true);

    /// <summary>The three guesses that a report shows, the worst first.</summary>
    public static IReadOnlyList<EnvelopeCase> Three { get; } = [Pessimistic, Neutral, Optimistic];

    /// <summary>Every combination, 64 of them.</summary>
    public static IReadOnlyList<EnvelopeCase> Grid { get; } =
    [
        .. from targetFirst in (bool[])[false, true]
        from ticks in Enumerable.Range(0, 4)
        from bars in Enumerable.Range(0, 4)
        from touch in (bool[])[false, true]
        select new EnvelopeCase(
            $"{(targetFirst ? "target" : "stop")} first, {ticks} ticks, {bars} bars late, {(touch ? "touch" : "through")}",
            targetFirst,
            ticks,
            bars,
            touch
        ),
    ];

    /// <summary>
    /// The same engine under this guess: where orders are late, an entry waits as much longer before it is given up, or none would fill on
    /// long bars.
    /// </summary>
    public EngineSettings Apply(EngineSettings engine) =>
        engine with
        {
            EntryTimeoutSeconds = engine.EntryTimeoutSeconds + (LatencyBars * engine.BarSeconds),
        };

    /// <summary>The same venue under this guess. News, thin hours, and wild minutes keep their own slippage where that is more.</summary>
    public VenueSettings Apply(VenueSettings venue) =>
        venue with
        {
            Fills = FillMode.Realistic,
            TargetFirst = TargetFirst,
            TouchFillsLimits = TouchFillsLimits,
            Latency = venue.Latency + TimeSpan.FromSeconds(LatencyBars * venue.BarSeconds),
            Slippage =
                SlippageTicks == 0
                    ? new SlippageSettings
                    {
                        Normal = 0,
                        Eth = 0,
                        HighVolatility = 0,
                        ExtremeVolatility = 0,
                        News = 0,
                        Least = 0,
                    }
                    : venue.Slippage with
                    {
                        Normal = Math.Max(venue.Slippage.Normal, SlippageTicks),
                        Eth = Math.Max(venue.Slippage.Eth, SlippageTicks),
                    },
        };
}
