using System.Globalization;
using CsCheck;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// What happens on a tape, in which order, and when. The session is Tuesday, 2024-03-05, flat by 16:30; the price stands at 0. The host
/// here says only when it wants to be woken and places what a test tells it to.
/// </summary>
[Trait("Spec", "X1")]
[Trait("Spec", "X5")]
public sealed class TapeClockTests
{
    [Fact]
    public void At_one_instant_the_venues_deadline_comes_first_then_the_engines_then_the_bars_open_and_its_close()
    {
        var host = new Host().Hold(1, at: "16:20:00");
        host.Place(OrderType.Market, Side.Sell);
        host.WakeAt("16:30:00");

        // The last price is 10 minutes old: the venue books nothing, counts a violation, and the exit that waits is filled by the bar.
        Assert.Equal(
            ["16:30:00 VenueActed", "16:30:00 EngineDue", "16:30:00 VenueActed", "16:30:01 BarClosed"],
            host.Play(Bar("16:30:00", 7))
        );
        var fill = host.Fills[^1];
        Assert.Equal((new Price(Scene.Zero + 7 - 2), FillFlags.Late), (fill.Price, fill.Flags));
        Assert.Equal((0, 1), (host.Venue.Position, host.Venue.DeadlineViolations));
    }

    [Fact]
    public void Deadlines_before_a_bar_fire_at_their_own_times_and_one_at_its_open_fires_before_anything_is_filled()
    {
        var host = new Host().Enter();
        host.Place(OrderType.Market, Side.Buy);
        host.WakeAt("10:00:03", "10:00:05");

        Assert.Equal(
            ["10:00:03 EngineDue", "10:00:05 EngineDue", "10:00:05 VenueActed", "10:00:06 BarClosed"],
            host.Play(Bar("10:00:05", 0))
        );
    }

    [Fact]
    public void A_deadline_inside_a_bar_fires_after_its_fills_and_one_at_its_close_before_the_close_is_told()
    {
        var host = new Host(barSeconds: 60).Enter();
        host.Place(OrderType.Market, Side.Buy);
        host.WakeAt("10:05:30", "10:06:00", "10:06:01");

        Assert.Equal(
            ["10:05:00 VenueActed", "10:05:30 EngineDue", "10:06:00 EngineDue", "10:06:00 BarClosed"],
            host.Play(Bar("10:05:00", 0))
        );
    }

    [Fact]
    public void What_is_placed_between_two_fills_of_a_bar_takes_part_in_that_bar()
    {
        var host = new Host().Enter();
        host.Place(OrderType.Market, Side.Buy);
        host.OnVenue = () =>
        {
            // A protective order that follows the fill at once: the bar goes on to 10 below.
            host.OnVenue = null;
            host.Place(OrderType.Stop, Side.Sell, -8);
        };

        Assert.Equal(["10:00:00 VenueActed", "10:00:00 VenueActed", "10:00:01 BarClosed"], host.Play(Bar("10:00:00", 0, low: -10)));
        Assert.Equal([Scene.Zero + 1, Scene.Zero - 9], host.Fills.Select(fill => fill.Price.InTicks));
    }

    [Fact]
    public void A_deadline_that_moves_when_the_engine_is_woken_is_heard_at_once()
    {
        var host = new Host().Enter();
        host.WakeAt("10:00:01", "10:00:01", "10:00:00");

        // The second asks for the same instant, the third for one that has passed: time stands still, it never runs back.
        Assert.Equal(
            ["10:00:01 EngineDue", "10:00:01 EngineDue", "10:00:01 EngineDue", "10:00:03 BarClosed"],
            host.Play(Bar("10:00:02", 0))
        );
    }

    [Fact]
    public void What_falls_due_after_the_last_bar_up_to_the_close_belongs_to_that_session()
    {
        var host = new Host().Enter();
        host.WakeAt("16:45:00", "17:00:00", "17:00:01", "18:00:00", "18:00:01");
        host.Play(Bar("16:00:00", 0));

        host.Clock.EndSession();
        Assert.Equal(["16:45:00 EngineDue", "17:00:00 EngineDue"], host.Play());

        host.Clock.Enter(Session(6), "MESH4");
        Assert.Equal(["17:00:01 EngineDue", "18:00:00 EngineDue"], host.Play());
    }

