using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// SPEC R13 and Z4 on a thousand days of 2019 to 2027: every early close, the days around every change of clocks, and others between them.
/// Each day a position is forced open a minute or three before the cut-off and nothing but the end of the day closes it. A third of the
/// days have no bar in the last five minutes; on a third of all days, with and without such a hole, the first exit fails in one of five
/// ways.
/// </summary>
[Trait("Spec", "R13")]
[Trait("Spec", "Z4")]
[Trait("Spec", "X5")]
[Trait("Spec", "Q5")]
public sealed class FlatAtTheDeadline
{
    private const int DayCount = 1000;

    private enum Failure
    {
        None,
        Refused,
        NotSent,
        UnheardButDone,
        UnheardAndNotDone,
        AcceptedThenRejected,
    }

    [Theory]
    [InlineData(EndOfDayPlan.Plan, 1, true)]
    [InlineData(EndOfDayPlan.TopstepX, 1, false)]
    [InlineData(EndOfDayPlan.Plan, 60, false)]
    [InlineData(EndOfDayPlan.TopstepX, 60, true)]
    public void Every_day_ends_flat_in_time_with_nothing_working_and_nothing_opened_late(EndOfDayPlan plan, int barSeconds, bool native)
    {
        var days = Days(plan);
        var (columns, rule) = Bars(days, barSeconds);
        var faults = new FirstExitFails();
        var engine = new TradingEngine(
            new EngineSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = barSeconds,
                EntriesInEth = true,
                Contracts = 2,
                EndOfDay = plan,
                News = NewsCalendar.None,
                Stop = new StopSettings { Kind = StopKind.Fixed },
                Limits = new RiskLimits { RailsOn = false },
            },
            rule
        );
        var venue = new SimulatedVenue(
            new VenueSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = barSeconds,
                EndOfDay = plan,
                NativeBrackets = native,
                News = NewsCalendar.None,
            },
            faults
        );
        var watch = new Watch(days, engine, venue, faults);
        var test = new Backtest(engine, venue) { BeforeEvent = watch.Look };
        test.Run(columns);
        var result = test.Finish();

        Assert.Equal(DayCount, result.Trades.Count);
        Assert.Equal(DayCount, watch.Checked);
        for (var i = 0; i < days.Count; i++)
        {
            var (day, trip) = (days[i], result.Trades[i].Trip);
            Assert.Equal(day.Session.Day, result.Trades[i].Day);
            Assert.Equal(ExitReason.EodFlatten, trip.Reason);
            Assert.True(trip.EntryTime < day.Cutoff, $"{day} entered at {trip.EntryTime}");
            Assert.True(trip.ExitTime >= day.Exit && trip.ExitTime <= day.FlatBy, $"{day} left at {trip.ExitTime}");
            Assert.Equal(day.HasHole, (trip.Flags & FillFlags.Booked) != 0);
        }

        Assert.DoesNotContain(result.Violations, v => v.Kind == ViolationKind.NotFlatByDeadline);
        Assert.Equal(days.Count(d => d.Failure != Failure.None), faults.Failed);
    }

    [Fact]
    public void The_days_hold_every_early_close_and_every_change_of_clocks()
    {
        var dates = Days(EndOfDayPlan.Plan).Select(d => d.Session.Day.Date).ToHashSet();
        var early = SessionCalendar
            .CmeEquityIndex.Sessions.ToArray()
            .Where(s => s.IsEarlyClose && s.Day.Date.Year >= 2019)
            .Select(s => s.Day.Date);

        Assert.Equal(DayCount, dates.Count);
        Assert.All(early, day => Assert.Contains(day, dates));
        Assert.Contains(new DateOnly(2027, 11, 26), dates);
        Assert.Contains(new DateOnly(2019, 3, 11), dates);
        Assert.Contains(new DateOnly(2027, 11, 8), dates);
        Assert.Contains(new DateOnly(2027, 3, 12), dates);
    }

    private static List<Day> Days(EndOfDayPlan plan)
    {
        var all = SessionCalendar.CmeEquityIndex.Sessions.ToArray().Where(s => s.Day.Date.Year is >= 2019 and <= 2027).ToList();
        var chosen = all.Where((s, i) => s.IsEarlyClose || ChangesClocks(all, i)).Select(s => s.Day).ToHashSet();
        var step = (double)all.Count / DayCount;
        for (var at = 0.0; chosen.Count < DayCount; at = (at + step) % all.Count)
            chosen.Add(all.Skip((int)at).First(s => !chosen.Contains(s.Day)).Day);

        var days = new List<Day>();
        foreach (var session in all.Where(s => chosen.Contains(s.Day)))
        {
            var i = days.Count;
            var flatBy = NewYork.At(session.Day.Date, DeadlineRule.FlatBy(session.Day.Date, plan));
            var failure = i / 3 % 3 == 0 ? (Failure)(1 + (i % 5)) : Failure.None;
            days.Add(new Day(session, flatBy, HasHole: i % 3 == 0, failure));
        }

        return days;
    }

    /// <summary>The offset of New York differs from that of the session before or after.</summary>
    private static bool ChangesClocks(List<TradingSession> all, int i) =>
        (i > 0 && NewYork.UtcOffset(all[i].Close) != NewYork.UtcOffset(all[i - 1].Close))
        || (i + 1 < all.Count && NewYork.UtcOffset(all[i].Close) != NewYork.UtcOffset(all[i + 1].Close));

    private static (BarColumns Columns, ScriptedRule Rule) Bars(List<Day> days, int barSeconds)
    {
        var tape = new Tape(barSeconds);
        var rule = new ScriptedRule();
        for (var i = 0; i < days.Count; i++)
        {
            var day = days[i];
            var cutoff = (uint)day.Cutoff.UnixSeconds;
            var (exit, flatBy) = ((uint)day.Exit.UnixSeconds, (uint)day.FlatBy.UnixSeconds);
            var signal = cutoff - (barSeconds == 1 ? 60u : 180u);
            var wish = i % 2 == 0 ? Wish.Long : Wish.Short;
            rule.At(signal, wish);
            var step = barSeconds == 1 ? 7u : 60u;
            for (var second = signal; second < flatBy + 300; second += second < signal + 3 ? (uint)barSeconds : step)
            {
                if (day.HasHole && second >= exit && second < flatBy)
                    continue;
                tape.Add(second, 20_000, 20_001, 19_999, 20_000);

                // A wish on every bar from the cut-off on: none of them may open.
                if (second >= cutoff)
                    rule.At(second, wish);
            }
        }

        return (tape.Columns(), rule);
    }

    private sealed record Day(TradingSession Session, Timestamp FlatBy, bool HasHole, Failure Failure)
    {
        public Timestamp Cutoff => FlatBy.AddSeconds(-15 * 60);

        public Timestamp Exit => FlatBy.AddSeconds(-5 * 60);

        public override string ToString() => $"{Session.Day}, {Failure}{(HasHole ? ", no bars" : "")}";
    }

    /// <summary>
    /// Looks at engine and venue before each event: at the first one after a day's deadline nothing of that day may be open.
    /// </summary>
    private sealed class Watch(List<Day> days, TradingEngine engine, SimulatedVenue venue, FirstExitFails faults)
    {
        private int _day = -1;
        private int _held;

        public int Checked { get; private set; }

        public void Look(EngineEvent e)
        {
            while (_day + 1 < days.Count && e.Time >= days[_day + 1].Session.Open)
                Enter(++_day);
            if (_day < 0)
                return;
            var day = days[_day];
            if (e.Time >= day.Cutoff)
                Assert.True(Math.Abs(venue.Position) <= _held, $"{day}: opened at {e.Time}");
            _held = Math.Abs(venue.Position);
            if (e.Time <= day.FlatBy || Checked > _day)
                return;
            Assert.True(engine.IsAtRest && venue is { Position: 0, HasWorkingOrders: false }, $"{day}: not flat, or orders work");
            Checked++;
        }

        private void Enter(int day)
        {
            Assert.Equal(0, venue.Position);
            faults.Begin(days[day].Failure);
        }
    }

    private sealed class FirstExitFails : VenueFaults
    {
        private Failure _failure;

        public int Failed { get; private set; }

        public void Begin(Failure failure) => _failure = failure;

        public override SendOutcome Answer(in Intent intent)
        {
            if (!IsExit(intent))
                return SendOutcome.Accepted;
            switch (_failure)
            {
                case Failure.Refused:
                    return Spend(SendOutcome.Refused);
                case Failure.NotSent:
                    return Spend(SendOutcome.NotSent);
                case Failure.UnheardButDone or Failure.UnheardAndNotDone:
                    return SendOutcome.Unknown;
                default:
                    return SendOutcome.Accepted;
            }
        }

        public override bool ActsUnheard(in Intent intent) => Spend(_failure) == Failure.UnheardButDone;

        public override bool RejectsAfterAccepting(in Intent intent) =>
            IsExit(intent) && _failure == Failure.AcceptedThenRejected && Spend(true);

        private static bool IsExit(in Intent intent) => intent.Kind is IntentKind.ClosePosition or IntentKind.PlaceExit;

        private T Spend<T>(T result)
        {
            _failure = Failure.None;
            Failed++;
            return result;
        }
    }
}
