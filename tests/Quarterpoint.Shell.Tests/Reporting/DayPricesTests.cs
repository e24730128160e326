using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class DayPricesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_day_with_a_trade_is_kept_where_they_are_few()
    {
        var trades = Days(DayPrices.MostDays, _ => 5m);

        Assert.Equal(trades.Select(trade => trade.Day), DayPrices.Choose(trades));
    }

    [Fact]
    public void Of_many_days_the_first_last_best_worst_and_busiest_are_kept()
    {
        var trades = Days(100, day => day == 41 ? 50m
            : day == 67 ? -50m
            : 5m);
        trades.AddRange(Enumerable.Repeat(trades[23], 9));
        var chosen = DayPrices.Choose(trades);

        Assert.Equal(DayPrices.MostDays, chosen.Count);
        Assert.Equal(chosen.Order(), chosen);
        Assert.Superset(new[] { 0, 23, 41, 67, 99 }.Select(day => trades[day].Day).ToHashSet(), chosen.ToHashSet());
    }

    [Fact]
    public void A_day_is_kept_bar_by_bar_near_its_trades_and_by_its_extremes_elsewhere()
    {
        var bars = new Tape().On(2024, 3, 4).Walk("09:30:00", "16:00:00", 20_000, 3).Columns();
        var trades = new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m, seconds: 60).Result().Trades;
        var day = Assert.Single(DayPrices.Collect(trades, _ => [bars]));

        Assert.InRange(day.Points.Count, 600, DayPrices.MostPoints);
        Assert.Equal(day.Points.OrderBy(point => point.Time), day.Points);
        Assert.Equal(bars.Close.Max(), day.Points.Max(point => point.Price.InTicks));
        Assert.Equal(bars.Close.Min(), day.Points.Min(point => point.Price.InTicks));

        // From 90 s before the entry to 90 s after the exit, both included: a close each second.
        var (entry, exit) = (trades[0].Trip.EntryTime, trades[0].Trip.ExitTime);
        Assert.Equal(241, day.Points.Count(point => point.Time >= entry.AddSeconds(-90) && point.Time <= exit.AddSeconds(90)));
    }

    [Fact]
    public void A_day_without_bars_is_left_out() =>
        Assert.Empty(DayPrices.Collect(new SampleRun().Day(2024, 3, 4).Trade("10:00:00", 5m).Result().Trades, _ => []));

    [Fact]
    public void What_was_kept_is_read_back()
    {
        var run = Runs.WithPrices;
        var opened = RunFolder.Open(RunFolder.Write(_folder.Path, "first", run, "a page"));

        Assert.NotEmpty(run.Prices);
        Assert.Equal(run.Prices.Select(day => day.Day), opened.Prices.Select(day => day.Day));
        Assert.Equal(run.Prices.SelectMany(day => day.Points), opened.Prices.SelectMany(day => day.Points));
    }

    [Theory]
    [InlineData("2024-03-04,2024-03-04T14:30:01Z,5000.10", "row 2, field price: found '5000.10'")]
    [InlineData("2024-03-04,2024-03-04T14:29:59Z,5000.00", "row 2, field time: found '2024-03-04T14:29:59Z'; expected no earlier")]
    [InlineData("2024-13-04,2024-03-04T14:30:01Z,5000.00", "row 2, field day: found '2024-13-04'")]
    public void A_damaged_row_is_named(string row, string says)
    {
        var path = _folder.At("prices.csv");
        File.WriteAllText(path, $"day,time,price\n2024-03-04,2024-03-04T14:30:00Z,5000.00\n{row}\n");

        var error = Assert.Throws<BadInputException>(() => PriceLog.ReadCsv(path, Micro.Mes, TestContext.Current.CancellationToken));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static List<TradeRecord> Days(int count, Func<int, decimal> gross)
    {
        var run = new SampleRun();
        for (var day = 0; day < count; day++)
        {
            var date = new DateOnly(2024, 1, 1).AddDays(day);
            run.Day(date.Year, date.Month, date.Day).Trade("10:00:00", gross(day));
        }

        return [.. run.Result().Trades];
    }
}
