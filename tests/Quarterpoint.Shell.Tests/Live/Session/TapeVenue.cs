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
/// A paper venue without a process, a socket, or a thread: it goes on when the session has ended its turn, in the session's own thread, so that thousands of sessions
/// can be run. Like the real one it outlives a session that breaks off, and what it said into a broken connection is not said again.
/// </summary>
internal sealed class TapeVenue : TimeProvider
{
    private readonly SimulatedVenue _venue;
    private readonly BarColumns _tape;
    private readonly IEnumerator<bool> _play;
    private readonly Dictionary<long, OrderReportFacts> _byId = [];
    private readonly Dictionary<long, long> _idOfTag = [];
    private readonly List<EngineEvent> _facts = [];
    private readonly HashSet<long> _tags = [];
    private readonly List<Action<TapeVenue>> _steps = [];
    private TapeLink? _link;
    private Timestamp _deadline = Timestamp.Never;
    private Timestamp _knownUpTo;
    private Timestamp _barClosed;
    private Bar _bar;
    private string _contract = "";
    private byte _contractIndex;
    private bool _hasPushed;
    private bool _isOver;
    private TimeSpan _waited;

    public TapeVenue(VenueSettings settings, BarColumns tape)
    {
        (_venue, _tape, _play) = (new SimulatedVenue(settings), tape, Play());
        Now = tape.Sessions[0].Session.Open;
    }

    public Timestamp Now { get; private set; }

    /// <summary>What reached it, in order.</summary>
    public List<Intent> Heard { get; } = [];

    /// <summary>What was asked for a second time under the tag of the first: never done, and never to happen (SPEC N4).</summary>
    public List<Intent> PlacedTwice { get; } = [];

    /// <summary>How often it was told to close everything without the engine.</summary>
    public int Flattened { get; private set; }

    /// <summary>Every trade it ever made, told or not: the truth.</summary>
    public SortedDictionary<long, FillFacts> Trades { get; } = [];

    public int Position => _venue.Position;

    public int WorkingOrders => _byId.Values.Count(order => order.Status == VenueOrderStatus.Working);

    /// <summary>What the account has earned here, at fill prices and less fees, as anybody could add it up; only while it is flat.</summary>
    public Money Earned
    {
        get
        {
            Assert.Equal(0, Position);
            var tick = _venue.Settings.Instrument.TickValue;
            return Trades.Values.Aggregate(Money.Zero, (sum, trade) =>
                sum - (tick * (trade.Price.InTicks * trade.Size * trade.Side.Sign())) - trade.Fees
            );
        }
    }

    /// <summary>A session's clock is the tape's, and what it has waited: runs are the same however long they take.</summary>
    public override long TimestampFrequency => Timestamp.NanosPerSecond;

    public override long GetTimestamp() => (Now + _waited).Nanoseconds;

    /// <summary>The way for one session.</summary>
    public TapeLink Link(Mailbox mailbox) => new(this, mailbox);

    /// <summary>Another venue in the very state of this one, which nobody is connected to.</summary>
    public TapeVenue Again()
    {
        var again = new TapeVenue(_venue.Settings, _tape);
        foreach (var step in _steps)
            step(again);
        return again;
    }

    internal VenueWelcome Connect(TapeLink? link, Timestamp knownUpTo)
    {
        _steps.Add(venue => venue.Connect(null, knownUpTo));
        _link = link;
        _deadline = Timestamp.Never;
        TakeFacts();
        _facts.Clear();
        if (_barClosed == default)
            (_knownUpTo, Now) = (knownUpTo, Timestamp.Max(knownUpTo, Now));
        return new VenueWelcome(
            Now,
            Capabilities.Volume | (_venue.Settings.NativeBrackets ? Capabilities.NativeBrackets : Capabilities.None)
        );
    }

    internal void Disconnect(TapeLink link)
    {
        if (_link == link)
            _link = null;
    }

    internal void Ready(Timestamp knownUpTo)
    {
        _steps.Add(venue => venue.Ready(knownUpTo));
        if (_contract.Length > 0)
            Tell(EngineEvent.ContractSelected(Now, _contractIndex, _contract));
        if (_barClosed > knownUpTo)
            Tell(EngineEvent.BarClosed(_barClosed, _bar));
        EndOfTurn();
    }

    internal void Handle(Intent intent, long seq)
    {
        _steps.Add(venue => venue.Handle(intent, seq));
        Heard.Add(intent);
        if (intent is { Kind: IntentKind.Query, Query: QueryKind.Order })
        {
            var id = intent.VenueOrderId != 0 ? intent.VenueOrderId : _idOfTag.GetValueOrDefault(intent.Tag);
            Tell(
                EngineEvent.Snapshot(
                    Now,
                    new VenueSnapshot(
                        intent.RequestId,
                        seq,
                        false,
                        _byId.TryGetValue(id, out var order) ? [order] : [],
                        _venue.Position,
                        []
                    )
                )
            );
        }
        else
        {
            if (IsPlacing(intent) && !_tags.Add(intent.Tag))
                PlacedTwice.Add(intent);
            else
                _venue.Accept(intent, Now, seq);
        }

        Push();
    }