    [Fact]
    public void Time_that_passes_without_a_bar_fires_what_falls_due_and_nothing_later()
    {
        var host = new Host().Hold(1, at: "15:00:00");
        host.WakeAt("15:30:00", "16:30:00", "16:30:01");

        host.Clock.WaitUntil(At("16:30:00"));
        Assert.Equal(["15:30:00 EngineDue", "16:30:00 VenueActed", "16:30:00 EngineDue"], host.Play());
    }

    [Fact]
    public void Nothing_falls_due_where_nobody_has_a_deadline_however_long_it_takes()
    {
        var host = new Host().Enter();
        host.Clock.WaitUntil(Timestamp.Never);
        Assert.Empty(host.Play());
        Assert.Equal(Session(5).Open, host.Clock.Now);
    }

    [Fact]
    public void A_position_is_booked_in_its_own_contract_before_the_next_one_is_selected()
    {
        var host = new Host().Hold(1, at: "16:20:00");
        host.Clock.EndSession();
        host.Play();

        host.Clock.Enter(Session(6), "MESM4");
        Assert.Equal(["18:00:00 VenueActed in MESH4", "18:00:00 ContractSelected in MESM4"], host.Play(withContract: true));
        Assert.Equal(
            (0, Scene.Zero - 2, FillFlags.Booked | FillFlags.Late),
            (host.Venue.Position, host.Fills[^1].Price.InTicks, host.Fills[^1].Flags)
        );
        Assert.Equal(2, host.Clock.ContractIndex);
    }

    [Fact]
    public void A_contract_changes_without_a_word_of_the_venue_where_nothing_is_held_and_is_selected_once()
    {
        var host = new Host();
        host.Clock.Enter(Session(5), "MESH4");
        Assert.Equal(["18:00:00 ContractSelected"], host.Play());

        host.Clock.Enter(Session(6), "MESH4");
        Assert.Empty(host.Play());

        host.Clock.Enter(Session(7), "MESM4");
        Assert.Equal(["18:00:00 ContractSelected"], host.Play());
        var told = host.Clock.ContractSelected;
        Assert.Equal((Session(7).Open, (byte)2, "MESM4"), (told.Time, told.Contract, told.Detail));
    }

    [Fact]
    public void A_tape_at_the_pace_of_a_clock_gives_what_has_happened_by_now_and_goes_on_later()
    {
        var host = new Host(barSeconds: 60).Enter();
        host.Place(OrderType.Market, Side.Buy);
        host.WakeAt("10:04:00", "10:05:30");
        host.Clock.Open(Bar("10:05:00", 0));

        Assert.Empty(host.Play(notAfter: At("10:03:59")));
        Assert.Equal(["10:04:00 EngineDue"], host.Play(notAfter: At("10:04:59")));
        Assert.Equal(["10:05:00 VenueActed"], host.Play(notAfter: At("10:05:00")));
        Assert.Empty(host.Play(notAfter: At("10:05:29")));
        Assert.Equal(["10:05:30 EngineDue"], host.Play(notAfter: At("10:05:59")));
        Assert.False(host.Clock.IsIdle);
        Assert.Equal(["10:06:00 BarClosed"], host.Play(notAfter: At("10:06:00")));
        Assert.True(host.Clock.IsIdle);
    }

    [Fact]
    public void A_session_at_the_pace_of_a_clock_is_entered_at_its_open_and_a_wait_ends_at_its_time()
    {
        var host = new Host();
        host.Clock.Enter(Session(5), "MESH4");
        Assert.Empty(host.Play(notAfter: Session(5).Open.AddSeconds(-1)));
        Assert.Equal("", host.Clock.Contract);
        Assert.Equal(["18:00:00 ContractSelected"], host.Play(notAfter: Session(5).Open));

        host.WakeAt("10:00:00", "12:00:01");
        host.Clock.WaitUntil(At("12:00:00"));
        Assert.Equal(["10:00:00 EngineDue"], host.Play(notAfter: At("11:59:59")));
        Assert.False(host.Clock.IsIdle);
        Assert.Empty(host.Play(notAfter: At("12:00:00")));
        Assert.True(host.Clock.IsIdle);
    }

    [Fact]
    public void The_engine_is_told_of_each_moment_but_of_the_venues_own()
    {
        var host = new Host().Enter();
        host.WakeAt("10:00:05");
        var bar = Bar("10:00:05", 3);
        host.Clock.Open(bar);

        var clock = host.Clock.Told(host.Clock.Next(At("10:00:05")))!.Value;
        Assert.Equal((EventKind.Clock, At("10:00:05")), (clock.Kind, clock.Time));
        var closed = host.Clock.Told(host.Clock.Next(Timestamp.Never))!.Value;
        Assert.Equal((EventKind.BarClosed, At("10:00:06"), bar), (closed.Kind, closed.Time, closed.Bar));
        Assert.Null(host.Clock.Told(TapeMoment.VenueActed));
        Assert.Null(host.Clock.Told(host.Clock.Next(Timestamp.Never)));
    }

