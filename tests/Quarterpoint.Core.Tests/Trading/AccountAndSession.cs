using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>The account's limits on an open position, the latches, and every event of a session other than orders and bars.</summary>
public sealed class AccountAndSession
{
    private static EngineSettings WithRails(EngineSettings settings) => settings with { Limits = new RiskLimits(), Contracts = 1 };

    private static bool Enters(EngineBench bench)
    {
        bench.Drain();
        bench.After(31).Bar(0, Wish.Long);
        return bench.Drain().Any(i => i.Kind == IntentKind.Enter);
    }

    /// <summary>1,000 less 0.42 paid, less 0.42 to close, and $1.25 a tick.</summary>
    [Theory]
    [InlineData(-39, Rule.None)] // 950.41
    [InlineData(-40, Rule.DailyLoss)] // 949.16
    [InlineData(-59, Rule.DailyLoss)] // 925.41
    [InlineData(-60, Rule.DailyDrawdown)] // 924.16
    [InlineData(-159, Rule.DailyDrawdown)] // 800.41
    [InlineData(-160, Rule.AccountDrawdown)] // 799.16
    [InlineData(-239, Rule.AccountDrawdown)] // 700.41
    [InlineData(-240, Rule.KillSwitch)] // 699.16
    [Trait("Spec", "R1")]
    [Trait("Spec", "R2")]
    [Trait("Spec", "R4")]
    [Trait("Spec", "R5")]
    [Trait("Spec", "R24")]
    public void A_bars_adverse_extreme_counts_for_the_limits_and_flattens_at_once(int worst, Rule rule)
    {
        foreach (var side in (Side[])[Side.Buy, Side.Sell])
        {
            var bench = new EngineBench(true, WithRails);
            bench.Hold(side: side);
            bench.After(1);
            var (far, zero) = (EngineBench.At(worst * side.Sign()), EngineBench.At(0));
            bench.Take(
                EngineEvent.BarClosed(
                    bench.Now,
                    new Bar((uint)bench.Now.UnixSeconds - 1, zero, Price.Max(far, zero), Price.Min(far, zero), zero, 1)
                )
            );

            var closes = bench.Drain().Where(i => i.Kind == IntentKind.ClosePosition).ToArray();
            if (rule == Rule.None)
            {
                Assert.Empty(closes);
                Assert.Equal(Latch.None, bench.Engine.Risk.Latches.Held);
            }
            else
            {
                Assert.Equal((rule, side.Opposite()), (closes.Single().Rule, closes.Single().Side));

                // Every limit that was reached holds its own latch.
                Latch[] limits = [Latch.DailyLoss, Latch.DailyDrawdown, Latch.AccountDrawdown, Latch.Killed];
                var reached = limits
                    .TakeWhile(latch => latch <= LatchTable.Rows.Single(row => row.Rule == rule).Latch)
                    .Aggregate(Latch.None, (set, latch) => set | latch);
                Assert.Equal(reached, bench.Engine.Risk.Latches.Held);
            }
        }
    }

    [Fact]
    [Trait("Spec", "R4")]
    public void The_favourable_extreme_raises_no_peak_the_close_does()
    {
        var bench = new EngineBench(true, WithRails);
        bench.Hold();
        bench.After(1);
        var zero = EngineBench.At(0);
        bench.Take(
            EngineEvent.BarClosed(
                bench.Now,
                new Bar((uint)bench.Now.UnixSeconds - 1, zero, EngineBench.At(100), zero, EngineBench.At(8), 1)
            )
        );

        // 1,000 - 0.84 + 8 x 1.25.
        Assert.Equal(1009.16m, bench.Engine.Risk.HighWater.InDollars);
        Assert.Equal(1009.16m, bench.Engine.Risk.Equity.InDollars);
        Assert.Equal(999.58m, bench.Engine.Risk.Balance.InDollars);
    }

