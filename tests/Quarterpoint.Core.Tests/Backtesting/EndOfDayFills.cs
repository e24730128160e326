using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>SPEC X5 and R13, by hand. Out of RTH a market order slips 2 ticks; an exit booked without a bar loses 2 ticks too.</summary>
[Trait("Spec", "X5")]
[Trait("Spec", "R13")]
public sealed class EndOfDayFills
{
    private const FillFlags None = FillFlags.None;

    /// <summary>A long entered at 1 at 15:30:01, whose stop never comes near: the price stands still.</summary>
    private static Scene Held(bool native, string lastBarBefore) =>
        new Scene().Native(native).Flat("15:30:00", lastBarBefore).Wish("15:30:00", Wish.Long);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Leaves_at_the_first_open_from_the_exit_time_on(bool native)
    {
        var trade = Held(native, "16:40:00").RunOne();

        Assert.Equal(new Told(Side.Buy, 1, -2, "15:30:01", "16:25:00", ExitReason.EodFlatten, 3, None), trade);
    }

    [Fact]
    public void A_first_bar_one_second_before_the_flat_by_time_is_in_time()
    {
        var scene = Held(true, "16:25:00").Bar("16:29:59", 3, 3, 3, 3);
        var result = scene.Run();

        Assert.Equal(
            new Told(Side.Buy, 1, 1, "15:30:01", "16:29:59", ExitReason.EodFlatten, 3, None),
            Told.Of(Assert.Single(result.Trades).Trip)
        );
        Assert.Empty(result.Violations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_bar_the_exit_is_booked_at_the_last_close_two_ticks_against_us_and_flagged(bool native)
    {
        // The last bar closes at 16:24:31 at 3: 3 - 2. The bar at 16:30:00 comes too late to fill anything.
        var result = Held(native, "16:24:30").Bar("16:24:30", 3, 3, 3, 3).Bar("16:30:00", 50, 50, 50, 50).Run();

        Assert.Equal(
            new Told(Side.Buy, 1, 1, "15:30:01", "16:30:00", ExitReason.EodFlatten, 3, FillFlags.Booked),
            Told.Of(Assert.Single(result.Trades).Trip)
        );
        Assert.Equal(ViolationKind.BookedAtDeadline, Assert.Single(result.Violations).Kind);
    }

    [Theory]
    [InlineData("16:23:59", true)] // closes at 16:24:00, 60 s before the exit time
    [InlineData("16:23:58", false)] // 61 s
    public void A_last_price_older_than_a_minute_at_the_exit_time_is_no_price(string lastBar, bool isBooked)
    {
        var scene = Held(true, lastBar).Bar(lastBar, 0, 0, 0, 0);
        scene.On(2024, 3, 6).Bar("09:30:00", 10, 10, 10, 10).Bar("09:30:01", 10, 10, 10, 10);
        var result = scene.Run();
        var trade = Told.Of(Assert.Single(result.Trades).Trip);

        if (isBooked)
        {
            Assert.Equal(new Told(Side.Buy, 1, -2, "15:30:01", "16:30:00", ExitReason.EodFlatten, 3, FillFlags.Booked), trade);
            Assert.Equal([ViolationKind.BookedAtDeadline], result.Violations.Select(v => v.Kind));
        }
        else
        {
            // The reopening price, 10, less 1 tick in RTH.
            Assert.Equal(new Told(Side.Buy, 1, 9, "15:30:01", "09:30:00", ExitReason.EodFlatten, 2, FillFlags.Late), trade);
            var violation = Assert.Single(result.Violations);
            Assert.Equal(ViolationKind.NotFlatByDeadline, violation.Kind);
            Assert.Equal(NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(16, 30)), violation.Time);
        }
    }

    [Fact]
    public void A_stop_that_ends_a_late_position_is_late_too()
    {
        var scene = Held(true, "16:00:00");
        scene.Faults = new NoExits();
        scene.On(2024, 3, 6).Bar("09:30:00", 0, 0, -9, 0).Bar("09:30:01", 0, 0, 0, 0);
        var result = scene.Run();

        // The reduce time pulled the stop to 4 below the last close: -4, and 1 tick of slippage.
        Assert.Equal(
            new Told(Side.Buy, 1, -5, "15:30:01", "09:30:00", ExitReason.Stop, 2, FillFlags.Late),
            Told.Of(Assert.Single(result.Trades).Trip)
        );
        Assert.Equal(ViolationKind.NotFlatByDeadline, Assert.Single(result.Violations).Kind);
    }

    [Fact]
    public void An_exit_that_the_venue_never_took_is_a_violation_on_that_day_and_not_silence()
    {
        var scene = Held(true, "16:40:00");
        scene.Faults = new NoExits();
        var result = scene.Run();

        Assert.Equal([ViolationKind.NotFlatByDeadline], result.Violations.Select(v => v.Kind));
        Assert.Equal(ExitReason.EndOfData, Assert.Single(result.Trades).Trip.Reason);
    }

    [Fact]
    public void A_position_that_crosses_a_roll_is_booked_at_its_own_contracts_last_close()
    {
        // The data of the old contract end at 15:40; the new one trades 200 points (800 ticks) higher.
        var scene = Held(true, "15:40:00");
        scene.On(2024, 3, 6).Tape.Contract("MESM4");
        scene.Bar("09:30:00", 800, 800, 800, 800);
        var result = scene.Run();

        var trade = Assert.Single(result.Trades);
        Assert.Equal(
            new Told(Side.Buy, 1, -2, "15:30:01", "18:00:00", ExitReason.EodFlatten, 3, FillFlags.Booked | FillFlags.Late),
            Told.Of(trade.Trip)
        );
        Assert.Equal("MESH4", trade.Contract);
        Assert.Contains(result.Violations, v => v.Kind == ViolationKind.NotFlatByDeadline);
    }

    [Theory]
    [InlineData(2024, 5, 27, "12:25:00", 1)] // Memorial Day: 13:00, so flat by 12:30; within RTH
    [InlineData(2024, 7, 3, "12:40:00", 1)] // 13:15: flat by 12:45
    [InlineData(2021, 4, 2, "08:40:00", 2)] // Good Friday with a jobs report: 09:15, so flat by 08:45, before RTH
    [InlineData(2025, 1, 9, "08:55:00", 2)] // a day of mourning: 09:30, so flat by 09:00
    [InlineData(2021, 6, 25, "16:10:00", 2)] // the last day with the 16:15 halt: flat by 16:15
    [InlineData(2021, 6, 28, "16:25:00", 2)] // the first without
    [InlineData(2024, 3, 11, "16:25:00", 2)] // the Monday after clocks went forward
    [InlineData(2024, 11, 4, "16:25:00", 2)] // and back
    public void Leaves_at_its_days_exit_time(int year, int month, int day, string exitAt, int slippage)
    {
        var exit = TimeOnly.Parse(exitAt, System.Globalization.CultureInfo.InvariantCulture);
        var from = exit.AddMinutes(-26).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        var until = exit.AddMinutes(5).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        var trade = new Scene().On(year, month, day).Flat(from, until).Wish(from, Wish.Short).RunOne();

        Assert.Equal(exitAt, trade.ExitedAt);
        Assert.Equal(ExitReason.EodFlatten, trade.Reason);
        Assert.Equal(slippage, trade.Exit);
    }

    [Theory]
    [InlineData(EndOfDayPlan.Plan, "16:14:53", true)] // sent at 16:14:54: 16:14:59 is before the cut-off
    [InlineData(EndOfDayPlan.Plan, "16:14:54", false)] // could fill at 16:15:00
    [InlineData(EndOfDayPlan.TopstepX, "15:49:53", true)]
    [InlineData(EndOfDayPlan.TopstepX, "15:49:54", false)]
    public void An_entry_that_could_fill_at_the_cutoff_is_refused(EndOfDayPlan plan, string signal, bool enters)
    {
        var scene = new Scene().Plan(plan).Flat("15:45:00", "16:20:00").Wish(signal, Wish.Long);
        scene.Engine = scene.Engine with { Contracts = 2 };
        var result = scene.Run();

        Assert.Equal(enters ? 1 : 0, result.Trades.Count);
        if (enters)
            Assert.Equal(1, result.Trades[0].Trip.Contracts);
        else
            Assert.Equal(1, result.Refusals[Rule.EndOfDayCutoff]);
    }

    [Theory]
    [InlineData("15:59:57", 2)] // sent at 15:59:58
    [InlineData("15:59:58", 2)] // sent at 15:59:59
    [InlineData("15:59:59", 1)] // sent at 16:00:00: halved
    public void New_size_is_halved_from_the_reduce_time(string signal, int contracts)
    {
        var scene = new Scene().Flat("15:59:00", "16:05:00").Wish(signal, Wish.Long);
        scene.Engine = scene.Engine with { Contracts = 2 };

        Assert.Equal(contracts, Assert.Single(scene.Run().Trades).Trip.Contracts);
    }

    [Fact]
    public void One_contract_halved_is_none()
    {
        var result = new Scene().Flat("15:59:00", "16:05:00").Wish("16:01:00", Wish.Long).Run();

        Assert.Empty(result.Trades);
        Assert.Equal(1, result.Refusals[Rule.SizeReduced]);
    }

    [Fact]
    public void The_topstep_plan_leaves_at_16_00()
    {
        var trade = new Scene().Plan(EndOfDayPlan.TopstepX).Flat("15:30:00", "16:10:00").Wish("15:30:00", Wish.Long).RunOne();

        Assert.Equal(new Told(Side.Buy, 1, -2, "15:30:01", "16:00:00", ExitReason.EodFlatten, 3, None), trade);
    }

    [Fact]
    public void Optimistic_fills_need_a_signal_bar_too_and_the_deadlines_exit_has_none()
    {
        // The last bar closes at 16:20:01: at 16:25 nothing trades at its close any more, and at 16:30 it is too old to be booked.
        var scene = Held(true, "16:20:00").Bar("16:20:00", 9, 9, 9, 9).Fills(FillMode.Optimistic);
        scene.On(2024, 3, 6).Bar("09:30:00", 4, 4, 4, 4);
        var result = scene.Run();

        Assert.Equal(
            new Told(Side.Buy, 0, 3, "15:30:01", "09:30:00", ExitReason.EodFlatten, 1, FillFlags.Late),
            Told.Of(Assert.Single(result.Trades).Trip)
        );
        Assert.Single(result.Violations);
    }

    [Fact]
    public void A_tape_that_ends_in_a_position_is_booked_at_its_last_close_without_slippage()
    {
        var trade = Held(true, "15:40:00").Bar("15:40:00", 2, 6, 2, 5).RunOne();

        Assert.Equal(new Told(Side.Buy, 1, 5, "15:30:01", "15:40:01", ExitReason.EndOfData, 1, FillFlags.EndOfData), trade);
    }

    /// <summary>A venue that refuses every exit.</summary>
    private sealed class NoExits : VenueFaults
    {
        public override SendOutcome Answer(in Intent intent) =>
            intent.Kind is IntentKind.ClosePosition or IntentKind.PlaceExit ? SendOutcome.Refused : SendOutcome.Accepted;
    }
}