    [Fact]
    public void The_next_thing_does_not_begin_before_the_last_one_has_run_its_course()
    {
        var host = new Host().Enter();
        host.Clock.Open(Bar("10:00:00", 0));

        Assert.Throws<InvariantException>(() => host.Clock.Open(Bar("10:00:01", 0)));
        Assert.Throws<InvariantException>(() => host.Clock.WaitUntil(At("11:00:00")));
        Assert.Equal(["10:00:01 BarClosed"], host.Play());
    }

    [Fact]
    public void A_bar_that_is_known_already_teaches_the_venue_its_price_and_moves_no_time()
    {
        var host = new Host(fills: FillMode.Optimistic).Enter();
        host.Clock.Skip(Bar("10:00:00", 5));
        Assert.Equal(Session(5).Open, host.Clock.Now);

        // Optimistic: at the close of the bar that ends now.
        host.Clock.Reach(At("10:00:01"));
        host.Place(OrderType.Market, Side.Buy);
        Assert.Equal([Scene.Zero + 5], host.Fills.Select(fill => fill.Price.InTicks));
    }

    [Fact]
    public void A_quiet_bar_is_passed_without_asking_the_host_and_nothing_is_allocated()
    {
        var host = new Host().Hold(1, at: "09:59:59");
        host.Place(OrderType.Stop, Side.Sell, -8);
        var first = Bar("10:00:00", 0);
        var bars = Enumerable.Range(0, 1000).Select(i => first with { OpenTime = first.OpenTime + (uint)i }).ToArray();

        // The first ones may compile something.
        Assert.All(bars[..500], bar => Assert.True(host.Clock.TryPass(bar, At("11:00:00"))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var passed = 0;
        for (var i = 500; i < bars.Length; i++)
            passed += host.Clock.TryPass(bars[i], At("11:00:00")) ? 1 : 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((500, 0), (passed, allocated));
        Assert.Equal(At("10:16:40"), host.Clock.Now);
    }

    [Theory]
    [InlineData("10:00:00", -1, false)] // due before its open
    [InlineData("10:00:01", -1, false)] // at its open
    [InlineData("10:00:02", -1, false)] // at its close
    [InlineData("10:00:03", -1, true)]
    [InlineData("10:00:03", -8, false)] // touches the stop
    [InlineData("10:00:03", -7, true)]
    public void A_bar_is_quiet_only_where_nothing_falls_due_and_nothing_can_be_filled(string wakeAt, int low, bool isQuiet)
    {
        var host = new Host().Hold(1, at: "09:59:00");
        host.Place(OrderType.Stop, Side.Sell, -8);

        Assert.Equal(isQuiet, host.Clock.TryPass(Bar("10:00:01", 0, low), At(wakeAt)));
        Assert.Equal(isQuiet ? At("10:00:02") : At("09:59:01"), host.Clock.Now);
    }

    [Fact]
    public void A_bar_before_the_flat_by_time_is_quiet_and_the_one_that_closes_at_it_is_not_while_something_is_held()
    {
        var host = new Host().Hold(1, at: "16:00:00");
        Assert.True(host.Clock.TryPass(Bar("16:29:58", 0), Timestamp.Never));
        Assert.False(host.Clock.TryPass(Bar("16:29:59", 0), Timestamp.Never));
        Assert.True(new Host().Enter().Clock.TryPass(Bar("16:29:59", 0), Timestamp.Never));
    }

    /// <summary>The short way through a bar is the long one: whatever works and whenever the engine wants to be woken.</summary>
    [Fact]
    public void To_pass_a_bar_is_to_open_it_and_find_that_it_only_closes() =>
        Gen.Select(Gen.Int[-3, 3], Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[0, 4000], Gen.Bool)
            .Sample(
                (held, up, down, wakesAfterMs, waits) =>
                {
                    var (quick, slow) = (Prepared(held, up, down, waits), Prepared(held, up, down, waits));
                    var bar = Bar("10:00:02", 0, low: -6) with { High = new Price(Scene.Zero + 6) };
                    var wake = At("10:00:00") + TimeSpan.FromMilliseconds(wakesAfterMs);
                    slow.Clock.Open(bar);
                    var onlyCloses = slow.Clock.Next(wake) == TapeMoment.BarClosed;

                    Assert.Equal(onlyCloses, quick.Clock.TryPass(bar, wake));
                    if (onlyCloses)
                        Assert.Equal((slow.Clock.Now, slow.Venue.Position), (quick.Clock.Now, quick.Venue.Position));
                }
            );

    private static DateOnly Day => new(2024, 3, 5);

    private static Host Prepared(int held, int up, int down, bool waits)
    {
        var host = held == 0 ? new Host().Enter() : new Host().Hold(held, "09:59:00");
        if (up > 0)
            host.Place(OrderType.Limit, Side.Sell, up);
        if (down > 0)
            host.Place(OrderType.Stop, Side.Sell, -down);
        if (waits)
            host.Place(OrderType.Market, Side.Sell);
        return host;
    }

    private static TradingSession Session(int day) => SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2024, 3, day))!.Value;