    [Fact]
    [Trait("Spec", "R17")]
    public void A_review_sets_the_peak_to_the_equity_now_and_never_ends_a_kill()
    {
        var bench = new EngineBench(true, WithRails);
        var entry = bench.Hold();
        bench.Fill(101, Side.Sell, -165).Report(EngineBench.Child(entry, 100, 102, 12, VenueOrderStatus.Cancelled, isTarget: true));
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.AccountDrawdown));
        var review = new OperatorNote(1, "test", "seen");
        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Review, review));
        Assert.True(bench.Engine.Risk.Latches.Has(Latch.AccountDrawdown), "before flat is proved there is nothing to review");
        bench.After(2).AnswerQueries(0);
        Assert.False(Enters(bench));

        bench.Take(EngineEvent.Operator(bench.Now, OperatorCommand.Review, review));
        Assert.Equal(bench.Engine.Risk.Balance, bench.Engine.Risk.HighWater);
        Assert.Equal(792.91m, bench.Engine.Risk.HighWater.InDollars);
        Assert.Equal(TradingState.StoppedForDay, bench.Engine.Risk.Latches.State);
        Assert.False(Enters(bench));

        // R1 and R2 end by themselves at 09:30 of the next trading day (R16).
        bench.At(NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(16, 26))).AnswerQueries(0);
        bench.At(NewYork.At(new DateOnly(2024, 3, 6), new TimeOnly(10, 0)));
        Assert.True(Enters(bench));

        var killed = new EngineBench(true, WithRails);
        killed.Hold();
        killed
            .Fill(101, Side.Sell, -245)
            .Take(EngineEvent.Operator(killed.Now, OperatorCommand.Review, new OperatorNote(2, "test", "again")));
        Assert.True(killed.Engine.Risk.Latches.Has(Latch.Killed));
        Assert.False(Enters(killed));
    }

    [Theory]
    [InlineData(RiskRecord.Missing)]
    [InlineData(RiskRecord.Damaged)]
    [Trait("Spec", "R21")]
    public void A_known_account_whose_state_is_lost_needs_a_manual_review(RiskRecord record)
    {
        var bench = new EngineBench(start: new StartFacts(record, null, 1, Capabilities.NativeBrackets));

        Assert.True(bench.Engine.Risk.Latches.Has(Latch.StateLost));
        Assert.False(Enters(bench));
    }

    [Fact]
    [Trait("Spec", "R21")]
    public void A_restored_state_goes_on_where_it_was()
    {
        var bench = new EngineBench(true, WithRails);
        bench.Hold();
        bench.Fill(101, Side.Sell, -20);
        var saved = bench.Engine.RiskSnapshot;
        Assert.Equal((1000m, -25.84m, 1000m), (saved.Capital.InDollars, saved.CarriedOver.InDollars, saved.HighWater.InDollars));

        var next = new EngineBench(true, WithRails, new StartFacts(RiskRecord.Restored, saved, 2, Capabilities.NativeBrackets));
        Assert.Equal((974.16m, 1000m), (next.Engine.Risk.Balance.InDollars, next.Engine.Risk.HighWater.InDollars));
        Assert.Equal(saved, next.Engine.RiskSnapshot);
        Assert.True(next.At("10:00:30").Enter(Wish.Long).Tag > 1L << 32);
    }

    [Fact]
    [Trait("Spec", "R25")]
    public void A_start_that_holds_no_trade_says_so_at_once()
    {
        var poor = RiskState.Fresh(Money.FromDollars(1000)) with { CarriedOver = Money.FromDollars(-185) };
        var bench = new EngineBench(true, WithRails, new StartFacts(RiskRecord.Restored, poor, 2, Capabilities.NativeBrackets));

        Assert.True(bench.Engine.Risk.Latches.Has(Latch.Starved));
    }

    public static TheoryData<string> Obstacles => new(Events.Keys);

    private static readonly Dictionary<string, (Func<Timestamp, EngineEvent> Set, Func<Timestamp, EngineEvent> Clear)> Events = new()
    {
        ["a stale feed"] = (t => EngineEvent.FeedChanged(t, FeedState.Stale), t => EngineEvent.FeedChanged(t, FeedState.Healed)),
        ["a lost feed"] = (t => EngineEvent.FeedChanged(t, FeedState.Lost), t => EngineEvent.FeedChanged(t, FeedState.Up)),
        ["a halted market"] = (t => EngineEvent.MarketStatus(t, MarketState.Halted), t => EngineEvent.MarketStatus(t, MarketState.Open)),
        ["a closed market"] = (t => EngineEvent.MarketStatus(t, MarketState.Closed), t => EngineEvent.MarketStatus(t, MarketState.Open)),
        ["a hub that is down"] = (
            t => EngineEvent.ConnectionChanged(t, Connection.UserHub, false),
            t => EngineEvent.ConnectionChanged(t, Connection.UserHub, true)
        ),
        ["a clock not to be trusted"] = (t => EngineEvent.ClockSuspect(t, true), t => EngineEvent.ClockSuspect(t, false)),
        ["an account that may not trade"] = (
            t => EngineEvent.AccountReported(t, new AccountReportFacts(default, false)),
            t => EngineEvent.AccountReported(t, new AccountReportFacts(default, true))
        ),
        ["a pause"] = (t => Command(t, OperatorCommand.Pause), t => Command(t, OperatorCommand.Resume)),
        ["reduce only"] = (t => Command(t, OperatorCommand.ReduceOnly), t => Command(t, OperatorCommand.Resume)),
    };

    private static EngineEvent Command(Timestamp time, OperatorCommand command) =>
        EngineEvent.Operator(time, command, new OperatorNote(1, "test", ""));

    [Theory]
    [MemberData(nameof(Obstacles))]
    [Trait("Spec", "R24")]
    public void A_trouble_blocks_entries_while_it_lasts_and_leaves_a_position_its_stop(string obstacle)
    {
        var (set, clear) = Events[obstacle];
        var bench = new EngineBench();
        bench.Take(set(bench.Now));
        Assert.False(Enters(bench));
        bench.Take(clear(bench.Now));
        Assert.True(Enters(bench));

        var held = new EngineBench();
        held.Hold();
        held.Take(set(held.Now)).After(5);
        Assert.Equal(Exposure.Protected, held.Engine.Exposure);
        Assert.DoesNotContain(held.Drain(), i => i.Kind is IntentKind.ClosePosition or IntentKind.Cancel);
    }

    [Fact]
    public void With_two_connections_down_one_that_returns_is_not_enough()
    {
        var bench = new EngineBench();
        bench
            .Take(EngineEvent.ConnectionChanged(bench.Now, Connection.MarketHub, false))
            .Take(EngineEvent.ConnectionChanged(bench.Now, Connection.Rest, false));
        bench.Take(EngineEvent.ConnectionChanged(bench.Now, Connection.Rest, true));
        Assert.False(Enters(bench));
        bench.Take(EngineEvent.ConnectionChanged(bench.Now, Connection.MarketHub, true));
        Assert.True(Enters(bench));
    }

    [Fact]
    [Trait("Spec", "R21")]
    public void A_store_that_failed_blocks_entries_until_a_restart_has_brought_it_up_to_date()
    {
        var bench = new EngineBench();
        bench.Take(EngineEvent.StoreFailed(bench.Now));
        Assert.False(Enters(bench));

        bench.Take(EngineEvent.StoreFailed(bench.Now, failed: false));
        Assert.True(Enters(bench));
    }

    public static TheoryData<string> Withdrawals => ["a halted market", "a pause", "the cut-off", "a roll"];

    [Theory]
    [MemberData(nameof(Withdrawals))]
    [Trait("Spec", "X2")]
    public void A_working_entry_is_withdrawn(string cause)
    {
        var bench = new EngineBench(true, s => s with { EntryType = OrderType.Limit, EntryTimeoutSeconds = 3600, Contracts = 2 });
        if (cause == "the cut-off")
            bench.At("15:10:00");
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100));
        var rule = cause switch
        {
            "a halted market" => Rule.MarketHalted,
            "a pause" => Rule.OperatorPause,
            "a roll" => Rule.ContractChanged,
            _ => Rule.EndOfDayCutoff,
        };
        if (cause == "a roll")
            bench.Take(EngineEvent.ContractSelected(bench.Now, 2, "MESM4"));
        else if (cause == "the cut-off")
            bench.At("16:10:00.0000001").At("16:15:00");
        else
            bench.Take(Events[cause].Set(bench.Now));

        var cancel = bench.Drain().First(i => i.Kind == IntentKind.Cancel);
        Assert.Equal((100L, cause == "the cut-off" ? Rule.OrderTimeout : rule), (cancel.VenueOrderId, cancel.Rule));
    }

    [Fact]
    [Trait("Spec", "R13")]
    public void The_cutoff_withdraws_an_entry_whose_cancel_failed_before()
    {
        var bench = new EngineBench(true, s => s with { EntryType = OrderType.Limit, EntryTimeoutSeconds = 60, Contracts = 4 }).At(
            "16:13:30"
        );
        var entry = bench.Enter(Wish.Long);
        bench.Answer(entry, SendOutcome.Accepted, 100).Report(EngineBench.Order(entry, 100)).At("16:14:59.9");
        foreach (var cancel in bench.Drain().Where(i => i.Kind == IntentKind.Cancel))
            bench.Answer(cancel, SendOutcome.NotSent);
        bench.At("16:15:00");

        Assert.Contains(bench.Drain(), i => i is { Kind: IntentKind.Cancel, Rule: Rule.EndOfDayCutoff, VenueOrderId: 100 });
    }

    [Fact]
    [Trait("Spec", "D6")]
    public void A_roll_closes_what_is_held()
    {
        var bench = new EngineBench();
        bench.Hold();
        bench.Take(EngineEvent.ContractSelected(bench.Now, 0, "MESH4"));
        Assert.Empty(bench.Drain());

        bench.Take(EngineEvent.ContractSelected(bench.Now, 1, "MESM4"));
        Assert.Equal(Rule.ContractChanged, bench.One(IntentKind.ClosePosition).Rule);
    }

    [Theory]
    [InlineData(OperatorCommand.Flatten, false)]
    [InlineData(OperatorCommand.Halt, true)]
    [InlineData(OperatorCommand.Kill, true)]
    [Trait("Spec", "R23")]
    public void A_person_can_close_a_position_in_three_ways(OperatorCommand command, bool needsReview)
    {
        var bench = new EngineBench();
        bench.Hold();
        bench.Take(Command(bench.Now, command));
        var close = bench.One(IntentKind.ClosePosition);
        bench.Fill(bench.Trade(110, Side.Sell, 0, 1, close.Tag));

        Assert.Equal(
            command == OperatorCommand.Halt ? ExitReason.Risk : ExitReason.Manual,
            Assert.Single(bench.Engine.ClosedTrades).Reason
        );
        Assert.Equal(needsReview ? TradingState.ManualReview : TradingState.Active, bench.Engine.Risk.Latches.State);
        Assert.False(bench.Engine.Risk.Latches.Has(Latch.Killed));
    }

    [Fact]
    public void A_backfilled_bar_decides_nothing_and_marks_nothing()
    {
        var bench = new EngineBench();
        bench.Bar(0, Wish.Long, EventFlags.Backfilled);

        Assert.Empty(bench.Drain());
    }

    [Fact]
    public void Time_never_runs_back() =>
        Assert.Throws<InvariantException>(() =>
        {
            var bench = new EngineBench();
            bench.Take(EngineEvent.Clock(bench.Now.AddSeconds(-1)));
        });

    [Fact]
    public void The_first_event_is_a_start() =>
        Assert.Throws<InvariantException>(() =>
            new TradingEngine(new EngineBench().Engine.Settings, new ScriptedRule()).On(EngineEvent.Clock(default), new IntentBuffer())
        );

    [Fact]
    public void A_start_while_a_position_is_held_is_a_broken_invariant()
    {
        var bench = new EngineBench();
        bench.Hold();

        Assert.Throws<InvariantException>(() =>
            bench.Take(EngineEvent.Started(bench.Now, new StartFacts(RiskRecord.Fresh, null, 2, Capabilities.None)))
        );
    }

    [Theory]
    [InlineData(0, 700_000, 0.0, true)]
    [InlineData(0, 700_000, 0.999, true)]
    [InlineData(0, 700_000, 1.0, false)] // a second old
    [InlineData(1, 700_000, 0.0, false)] // of another bar
    [InlineData(0, 599_999, 0.0, false)] // below the gate
    [InlineData(0, 600_000, 0.0, true)] // at it
    [Trait("Spec", "T4")]
    public void A_forecast_counts_for_the_newest_bar_while_that_is_under_a_second_old(int barsOld, int up, double age, bool enters)
    {
        var engine = new TradingEngine(new EngineBench().Engine.Settings, new ForecastRule());
        var intents = new IntentBuffer();
        var now = NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(10, 0));
        engine.On(EngineEvent.Started(now, new StartFacts(RiskRecord.Fresh, null, 1, Capabilities.None)), intents);
        engine.On(EngineEvent.Clock(now), intents);
        engine.On(EngineEvent.BarClosed(now, EngineBench.Flat((uint)now.UnixSeconds - 1, 0)), intents);
        var forecast = new ForecastFacts((uint)(now.UnixSeconds - 1 - barsOld), 1_000_000 - up - 100_000, 100_000, up, 0, 0)
        {
            LowerBound = up,
        };
        engine.On(EngineEvent.Forecasted(now + TimeSpan.FromSeconds(age), forecast), intents);

        Assert.Equal(enters ? 1 : 0, intents.Count);
        if (enters)
            Assert.Equal(Side.Buy, intents[0].Side);
    }

    [Fact]
    public void A_forecast_of_a_backfilled_bar_decides_nothing_and_an_absent_one_is_counted()
    {
        var engine = new TradingEngine(new EngineBench().Engine.Settings, new ForecastRule());
        var intents = new IntentBuffer();
        var now = NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(10, 0));
        engine.On(EngineEvent.Started(now, new StartFacts(RiskRecord.Fresh, null, 1, Capabilities.None)), intents);
        engine.On(EngineEvent.BarClosed(now, EngineBench.Flat((uint)now.UnixSeconds - 1, 0), EventFlags.Backfilled), intents);
        engine.On(EngineEvent.Forecasted(now, new ForecastFacts((uint)now.UnixSeconds - 1, 0, 0, 1_000_000, 0, 0)), intents);
        engine.On(EngineEvent.ForecastAbsent(now, ForecastGap.Warmup), intents);

        Assert.Equal(0, intents.Count);
        Assert.Equal(2, engine.Refusals[(int)Rule.ModelSilent]);
    }

    [Theory]
    [InlineData("11:57:54", true)] // fills by 11:57:59 at the latest
    [InlineData("11:57:55", false)] // could fill at 11:58:00
    [InlineData("12:02:00", false)]
    [InlineData("12:02:01", true)]
    [Trait("Spec", "K7")]
    public void No_entry_that_could_fill_within_two_minutes_of_news(string sentAt, bool enters)
    {
        var bench = new EngineBench(true, s => s with { News = NewsCalendar.Parse("2024-03-05,12:00,FOMC", "test") });
        bench.At(sentAt).Bar(0, Wish.Long);

        Assert.Equal(enters, bench.Drain().Any(i => i.Kind == IntentKind.Enter));
        if (!enters)
            Assert.Equal(Rule.News, bench.Engine.LastRefusal.Rule);
    }
}
