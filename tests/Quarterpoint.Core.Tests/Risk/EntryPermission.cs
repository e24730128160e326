using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>
/// The first half of the gate: whether anything may open now, and if not, which rule refuses it and with which numbers (SPEC R22).
/// </summary>
public sealed class EntryPermission
{
    private static readonly DateOnly Date = new(2024, 3, 5);
    private static readonly TradingSession Session = SessionCalendar.CmeEquityIndex.Find(TradingDay.From(Date))!.Value;

    private static Timestamp At(int hour, int minute, int second = 0) => NewYork.At(Date, new TimeOnly(hour, minute, second));

    private static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    private static EntryMoment Moment(Timestamp? now = null, decimal balance = 1000)
    {
        var time = now ?? At(10, 0);
        return new EntryMoment
        {
            Now = time,
            FillBy = time.AddSeconds(5),
            Session = Session,
            EndOfDay = EndOfDay.Of(Session, EndOfDayPlan.Plan),
            Balance = Dollars(balance),
            Equity = Dollars(balance),
        };
    }

    private static Verdict Permit(in EntryMoment moment, RiskLimits? limits = null, EntryPace? pace = null) =>
        new RiskGate(limits ?? new()).Permit(moment, pace ?? new EntryPace());

    [Theory]
    [InlineData(29, 59, Rule.OutsideEntryWindow)]
    [InlineData(30, 0, Rule.None)]
    [Trait("Spec", "R13")]
    public void Entries_begin_at_half_past_nine(int minute, int second, Rule rule) =>
        Assert.Equal(rule, Permit(Moment(At(9, minute, second))).Rule);

    [Fact]
    [Trait("Spec", "R13")]
    public void Eth_adds_the_hours_from_the_open()
    {
        var atOpen = Moment(Session.Open);
        Assert.Equal(Rule.OutsideEntryWindow, Permit(atOpen).Rule);
        Assert.Equal(Rule.None, Permit(atOpen with { EntriesInEth = true }).Rule);
        Assert.Equal(Rule.OutsideEntryWindow, Permit(atOpen with { EntriesInEth = true, Now = Session.Open.AddSeconds(-1) }).Rule);
    }

