using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>
/// The future changes no forecast and no order (SPEC N10): the whole way from bars to intents, with a model that was trained, limits,
/// venue, and account, over sessions, a roll, and a change of the clock; and three more leaks that are easily made are seen.
/// </summary>
[Trait("Spec", "N10")]
public sealed class PipelineCausality(TrainedPipeline pipeline, ITestOutputHelper output) : IClassFixture<TrainedPipeline>
{
    [Fact]
    public void No_forecast_and_no_order_changes_when_the_future_does()
    {
        // It is no proof unless there is something to prove: orders in both contracts, before and after the clocks were put forward.
        var columns = Markets.Stitch(pipeline.Market);
        var entries = new List<Timestamp>();
        pipeline.Trade(
            columns,
            FillMode.Realistic,
            (_, _) => { },
            _ => { },
            (time, intent) => entries.AddRange(intent.Kind == IntentKind.Enter ? [time] : [])
        );
        var roll = columns[columns.Segments[^1].FirstRow].Opens;
        var clocks = NewYork.At(new DateOnly(2024, 3, 10), new TimeOnly(12, 0));
        output.WriteLine(
            $"{columns.Count} bars, {columns.Sessions.Count} days, {entries.Count} entries, "
                + $"{entries.Count(t => t > clocks)} after the change of the clock, {entries.Count(t => t > roll)} after the roll"
        );
        Assert.Equal(2, columns.Segments.Count);
        Assert.True(roll > clocks, "the roll is in the week after");
        Assert.InRange(entries.Count(t => t < clocks), 20, int.MaxValue);
        Assert.InRange(entries.Count(t => t > clocks), 20, int.MaxValue);
        Assert.InRange(entries.Count(t => t > roll), 10, int.MaxValue);

        Assert.Null(CausalityProof.Find(Forecasts_and_orders, pipeline.Market, 1, cuts: 10, seed: 6));

        // With every limit on there are fewer orders, and limits, pauses, and sizes may not know the future either.
        var limited = 0;
        pipeline.Trade(
            columns,
            FillMode.Realistic,
            (_, _) => { },
            _ => { },
            (_, intent) => limited += intent.Kind == IntentKind.Enter ? 1 : 0,
            railsOn: true
        );
        output.WriteLine($"{limited} entries with the rails on");
        Assert.InRange(limited, 20, int.MaxValue);
        Assert.Null(CausalityProof.Find(market => Forecasts_and_orders(market, railsOn: true), pipeline.Market, 1, cuts: 4, seed: 12));

        // Where an order is sent, and one bar earlier, a leak would show first.
        foreach (var time in (Timestamp[])[entries[0], entries[entries.Count / 2], entries[^1]])
        {
            Assert.Null(CausalityProof.FindAt(Forecasts_and_orders, pipeline.Market, 1, time, seed: 7));
            Assert.Null(CausalityProof.FindAt(Forecasts_and_orders, pipeline.Market, 1, time.AddSeconds(-1), seed: 8));
        }
    }

    [Fact]
    public void A_scaler_fitted_on_all_data_is_caught()
    {
        Assert.Null(CausalityProof.Find(market => Said(market, isScaled: false), pipeline.Market, 1, cuts: 2, seed: 9));
        Assert.NotNull(CausalityProof.Find(market => Said(market, isScaled: true), pipeline.Market, 1, cuts: 2, seed: 9));
    }

    [Fact]
    [Trait("Spec", "L3")]
    public void A_label_across_the_split_is_caught()
    {
        var columns = Markets.Stitch(pipeline.Market);
        var split = TimeSplits.ByShare([.. columns.Sessions.Select(s => s.Session.Day)], 60, 20, 20);
        var boundary = columns.Sessions.First(s => s.Session.Day == split.Validate.First).Session.Open;
        Assert.InRange(Learnt(pipeline.Market, split).Count(), 100, int.MaxValue);
        Assert.Null(CausalityProof.FindAt(market => Learnt(market, split), pipeline.Market, 1, boundary, seed: 10));

        // Split at a row in the middle of a day instead, and nothing cut out before it.
        var middle = columns.Sessions.First(s => s.Session.Day == split.Validate.First);
        var row = columns[middle.FirstRow + (middle.RowCount * 3 / 4)].Opens;
        Assert.NotNull(CausalityProof.FindAt(market => LearntUpTo(market, row), pipeline.Market, 1, row, seed: 10));
    }

    /// <summary>
    /// An order is filled by what comes after it. So where the whole future lies higher, the entry does too; a fill at the close that gave
    /// the signal stays where it was.
    /// </summary>
    [Theory]
    [InlineData(FillMode.Realistic, true)]
    [InlineData(FillMode.Optimistic, false)]
    [Trait("Spec", "X2")]
    public void A_fill_at_the_signals_close_is_caught(FillMode fills, bool follows)
    {
        const int Higher = 150;
        var entries = Entries(pipeline.Market, fills);
        var random = new SplitMix64(11);
        for (var i = 0; i < 5; i++)
        {
            var (sent, price) = entries.ElementAt(random.NextBelow(entries.Count));
            var other = pipeline
                .Market.Select(c => new ContractBars(c.Contract, [.. c.Bars.Select(b => b.Opens >= sent ? Moved(b, Higher) : b)]))
                .ToList();
            var moved = Entries(other, fills)[sent] - price;
            Assert.Equal(follows ? Higher : 0, moved);
        }
    }