    private static Timestamp At(string time) => NewYork.At(Day, TimeOnly.Parse(time, CultureInfo.InvariantCulture));

    private static Bar Bar(string time, int close, int low = 0)
    {
        var (from, to) = (Math.Min(low, close), Math.Max(low, close));
        var price = new Price(Scene.Zero + close);
        return new Bar(Tape.Second(Day, time), price, new Price(Scene.Zero + to), new Price(Scene.Zero + from), price, 1);
    }

    /// <summary>Writes down what happens, and when; in place of an engine it has a list of times to be woken at.</summary>
    private sealed class Host
    {
        private readonly Queue<Timestamp> _wakes = new();

        public Host(int barSeconds = 1, FillMode fills = FillMode.Realistic)
        {
            Venue = new SimulatedVenue(
                new VenueSettings
                {
                    Instrument = Micro.Mes,
                    BarSeconds = barSeconds,
                    Fills = fills,
                    News = NewsCalendar.None,
                    NativeBrackets = false,
                }
            );
            Clock = new TapeClock(Venue);
        }

        public SimulatedVenue Venue { get; }

        public TapeClock Clock { get; }

        public List<FillFacts> Fills { get; } = [];

        /// <summary>What it does when the venue has acted.</summary>
        public Action? OnVenue { get; set; }

        private Timestamp Deadline => _wakes.TryPeek(out var next) ? next : Timestamp.Never;

        public Host Enter()
        {
            Clock.Enter(Session(5), "MESH4");
            Play();
            return this;
        }

        /// <summary>
        /// In the session, with so many contracts bought, or sold, at the open of a bar at that time; it is the last one known.
        /// </summary>
        public Host Hold(int contracts, string at)
        {
            Enter();
            Place(OrderType.Market, contracts > 0 ? Side.Buy : Side.Sell, size: Math.Abs(contracts));
            Play(Bar(at, 0));
            Assert.Equal(contracts, Venue.Position);
            return this;
        }

        public void WakeAt(params string[] times)
        {
            foreach (var time in times)
                _wakes.Enqueue(At(time));
        }

        public void Place(OrderType type, Side side, int price = 0, int size = 1)
        {
            var intent = type switch
            {
                OrderType.Market => Intent.PlaceExit(default, side, size, tag: 0),
                _ => Intent.PlaceProtection(
                    default,
                    type == OrderType.Stop ? OrderRole.Stop : OrderRole.Target,
                    side,
                    size,
                    new Price(Scene.Zero + price),
                    tag: 0,
                    parentTag: 0
                ),
            };
            Venue.Accept(intent, Clock.Now, 0);
            Listen();
        }

        public List<string> Play(Bar bar)
        {
            Clock.Open(bar);
            return Play();
        }

        public List<string> Play(bool withContract = false, Timestamp? notAfter = null)
        {
            var seen = new List<string>();
            while (Clock.Next(Deadline, notAfter ?? Timestamp.Never) is var moment and not TapeMoment.None)
            {
                var time = NewYork.Local(Clock.Now).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
                seen.Add($"{time} {moment}{(withContract ? $" in {Clock.Contract}" : "")}");
                if (moment == TapeMoment.EngineDue)
                    _wakes.Dequeue();
                if (moment == TapeMoment.VenueActed)
                {
                    Listen();
                    OnVenue?.Invoke();
                }
            }

            return seen;
        }

        private void Listen()
        {
            while (Venue.TryTake(out var fact))
            {
                if (fact.Kind == EventKind.Fill)
                    Fills.Add(fact.Fill);
            }
        }
    }
}