    internal void FlattenNow()
    {
        _steps.Add(venue => venue.FlattenNow());
        Flattened++;
        foreach (var order in _byId.Values.Where(o => o.Status == VenueOrderStatus.Working).ToList())
            _venue.Accept(Intent.Cancel(default, order.VenueOrderId), Now, 0);
        if (_venue.Position != 0)
            _venue.Accept(Intent.ClosePosition(default, default, Math.Abs(_venue.Position), 0), Now, 0);
        Push();
    }

    internal void Wait(TimeSpan time) => _waited += time;

    internal void EndTurn(Timestamp nextDeadline)
    {
        _steps.Add(venue => venue.EndTurn(nextDeadline));
        _deadline = nextDeadline;
        if (!_hasPushed)
            Assert.True(_play.MoveNext());
        EndOfTurn();
    }

    private static bool IsPlacing(in Intent intent) =>
        intent.Tag != 0
        && intent.Kind is IntentKind.Enter or IntentKind.PlaceProtection or IntentKind.PlaceExit or IntentKind.ClosePosition;

    private void EndOfTurn()
    {
        Push();
        _hasPushed = false;
        _link?.Post(_isOver ? Mail.Over(Now) : Mail.TurnEnd(Now));
    }

    /// <summary>Each step is what there is to say at one time.</summary>
    private IEnumerator<bool> Play()
    {
        var closes = Now;
        foreach (var rows in _tape.Sessions)
        {
            if (_tape[rows.EndRow - 1].Opens.AddSeconds(_tape.BarSeconds) <= _knownUpTo)
            {
                Skip(rows);
                continue;
            }

            while (FiresBy(closes))
                yield return true;
            while (FiresBy(rows.Session.Open))
                yield return true;
            closes = rows.Session.Close;
            _venue.EnterSession(rows.Session);
            while (FiresBy(rows.Session.Open))
                yield return true;
            if (Select(_tape.Segments[rows.Segment].Contract, rows.Session.Open))
                yield return true;
            for (var row = rows.FirstRow; row < rows.EndRow; row++)
            {
                var bar = _tape[row];
                var barCloses = bar.Opens.AddSeconds(_tape.BarSeconds);
                if (barCloses <= _knownUpTo)
                {
                    _venue.CloseBar(bar);
                    continue;
                }

                while (FiresBy(bar.Opens))
                    yield return true;
                if (_venue.CanFillIn(bar))
                {
                    Now = Later(bar.Opens);
                    _venue.OpenBar(bar);
                    yield return true;
                    while (_venue.FillNext(bar))
                        yield return true;
                }

                _venue.CloseBar(bar);
                while (FiresBy(barCloses))
                    yield return true;
                (_bar, _barClosed, Now) = (bar, barCloses, Later(barCloses));
                Tell(EngineEvent.BarClosed(barCloses, bar));
                yield return true;
            }
        }

        _venue.Finish();
        _isOver = true;
        for (var turns = 0; turns < 10_000; turns++)
        {
            if (_deadline != Timestamp.Never)
            {
                (Now, _deadline) = (Later(_deadline), Timestamp.Never);
                Tell(EngineEvent.Clock(Now));
            }

            yield return true;
        }
    }

    private void Skip(in SessionRows rows)
    {
        _venue.EnterSession(rows.Session);
        for (var row = rows.FirstRow; row < rows.EndRow; row++)
            _venue.CloseBar(_tape[row]);
    }

    private bool Select(string contract, Timestamp open)
    {
        if (contract == _contract)
            return false;
        Assert.Equal(0, _venue.Position);
        _contract = contract;
        Tell(EngineEvent.ContractSelected(Later(open), ++_contractIndex, contract));
        return true;
    }

    /// <summary>Fires the next that falls due by then; at one instant the venue acts first.</summary>
    private bool FiresBy(Timestamp until)
    {
        if (_deadline > until && _venue.NextDeadline > until)
            return false;
        if (_venue.NextDeadline <= _deadline)
        {
            Now = Later(_venue.NextDeadline);
            _venue.OnDeadline(Now);
        }
        else
        {
            Now = Later(_deadline);
            Tell(EngineEvent.Clock(Now));
        }

        return true;
    }

    private Timestamp Later(Timestamp time) => Timestamp.Max(Now, time);

    private void Tell(in EngineEvent e) => _facts.Add(e);

    private void Push()
    {
        TakeFacts();
        if (_facts.Count > 0)
            _hasPushed = true;
        foreach (var fact in _facts)
        {
            var told = fact;
            told.Stamp(Later(fact.Time), 0);
            _link?.Post(Mail.Of(told));
        }

        _facts.Clear();
    }

    private void TakeFacts()
    {
        while (_venue.TryTake(out var fact))
        {
            if (fact.Kind == EventKind.Fill)
                Trades[fact.Fill.TradeId] = fact.Fill;
            if (fact.Kind == EventKind.OrderReport)
            {
                _byId[fact.OrderReport.VenueOrderId] = fact.OrderReport;
                if (fact.OrderReport.Tag != 0)
                    _idOfTag[fact.OrderReport.Tag] = fact.OrderReport.VenueOrderId;
            }

            Tell(fact);
        }
    }
}