    /// <summary>
    /// A forecast, and an intent that a bar or a forecast causes, is known when its bar has closed. What the venue does inside a bar, and
    /// what a clock does before one, is known when that bar has.
    /// </summary>
    private List<CausalSample> Forecasts_and_orders(IReadOnlyList<ContractBars> market) => Forecasts_and_orders(market, railsOn: false);

    private List<CausalSample> Forecasts_and_orders(IReadOnlyList<ContractBars> market, bool railsOn)
    {
        var columns = Markets.Stitch(market);
        var samples = new List<CausalSample>();
        var waiting = new List<CausalSample>();
        var (cause, count) = (EventKind.None, 0u);
        pipeline.Trade(
            columns,
            FillMode.Realistic,
            (time, f) =>
                samples.Add(new CausalSample(time, f.BarOpenTime, [f.Down, f.Flat, f.Up, f.MoveMilliTicks, f.VolatilityMilliTicks])),
            e =>
            {
                cause = e.Kind;
                if (cause != EventKind.BarClosed)
                    return;
                samples.AddRange(waiting.Select(s => s with { KnownAt = e.Time }));
                waiting.Clear();
            },
            (time, i) =>
            {
                // Numbered in order: where one is missing or one too many, all later ones are others.
                var offset = (float)(time - columns.Sessions[0].Session.Open).TotalSeconds;
                float[] values =
                [
                    (int)i.Kind,
                    i.Contract,
                    (int)i.Role,
                    (int)i.Type,
                    (int)i.Side,
                    (int)i.Query,
                    (int)i.Rule,
                    i.Size,
                    i.Price.InTicks,
                    i.Stop.Count,
                    i.Target.Count,
                    i.RequestId,
                    i.Tag,
                    i.ParentTag,
                    offset,
                ];
                var isOfTheBar = cause is EventKind.BarClosed or EventKind.Forecast or EventKind.ForecastAbsent;
                (isOfTheBar ? samples : waiting).Add(new CausalSample(time, count++, values));
            },
            railsOn
        );
        return samples;
    }

    /// <summary>What the model says to features, as they are or after a scaler that has seen them all.</summary>
    private IEnumerable<CausalSample> Said(IReadOnlyList<ContractBars> market, bool isScaled)
    {
        var rows = Markets.Features(Markets.Stitch(market)).Where(s => s.Values[^1] == (float)Warmup.None).ToList();
        using var model = pipeline.Model.Open();
        var width = rows[0].Values.Length - 1;
        var means = new float[width];
        for (var column = 0; column < width && isScaled; column++)
            means[column] = rows.Average(r => r.Values[column]);
        var (row, said) = (new float[width], new float[3]);
        foreach (var sample in rows)
        {
            for (var column = 0; column < width; column++)
                row[column] = sample.Values[column] - means[column];
            model.RunOne(row, said);
            yield return sample with
            {
                Values = [.. said],
            };
        }
    }

    /// <summary>Samples of the training days, all known when the part that follows begins.</summary>
    private static IEnumerable<CausalSample> Learnt(IReadOnlyList<ContractBars> market, TimeSplit split)
    {
        var columns = Markets.Stitch(market);
        var samples = TrainedPipeline.Picked(columns, day => day >= split.Train.First && day <= split.Train.Last);
        var known = SessionCalendar.CmeEquityIndex.Find(split.Validate.First)!.Value.Open;
        return Enumerable.Range(0, samples.Count).Select(i => new CausalSample(known, (uint)i, [.. samples.Row(i), samples.Classes[i]]));
    }

    private static IEnumerable<CausalSample> LearntUpTo(IReadOnlyList<ContractBars> market, Timestamp end)
    {
        var columns = Markets.Stitch(market);
        foreach (var session in columns.Sessions)
        {
            var labels = new sbyte[session.RowCount];
            HorizonLabels.Label(columns, session, session.Session.Close, TrainedPipeline.Horizon, labels);
            for (var i = 0; i < labels.Length; i++)
            {
                var bar = columns[session.FirstRow + i];
                if (bar.Opens < end && labels[i] != MoveClass.None)
                    yield return new CausalSample(end, bar.OpenTime, [labels[i]]);
            }
        }
    }

    /// <summary>Entries by the instant at which they were sent, with what they were filled at before it slipped.</summary>
    private SortedList<Timestamp, int> Entries(IReadOnlyList<ContractBars> market, FillMode fills)
    {
        var entries = new SortedList<Timestamp, int>();
        Timestamp? sent = null;
        pipeline.Trade(
            Markets.Stitch(market),
            fills,
            (_, _) => { },
            e =>
            {
                if (e.Kind != EventKind.Fill || sent is not { } at)
                    return;
                entries.Add(at, e.Fill.Price.InTicks - (e.Fill.SlippageTicks * e.Fill.Side.Sign()));
                sent = null;
            },
            (time, intent) => sent = intent.Kind == IntentKind.Enter ? time : sent
        );
        return entries;
    }

    private static Bar Moved(Bar bar, int ticks)
    {
        var by = new Ticks(ticks);
        return bar with { Open = bar.Open + by, High = bar.High + by, Low = bar.Low + by, Close = bar.Close + by };
    }
}