    [Fact]
    [Trait("Spec", "R13")]
    public void A_day_that_closes_before_RTH_takes_entries_in_eth_only()
    {
        var session = SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2021, 4, 2))!.Value;
        var now = NewYork.At(new DateOnly(2021, 4, 2), new TimeOnly(8, 0));
        var moment = Moment(now) with { Session = session, EndOfDay = EndOfDay.Of(session, EndOfDayPlan.Plan) };

        Assert.Equal(Rule.OutsideEntryWindow, Permit(moment).Rule);
        Assert.Equal(Rule.None, Permit(moment with { EntriesInEth = true }).Rule);
    }

    [Theory]
    [InlineData(54, Rule.None)] // could fill at 16:14:59 at the latest
    [InlineData(55, Rule.EndOfDayCutoff)]
    [Trait("Spec", "R13")]
    public void What_could_fill_at_the_cutoff_is_refused(int second, Rule rule) =>
        Assert.Equal(rule, Permit(Moment(At(16, 14, second))).Rule);

    [Fact]
    [Trait("Spec", "R13")]
    public void No_entry_outside_a_session() => Assert.Equal(Rule.NoSession, Permit(Moment() with { Session = null }).Rule);

    [Fact]
    [Trait("Spec", "K3")]
    public void Nothing_enters_that_could_fill_in_the_halt()
    {
        // With entries in the halt's minutes the cut-off refuses first; without an end of the day the halt itself does.
        var session = SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2021, 6, 25))!.Value;
        var day = new DateOnly(2021, 6, 25);
        var never = new EndOfDay(Timestamp.Never, Timestamp.Never, Timestamp.Never, Timestamp.Never);
        Verdict Halted(int minute, int second) =>
            Permit(Moment(NewYork.At(day, new TimeOnly(16, minute, second))) with { Session = session, EndOfDay = never });

        Assert.Equal(Rule.None, Halted(14, 54).Rule);
        Assert.Equal(Rule.MarketHalted, Halted(14, 55).Rule);
        Assert.Equal(Rule.MarketHalted, Halted(29, 59).Rule);
        Assert.Equal(Rule.None, Halted(30, 0).Rule);
    }

    [Theory]
    [InlineData(0, false, Rule.Cooldown)]
    [InlineData(0, true, Rule.None)]
    [InlineData(1, false, Rule.None)]
    [Trait("Spec", "R24")]
    public void The_cooldown_ends_at_exactly_its_end_and_does_not_hold_a_reversal(int second, bool reversal, Rule rule) =>
        Assert.Equal(rule, Permit(Moment(At(10, 0, second)) with { CooldownUntil = At(10, 0, 1), IsReversal = reversal }).Rule);

    [Theory]
    [InlineData(699.999999, Rule.BalanceFloor)]
    [InlineData(700, Rule.None)]
    [Trait("Spec", "R6")]
    public void Seven_hundred_dollars_trade_and_a_millionth_less_does_not(double balance, Rule rule)
    {
        var verdict = Permit(Moment(balance: (decimal)balance));

        Assert.Equal(rule, verdict.Rule);
        if (rule != Rule.None)
            Assert.Equal((699_999_999L, 700_000_000L), (verdict.Observed, verdict.Limit));
    }

    [Fact]
    [Trait("Spec", "R6")]
    public void The_lower_of_balance_and_equity_counts_for_the_floor()
    {
        Assert.Equal(Rule.BalanceFloor, Permit(Moment() with { Equity = Dollars(699) }).Rule);
        Assert.Equal(Rule.BalanceFloor, Permit(Moment() with { Balance = Dollars(699) }).Rule);
    }

    [Fact]
    [Trait("Spec", "R22")]
    [Trait("Spec", "R6")]
    public void The_lowest_balance_is_named_before_starvation_and_a_kill_before_both()
    {
        var poor = Moment(balance: 650) with { Blocking = Latch.Starved };
        Assert.Equal(Rule.BalanceFloor, Permit(poor).Rule);
        Assert.Equal(Rule.KillSwitch, Permit(poor with { Blocking = Latch.Starved | Latch.Killed }).Rule);
        Assert.Equal(Rule.Starved, Permit(Moment() with { Blocking = Latch.Starved }).Rule);
    }

    /// <summary>Every latch that blocks entries refuses them under its own rule.</summary>
    [Fact]
    [Trait("Spec", "R22")]
    public void A_latch_refuses_by_its_own_name_and_the_strictest_speaks()
    {
        foreach (var row in LatchTable.Rows)
        {
            if (row.Effect == LatchEffect.Halves)
                continue;
            var verdict = Permit(Moment() with { Blocking = row.Latch });
            Assert.Equal((row.Rule, (long)row.Latch), (verdict.Rule, verdict.Observed));
        }

        Assert.Equal(Rule.DailyLoss, Permit(Moment() with { Blocking = Latch.LossPause | Latch.DailyLoss | Latch.Spread }).Rule);
    }

    [Fact]
    public void A_position_a_pending_order_an_old_quote_and_news_each_refuse_an_entry()
    {
        Assert.Equal(Rule.PositionHeld, Permit(Moment() with { IsHolding = true }).Rule);
        Assert.Equal(Rule.OrderPending, Permit(Moment() with { OrderPending = true }).Rule);
        Assert.Equal(Rule.News, Permit(Moment() with { NewsIsNear = true }).Rule);
        var stale = Permit(Moment() with { StaleQuote = TimeSpan.FromSeconds(1.6) });
        Assert.Equal((Rule.MarkUnknown, 1_600_000_000L, 1_500_000_000L), (stale.Rule, stale.Observed, stale.Limit));
    }

    [Fact]
    [Trait("Spec", "X11")]
    public void Without_rails_no_limit_of_money_or_pace_acts_but_the_calendar_and_the_latches_do()
    {
        var limits = new RiskLimits { RailsOn = false };
        var pace = new EntryPace();
        pace.Note(At(10, 0));

        Assert.Equal(Rule.None, Permit(Moment(balance: 1) with { CooldownUntil = At(12, 0) }, limits, pace).Rule);
        Assert.Equal(Rule.EndOfDayCutoff, Permit(Moment(At(16, 15)), limits).Rule);
        Assert.Equal(Rule.NoSession, Permit(Moment() with { Session = null }, limits).Rule);
        Assert.Equal(Rule.FeedLost, Permit(Moment() with { Blocking = Latch.Feed }, limits).Rule);
    }

    [Theory]
    [InlineData(1_999_999_999L, Rule.EntrySpacing)]
    [InlineData(2_000_000_000L, Rule.None)]
    [Trait("Spec", "N17")]
    public void Two_entries_are_two_seconds_apart(long nanoseconds, Rule rule)
    {
        var pace = new EntryPace();
        pace.Note(At(10, 0));

        Assert.Equal(rule, pace.Check(new Timestamp(At(10, 0).Nanoseconds + nanoseconds), new PaceLimits()).Rule);
    }

    /// <summary>Half a second after the last entry, where two seconds are required; and the hour's limit of thirty.</summary>
    [Fact]
    [Trait("Spec", "N17")]
    [Trait("Spec", "R22")]
    public void An_entry_too_soon_after_the_last_is_told_by_how_much()
    {
        var pace = new EntryPace();
        for (var i = 0; i < 30; i++)
            pace.Note(At(10, i));

        var verdict = pace.Check(new Timestamp(At(10, 29).Nanoseconds + 500_000_000), new PaceLimits());
        Assert.Equal((Rule.EntrySpacing, 500_000_000L, 2_000_000_000L), (verdict.Rule, verdict.Observed, verdict.Limit));
        verdict = pace.Check(At(10, 30), new PaceLimits());
        Assert.Equal((Rule.EntriesThisHour, 30L, 30L), (verdict.Rule, verdict.Observed, verdict.Limit));
    }

    [Fact]
    [Trait("Spec", "N17")]
    [Trait("Spec", "R21")]
    public void A_pace_saved_and_loaded_or_restored_is_the_same_pace()
    {
        var saved = new EntryPace();
        for (var i = 0; i < 33; i++)
            saved.Note(At(10, i));
        var (loaded, restored) = (new EntryPace(), new EntryPace());
        for (var i = 0; i < 7; i++)
        {
            loaded.Note(At(9, i));
            restored.Note(At(9, i));
        }

        StateArchive.Load(StateArchive.Save(saved.Archive), loaded.Archive);
        restored.Restore([At(10, 31), At(10, 32)], 33);
        Assert.Equal((saved.Today, 33, 33), (loaded.Today, loaded.Today, restored.Today));
        Assert.Equal([At(10, 31), At(10, 32)], restored.Recent);
        Assert.Equal(saved.Recent, loaded.Recent);
        loaded.Note(At(11, 0));
        Assert.Equal([.. saved.Recent[1..], At(11, 0)], loaded.Recent);
    }

    [Theory]
    [InlineData(29, 0, Rule.None)]
    [InlineData(30, 0, Rule.EntriesThisHour)]
    [InlineData(30, -1, Rule.EntriesThisHour)] // a nanosecond before the hour is over
    [InlineData(30, 1, Rule.None)] // exactly an hour after the first of the thirty
    [Trait("Spec", "N17")]
    public void Any_hour_has_at_most_thirty_entries(int entries, int after, Rule rule)
    {
        var pace = new EntryPace();
        for (var i = 0; i < entries; i++)
            pace.Note(At(10, i));
        var now = after == 0 ? At(10, 45) : new Timestamp(At(11, 0).Nanoseconds + Math.Min(after, 0));

        Assert.Equal(rule, pace.Check(now, new PaceLimits()).Rule);
    }

    [Fact]
    [Trait("Spec", "N17")]
    public void A_stricter_hourly_limit_counts_by_its_own_number()
    {
        var pace = new EntryPace();
        for (var i = 0; i < 3; i++)
            pace.Note(At(10, i));

        Assert.Equal(Rule.EntriesThisHour, pace.Check(At(10, 30), new PaceLimits { EntriesAnHour = 3 }).Rule);
        Assert.Equal(Rule.None, pace.Check(At(10, 30), new PaceLimits { EntriesAnHour = 4 }).Rule);
    }

    [Fact]
    [Trait("Spec", "N17")]
    public void A_day_has_at_most_a_hundred_entries_and_a_new_day_another_hundred()
    {
        var pace = new EntryPace();
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(Rule.None, pace.Check(Session.Open.AddSeconds(i * 300), new PaceLimits()).Rule);
            pace.Note(Session.Open.AddSeconds(i * 300));
        }

        var verdict = pace.Check(At(12, 0), new PaceLimits());
        Assert.Equal((Rule.EntriesToday, 100L, 100L), (verdict.Rule, verdict.Observed, verdict.Limit));
        pace.BeginDay();
        Assert.Equal(Rule.None, pace.Check(At(12, 0), new PaceLimits()).Rule);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(30)]
    [InlineData(47)]
    [Trait("Spec", "N3")]
    [Trait("Spec", "N17")]
    public void What_is_remembered_of_entries_survives_a_restart(int entries)
    {
        var pace = new EntryPace();
        for (var i = 0; i < entries; i++)
            pace.Note(At(10, i));
        var next = new EntryPace();
        next.Restore(pace.Recent, pace.Today);

        Assert.Equal(Math.Min(entries, 30), pace.Recent.Length);
        Assert.Equal(pace.Recent, next.Recent);
        Assert.Equal(entries, next.Today);
        for (var second = 0; second < 3700; second += 7)
            Assert.Equal(
                pace.Check(At(10, 45).AddSeconds(second), new PaceLimits()),
                next.Check(At(10, 45).AddSeconds(second), new PaceLimits())
            );
    }

    [Fact]
    public void A_verdict_by_default_is_a_refusal() => Assert.False(default(Verdict).IsApproved);
}
