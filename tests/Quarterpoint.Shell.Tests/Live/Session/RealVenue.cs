using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A venue that lives in real time, on a clock of the test's own: it makes bars, fills orders, and answers after a while. Its time goes on
/// while the session waits for mail, in the session's own thread, so that an hour takes a moment and every run is the same. Like a real one
/// it outlives its sessions.
/// </summary>
internal sealed class RealVenue
{
    /// <summary>More waits than a test's hours can have.</summary>
    private const int MostWaits = 500_000;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan ReconnectTakes = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BarGrace = TimeSpan.FromMilliseconds(200);

    private readonly SetClock _clock;
    private readonly SimulatedVenue _venue;
    private readonly PriorityQueue<Action, (Timestamp Time, int Order)> _due = new();
    private readonly Dictionary<long, OrderReportFacts> _byId = [];
    private readonly Dictionary<long, long> _idOfTag = [];
    private readonly HashSet<long> _tags = [];
    private readonly HashSet<Connection> _down = [];
    private readonly long _startedAt;
    private readonly Timestamp _start;
    private Mailbox? _mail;
    private int _order;
    private int _waits;

    public RealVenue(SetClock clock, VenueSettings settings)
    {
        (_clock, _venue) = (clock, new SimulatedVenue(settings));
        (_startedAt, _start) = (clock.GetTimestamp(), Timestamp.FromUtc(clock.GetUtcNow().UtcDateTime));
        _venue.EnterSession(settings.Calendar.At(_start)!.Value);
        MakeBar(_start);
    }

    /// <summary>True time: it takes no notice of a wall clock that is set.</summary>
    public Timestamp Now => _start + _clock.GetElapsedTime(_startedAt);

    /// <summary>The price of the bars, in ticks.</summary>
    public int Price { get; set; } = 20_400;

    /// <summary>Connected, and not a word.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How late the market's facts arrive here, beside those of orders.</summary>
    public TimeSpan MarketDelay { get; set; }

    /// <summary>When a connection that broke can be brought back.</summary>
    public Timestamp BackAt { get; set; }

    /// <summary>What an order's request throws while there is no way for it; null for an answer by mail.</summary>
    public VenueLostException? Throws { get; set; }

    /// <summary>The position that it states, where that is not the true one.</summary>
    public int? HeldTold { get; set; }

    /// <summary>What reached it, and when it was sent.</summary>
    public List<(Timestamp At, Intent Intent)> Heard { get; } = [];

    /// <summary>What was handed over while there was no way to the venue.</summary>
    public List<(Timestamp At, Intent Intent)> Unsent { get; } = [];

    public List<(Timestamp At, Connection Which)> Reconnects { get; } = [];

    public List<FillFacts> Fills { get; } = [];

    /// <summary>Orders that bear the tag of an earlier one: never to happen (SPEC N4).</summary>
    public List<Intent> PlacedTwice { get; } = [];

    /// <summary>How often it was told to close everything without the engine.</summary>
    public int Flattened { get; private set; }

    public int Position => _venue.Position;

    public int WorkingOrders => _byId.Values.Count(order => order.Status == VenueOrderStatus.Working);

    /// <summary>Days on which a position outlived its deadline.</summary>
    public int Violations => _venue.DeadlineViolations;

    /// <summary>The way for one session.</summary>
    public IVenueLink Link(Mailbox mail)
    {
        _mail = mail;
        return new RealLink(this);
    }

    /// <summary>What happens at that time.</summary>
    public void At(Timestamp time, Action act) => _due.Enqueue(act, (Timestamp.Max(time, Now), ++_order));

    public void Post(in EngineEvent e) => _mail?.Post(e);

    /// <summary>What its clock shows, by the second, from now on.</summary>
    public void SayItsClock(Func<TimeSpan> ahead) => At(Now.AddSeconds(1), () =>
        {
            _mail?.NoteVenueClock(Now + ahead());
            SayItsClock(ahead);
        });

    public void Break(params ReadOnlySpan<Connection> which)
    {
        foreach (var connection in which)
        {
            _down.Add(connection);
            Post(EngineEvent.ConnectionChanged(Now, connection, up: false));
        }
    }

    /// <summary>Every way to it is open again; a session that was told otherwise is gone.</summary>
    public void MendAll() => _down.Clear();

    /// <summary>Time goes on until mail has come, at most so long.</summary>
    public void Wait(TimeSpan atMost)
    {
        Assert.True(++_waits < MostWaits, "the session waits for ever");
        Pass(atMost, untilMail: true);
    }

    /// <summary>Time goes on, whatever comes.</summary>
    public void Pass(TimeSpan time) => Pass(time, untilMail: false);

    private void Pass(TimeSpan time, bool untilMail)
    {
        var until = Now + time;
        while (_due.TryPeek(out _, out var next) && next.Time <= until)
        {
            PassTo(next.Time);
            _due.Dequeue()();
            if (untilMail && _mail!.Count > 0)
                return;
        }

        PassTo(until);
    }

