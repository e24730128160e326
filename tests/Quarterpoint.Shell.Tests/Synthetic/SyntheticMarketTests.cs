using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Synthetic;

public sealed class SyntheticMarketTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0.15)]
    [InlineData(4, 0.30)]
    [Trait("Spec", "D8")]
    public void Class_shares_and_the_share_of_RTH_are_those_of_the_real_market(int seed, double edge)
    {
        var columns = Columns(Months(2) with { Seed = (ulong)seed, Edge = edge });
        var balance = default(ClassBalance);
        var rth = 0L;
        foreach (var session in columns.Sessions)
        {
            var labels = new sbyte[session.RowCount];
            HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, EndOfDayPlan.Plan).FlatBy, new HorizonSettings(), labels);
            balance += ClassBalance.Count(labels);
            for (var row = session.FirstRow; row < session.EndRow; row++)
            {
                if (columns[row].Opens >= session.Session.RthOpen && columns[row].Opens < session.Session.RthClose)
                    rth++;
            }
        }

        Assert.InRange(balance.ShareOf(balance.Down), 0.177, 0.217);
        Assert.InRange(balance.ShareOf(balance.Flat), 0.582, 0.622);
        Assert.InRange(balance.ShareOf(balance.Up), 0.181, 0.221);
        Assert.InRange((double)rth / columns.Count, 0.456, 0.496);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.15)]
    [InlineData(0.30)]
    [Trait("Spec", "D8")]
    public void The_planted_edge_is_the_information_coefficient_at_30_seconds(double edge)
    {
        var market = Run(Months(6) with { Edge = edge, Seed = 5 });
        // About 370,000 forecasts, of which every fourth is independent: one standard error is 0.003.
        Assert.InRange(market.Score.InformationCoefficient, edge - 0.015, edge + 0.015);
    }

    [Fact]
    [Trait("Spec", "D8")]
    public void Without_an_edge_nothing_can_be_known_of_the_direction()
    {
        var market = Run(Months(2) with { Edge = 0 });
        Assert.Equal(0, market.Score.InformationCoefficient);
        Assert.Equal(market.Score.VolatilityLogLoss, market.Score.LogLoss);

        // Not even from the planted signal itself, read from the prices as a model would: the distance of the close from its EMA of 50.
        // 55,000 moves of which half are independent: one standard error is 0.006, and four are allowed.
        Assert.InRange(Correlation(Columns(Months(2) with { Edge = 0 })), -0.025, 0.025);
        Assert.InRange(Correlation(Columns(Months(2) with { Edge = 0.15 })), 0.10, 0.20);
    }

    [Fact]
    [Trait("Spec", "D8")]
    public void The_market_states_its_own_Bayes_log_loss()
    {
        var none = Run(Months(4) with { Edge = 0, Seed = 9 }).Score;
        var some = Run(Months(4) with { Edge = 0.15, Seed = 9 }).Score;
        var much = Run(Months(4) with { Edge = 0.30, Seed = 9 }).Score;
        foreach (var score in (BayesScore[])[none, some, much])
        {
            Assert.True(score.LogLoss < score.PriorLogLoss - 0.01, "volatility alone tells something of flat against move");
            Assert.True(score.Count > 200_000);
        }

        // What direction is worth grows with the square of the coefficient: 0.15 to 0.30 is four times.
        var (a, b) = (some.VolatilityLogLoss - some.LogLoss, much.VolatilityLogLoss - much.LogLoss);
        Assert.InRange(a, 0.004, 0.012);
        Assert.InRange(b / a, 3.2, 5.2);
    }

    [Fact]
    [Trait("Spec", "D8")]
    public void The_stated_class_probabilities_are_what_happens()
    {
        // In bins of the predicted probability of UP, the share that went up is the probability, within four standard errors of
        // (nearly) independent questions.
        var edge = new PlantedEdge(0.30);
        foreach (var (signal, variance) in ((double, double)[])[(0, 0.3), (1.5, 0.6), (-1, 1.2), (2.5, 0.4)])
        {
            var (down, flat, up) = edge.Classes(signal, variance, 3);
            var (simulatedDown, simulatedUp) = Simulate(edge, signal, variance, 60_000);
            Assert.Equal(1, down + flat + up, 12);
            Assert.InRange(simulatedUp, up - 0.008, up + 0.008);
            Assert.InRange(simulatedDown, down - 0.008, down + 0.008);
        }
    }

    [Fact]
    [Trait("Spec", "D8")]
    [Trait("Spec", "X11")]
    public void The_same_seed_gives_the_same_market()
    {
        var settings = Months(1) with { Seed = 42, Edge = 0.15 };
        var (a, b, other) = (Columns(settings), Columns(settings), Columns(settings with { Seed = 43 }));
        Assert.Equal(a.Time.AsSpan(), b.Time.AsSpan());
        Assert.Equal(a.Close.AsSpan(), b.Close.AsSpan());
        Assert.Equal(a.Volume.AsSpan(), b.Volume.AsSpan());
        Assert.False(a.Close.AsSpan().SequenceEqual(other.Close));
    }

    [Fact]
    [Trait("Spec", "D8")]
    [Trait("Spec", "D7")]
    [Trait("Spec", "K3")]
    public void Every_bar_is_sound_and_lies_inside_its_session()
    {
        // A span with both kinds of early close, a change of the clock, and the old halt.
        var settings = new SyntheticSettings { FirstDay = new DateOnly(2020, 10, 26), LastDay = new DateOnly(2020, 12, 31) };
        var days = new HashSet<TradingDay>();
        foreach (var session in new SyntheticMarket(settings).Generate())
        {
            foreach (var contract in session)
            {
                var last = 0u;
                foreach (var bar in contract.Bars)
                {
                    Assert.True(bar.IsConsistent && bar.Volume > 0 && bar.OpenTime > last);
                    last = bar.OpenTime;
                    var at = SessionCalendar.CmeEquityIndex.At(bar.Opens);
                    Assert.NotNull(at);
                    Assert.NotEqual(SessionPhase.Halt, at.Value.PhaseAt(bar.Opens));
                    days.Add(at.Value.Day);
                }
            }
        }

        var expected = 0;
        foreach (var session in SessionCalendar.CmeEquityIndex.Sessions)
        {
            if (session.Day.Date >= settings.FirstDay && session.Day.Date <= settings.LastDay)
                expected++;
        }

        Assert.Equal(expected, days.Count);
        Assert.DoesNotContain(TradingDay.On(2020, 12, 25), days);
    }

    [Fact]
    [Trait("Spec", "D8")]
    [Trait("Spec", "D6")]
    public void Contracts_roll_by_volume_and_the_adjusted_series_does_not_jump()
    {
        var columns = Columns(new SyntheticSettings { FirstDay = new DateOnly(2024, 3, 4), LastDay = new DateOnly(2024, 3, 22) });
        Assert.Equal(["MESH4", "MESM4"], columns.Segments.Select(s => s.Contract));
        // Expiry 2024-03-15; the next contract trades more from Monday the 11th on, so it leads from Tuesday.
        Assert.Equal(TradingDay.On(2024, 3, 12), columns.Sessions[columns.Sessions.ToList().FindIndex(s => s.Segment == 1)].Session.Day);
        var roll = columns.Segments[1].FirstRow;
        var raw = columns.Open[roll] - columns.Close[roll - 1];
        var adjusted = raw + columns.Segments[1].Adjustment.Count - columns.Segments[0].Adjustment.Count;
        Assert.True(raw > 150, "the contracts lie a carry apart");
        Assert.InRange(adjusted, -60, 60);
    }

    [Fact]
    [Trait("Spec", "D8")]
    public void A_session_needs_no_memory_of_those_before_it()
    {
        IReadOnlyList<Bar>? lists = null;
        foreach (var session in new SyntheticMarket(Months(1)).Generate())
        {
            lists ??= session[0].Bars;
            Assert.Same(lists, session[0].Bars);
        }
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0.6)]
    [InlineData(double.NaN)]
    [Trait("Spec", "D8")]
    public void An_edge_out_of_range_is_refused(double edge) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SyntheticMarket(Months(1) with { Edge = edge }));

    private static SyntheticSettings Months(int months) => SyntheticSettings.Months(new DateOnly(2024, 1, 1), months) with { Seed = 3 };

    private static SyntheticMarket Run(SyntheticSettings settings)
    {
        var market = new SyntheticMarket(settings);
        foreach (var session in market.Generate())
            Assert.NotEmpty(session);
        return market;
    }

    private static BarColumns Columns(SyntheticSettings settings)
    {
        var contracts = new Dictionary<string, List<Bar>>();
        foreach (var session in new SyntheticMarket(settings).Generate())
        {
            foreach (var contract in session)
            {
                if (!contracts.TryGetValue(contract.Contract, out var bars))
                    contracts.Add(contract.Contract, bars = []);
                bars.AddRange(contract.Bars);
            }
        }

        return Markets.Stitch([.. contracts.Select(c => new ContractBars(c.Key, c.Value))]);
    }

    /// <summary>30-second moves in RTH against the close's distance from its EMA of 50, every 15th bar.</summary>
    private static double Correlation(BarColumns columns)
    {
        double xy = 0,
            xx = 0,
            yy = 0;
        foreach (var session in columns.Sessions)
        {
            var ema = new Core.Features.Ema(50);
            for (var row = session.FirstRow; row < session.EndRow; row++)
            {
                ema.Next(columns.Close[row]);
                if (
                    columns[row].Opens < session.Session.RthOpen
                    || columns[row].Opens.AddSeconds(60) > session.Session.RthClose
                    || row % 15 != 0
                )
                    continue;
                var ahead = row;
                while (ahead + 1 < session.EndRow && columns.Time[ahead + 1] <= columns.Time[row] + 30)
                    ahead++;
                var (x, y) = (columns.Close[row] - ema.Value, (double)columns.Close[ahead] - columns.Close[row]);
                (xy, xx, yy) = (xy + (x * y), xx + (x * x), yy + (y * y));
            }
        }

        return xy / Math.Sqrt(xx * yy);
    }

    /// <summary>The generator's own second, without volatility clustering, drawn many times from one state.</summary>
    private static (double Down, double Up) Simulate(PlantedEdge edge, double signal, double variance, int runs)
    {
        var random = new Core.SplitMix64(17);
        var (down, up) = (0, 0);
        for (var run = 0; run < runs; run++)
        {
            var (s, move) = (signal, 0);
            for (var second = 0; second < PlantedEdge.HorizonSeconds; second++)
            {
                var rise = Math.Clamp(0.5 * (1 + (edge.Strength * s / Math.Sqrt(variance))), 0, 1);
                var change = 0;
                for (var product = random.NextUnit(); product > Math.Exp(-variance); product *= random.NextUnit())
                    change += random.NextUnit() < rise ? 1 : -1;
                s = PlantedEdge.NextSignal(s, change / Math.Sqrt(variance));
                move += change;
            }

            if (move > 3)
                up++;
            else if (move < -3)
                down++;
        }

        return ((double)down / runs, (double)up / runs);
    }
}
