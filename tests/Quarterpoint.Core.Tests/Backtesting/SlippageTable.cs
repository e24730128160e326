using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>SPEC X3 and X4: what a trade costs, by hand.</summary>
[Trait("Spec", "X4")]
public sealed class SlippageTable
{
    [Theory]
    [InlineData("03:00:00", 2)] // the thin book before RTH
    [InlineData("09:29:58", 2)] // filled at 09:29:59
    [InlineData("09:29:59", 1)] // filled at 09:30:00
    [InlineData("15:59:58", 1)] // filled at 15:59:59
    public void A_market_entry_slips_by_the_phase_in_which_it_fills(string signal, int ticks)
    {
        var time = TimeOnly.Parse(signal, System.Globalization.CultureInfo.InvariantCulture);
        var until = time.AddMinutes(1).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        var trade = new Scene().Flat(signal, until).Wish(signal, Wish.Long).RunOne();

        Assert.Equal(ticks, trade.Entry);
    }

    [Theory]
    [InlineData("09:57:59", 1)] // filled at 09:58:00 - 1 s: outside the two minutes
    [InlineData("09:58:00", 4)] // two minutes before, to the second
    [InlineData("10:02:00", 4)]
    [InlineData("10:02:01", 1)]
    [Trait("Spec", "K7")]
    public void Within_two_minutes_of_news_a_market_order_slips_four_ticks(string exitAt, int ticks)
    {
        var news = NewsCalendar.Parse("2024-03-05,10:00,FOMC", "test");
        var exit = TimeOnly.Parse(exitAt, System.Globalization.CultureInfo.InvariantCulture);
        var signal = exit.AddMinutes(0)
            .Add(TimeSpan.FromSeconds(-1))
            .ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        var scene = new Scene().Flat("09:50:00", "10:05:00").Wish("09:50:00", Wish.Long).Wish(signal, Wish.Flat);
        (scene.Engine, scene.Venue) = (scene.Engine with { News = news }, scene.Venue with { News = news });

        Assert.Equal(new Told(Side.Buy, 1, -ticks, "09:50:01", exitAt, ExitReason.Signal, 1 + ticks, default), scene.RunOne());
    }

    [Theory]
    [InlineData(20, 8, 1)] // exactly twice the normal range of 4: not above
    [InlineData(20, 9, 2)]
    [InlineData(20, 12, 2)] // exactly three times
    [InlineData(20, 13, 4)]
    [InlineData(19, 13, 1)] // nothing is normal before 20 full days
    public void Adaptive_slippage_needs_twenty_full_days_and_steps_at_twice_and_three_times_the_normal_range(
        int fullDays,
        int range,
        int ticks
    )
    {
        // Every minute of every full day has a range of 4 ticks, and so an ATR of 4; the last day's range is the case's.
        var scene = new Scene(barSeconds: 60);
        var day = new DateOnly(2024, 3, 4);
        for (var full = 0; full < fullDays; day = day.AddDays(1))
        {
            if (SessionCalendar.CmeEquityIndex.Find(TradingDay.From(day)) is not { IsEarlyClose: false })
                continue;
            scene.On(day.Year, day.Month, day.Day);
            AddHour(scene, 4);
            full++;
        }

        while (SessionCalendar.CmeEquityIndex.Find(TradingDay.From(day)) is null)
            day = day.AddDays(1);
        scene.On(day.Year, day.Month, day.Day);
        AddHour(scene, range);
        scene.Wish("10:40:00", Wish.Long).Wish("10:44:00", Wish.Flat);
        scene.Engine = scene.Engine with
        {
            Stop = scene.Engine.Stop with { FixedTicks = 30 },
            Target = scene.Engine.Target with { FixedTicks = 30 },
        };

        Assert.Equal(new Told(Side.Buy, ticks, -ticks, "10:41:00", "10:45:00", ExitReason.Signal, 2 * ticks, default), scene.RunOne());
    }

    private static void AddHour(Scene scene, int range)
    {
        for (var minute = 0; minute < 60; minute++)
            scene.Bar($"10:{minute:00}:00", 0, range, 0, 0);
    }

    [Theory]
    [InlineData(13, 13, 11, 1.672)] // target: 0.84 / 1.25 + the entry's tick; from 1 to 13 is 12 gross at fills, 13 before slippage
    [InlineData(-7, -8, -9, 2.672)] // stop: a tick on either side
    [Trait("Spec", "X3")]
    public void A_trade_costs_its_fees_and_its_slippage_in_ticks(int reached, int fill, int afterSlippage, double costInTicks)
    {
        var trip = TradeTo(reached);
        var tick = 1.25m;

        Assert.Equal(0.84m, trip.Commission.InDollars);
        Assert.Equal(fill, (int)trip.ExitTicks - Scene.Zero);
        Assert.Equal((afterSlippage * tick) - 0.84m + (reached > 0 ? tick : 0), trip.Net.InDollars);
        Assert.Equal(trip.Gross.InDollars - trip.Commission.InDollars - trip.Slippage.InDollars, trip.Net.InDollars);
        Assert.Equal((decimal)costInTicks, CostInTicks(trip));
    }

    [Theory]
    [InlineData(8, 8, 62.8)]
    [InlineData(8, 12, 50.8)]
    [InlineData(8, 16, 42.7)]
    public void Break_even_is_what_the_spec_says(int stop, int target, double percent)
    {
        // p* = (S + c_stop) / (T - c_target + S + c_stop), with the costs of a trade that ends at its stop, and at its target.
        var (atStop, atTarget) = ((double)CostInTicks(TradeTo(-7)), (double)CostInTicks(TradeTo(13)));
        var p = (stop + atStop) / (target - atTarget + stop + atStop);

        Assert.Equal(percent, Math.Round(100 * p, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_market_order_slips_a_tick_whatever_is_configured(int ticks) =>
        Assert.Equal(1, new SlippageSettings { Normal = ticks }.For(SessionPhase.Rth, null, newsIsNear: false));

    /// <summary>
    /// Bought at the open of 0, one tick worse; then a bar that trades through the target at 13, or touches the stop at -7.
    /// </summary>
    private static RoundTrip TradeTo(int reached)
    {
        var scene = new Scene().Bar("10:00:00", 0, 0, 0, 0).Wish("10:00:00", Wish.Long).Bar("10:00:01", 0, 0, 0, 0);
        if (reached > 0)
            scene.Bar("10:00:02", 0, reached + 1, 0, reached);
        else
            scene.Bar("10:00:02", 0, 0, reached, reached);
        return Assert.Single(scene.Run().Trades).Trip;
    }

    private static decimal CostInTicks(in RoundTrip trip) => (trip.Gross - trip.Net).InDollars / 1.25m;
}