    private void PassTo(Timestamp time)
    {
        if (time > Now)
            _clock.Advance(time - Now);
        if (_venue.NextDeadline > Now)
            return;
        _venue.OnDeadline(Now);
        TellFacts();
    }

    private void MakeBar(Timestamp opens)
    {
        var price = new Price(Price);
        var bar = new Bar((uint)opens.UnixSeconds, price, price, price, price, 10);
        if (_venue.CanFillIn(bar))
        {
            _venue.OpenBar(bar);
            while (_venue.FillNext(bar)) { }
        }

        TellFacts();
        var closes = opens.AddSeconds(1);
        At(closes, () =>
        {
            _venue.CloseBar(bar);
            MakeBar(closes);
        });
        At(closes + BarGrace + MarketDelay, () => Tell(EngineEvent.BarClosed(closes, bar), Connection.MarketHub));
    }

    private void Take(in Intent intent, long seq)
    {
        var asked = intent;
        if (!_down.Contains(Connection.Rest))
        {
            Heard.Add((Now, asked));
            At(Now + Latency, () => Handle(asked, seq));
            return;
        }

        Unsent.Add((Now, asked));
        if (asked.Kind == IntentKind.Query)
            return;
        if (Throws is not null)
            throw Throws;
        Post(EngineEvent.Sent(Now, new SendResultFacts(asked.RequestId, SendOutcome.NotSent, 0, 0)));
    }

    private void Handle(in Intent intent, long seq)
    {
        if (intent is { Kind: IntentKind.Query, Query: QueryKind.Order })
        {
            var id = intent.VenueOrderId != 0 ? intent.VenueOrderId : _idOfTag.GetValueOrDefault(intent.Tag);
            ReadOnlySpan<OrderReportFacts> found = _byId.TryGetValue(id, out var order) ? [order] : [];
            Tell(EngineEvent.Snapshot(Now, new VenueSnapshot(intent.RequestId, seq, false, [.. found], Position, [])), Connection.Rest);
        }
        else
        {
            if (intent.Kind is IntentKind.Enter or IntentKind.PlaceProtection or IntentKind.PlaceExit or IntentKind.ClosePosition)
            {
                if (!_tags.Add(intent.Tag))
                    PlacedTwice.Add(intent);
            }

            _venue.Accept(intent, Now, seq);
        }

        TellFacts();
    }

    private void FlattenNow()
    {
        if (_down.Contains(Connection.Rest))
            throw new VenueLostException("no way to the venue", nothingLeft: true);
        Flattened++;
        foreach (var order in _byId.Values.Where(order => order.Status == VenueOrderStatus.Working).ToList())
            _venue.Accept(Intent.Cancel(default, order.VenueOrderId), Now, 0);
        if (Position != 0)
            _venue.Accept(Intent.ClosePosition(default, default, Math.Abs(Position), 0), Now, 0);
        TellFacts();
    }

    private void Reconnect(Connection which)
    {
        Reconnects.Add((Now, which));
        At(Now + ReconnectTakes, () =>
        {
            if (Now >= BackAt)
                _down.Remove(which);
            Post(EngineEvent.ConnectionChanged(Now, which, up: !_down.Contains(which)));
        });
    }

    private void TellFacts()
    {
        while (_venue.TryTake(out var fact))
        {
            if (fact.Kind == EventKind.Fill)
                Fills.Add(fact.Fill);
            if (fact.Kind == EventKind.OrderReport)
            {
                _byId[fact.OrderReport.VenueOrderId] = fact.OrderReport;
                if (fact.OrderReport.Tag != 0)
                    _idOfTag[fact.OrderReport.Tag] = fact.OrderReport.VenueOrderId;
            }

            Tell(fact, fact.Kind is EventKind.OrderReport or EventKind.Fill ? Connection.UserHub : Connection.Rest);
        }
    }

    private void Tell(in EngineEvent fact, Connection by)
    {
        if (!IsSilent && !_down.Contains(by))
            Post(HeldTold is { } held && Position != 0 ? Misstated(fact, held) : fact);
    }

    private static EngineEvent Misstated(in EngineEvent fact, int held) =>
        fact switch
        {
            { Kind: EventKind.VenueSnapshot, Detail: VenueSnapshot told } => EngineEvent.Snapshot(
                fact.Time,
                told with
                {
                    SignedPosition = held,
                }
            ),
            { Kind: EventKind.PositionReport } => EngineEvent.PositionReported(fact.Time, fact.PositionReport with { SignedSize = held }),
            _ => fact,
        };

    /// <summary>A session's way: what it says into a venue that has another session by now goes nowhere.</summary>
    private sealed class RealLink(RealVenue venue) : IVenueLink
    {
        public VenueWelcome Connect(Timestamp knownUpTo) => new(venue.Now, Capabilities.Volume);

        public void Send(in Intent intent, long seq) => venue.Take(intent, seq);

        public void Ready() => venue.Post(EngineEvent.ContractSelected(venue.Now, 1, "MESH4"));

        public void Reconnect(Connection which) => venue.Reconnect(which);

        public void FlattenNow(string reason) => venue.FlattenNow();

        public void Dispose() => venue._mail = null;
    }
}
