using System.Globalization;
using System.Net.Sockets;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Paper;

/// <summary>What a simulated venue plays, and for whom.</summary>
public sealed record PaperVenueSettings
{
    public required VenueSettings Venue { get; init; }

    /// <summary>Chunks of the tape, in order of time. Read as they are needed.</summary>
    public required Func<IEnumerable<BarColumns>> Tape { get; init; }

    /// <summary>Of data and settings: a session that expects another tape is refused.</summary>
    public required string TapeId { get; init; }

    /// <summary>How much faster than life the tape runs; 0 for as fast as it can be answered.</summary>
    public double Speed { get; init; }

    /// <summary>How long to wait for a session, the first one or one that broke off. Meanwhile the tape stands still.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>
/// The simulated venue in a process of its own. It outlives a session that is cut off, as a real one does: orders work, positions are held, and what was said into
/// a broken connection is not said again; a session asks. Time is the tape's. It goes on only when the session has answered all it was told, so that a tape
/// gives the same trades at any speed, and those of a backtest.
/// </summary>
public sealed class PaperVenue : IDisposable
{
    private readonly PaperVenueSettings _settings;
    private readonly SimulatedVenue _venue;
    private readonly Socket _listener;
    private readonly CancellationToken _stop;
    private readonly Dictionary<long, OrderReportFacts> _byId = [];
    private readonly Dictionary<long, long> _idOfTag = [];
    private readonly List<EngineEvent> _facts = [];

    private PaperStream? _session;
    private Timestamp _now;
    private Timestamp _deadline = Timestamp.Never;
    private Timestamp _skipUpTo;

    /// <summary>When the tape's first session opens.</summary>
    private Timestamp _begins;
    private Timestamp _sessionClose;
    private string _contract = "";
    private byte _contractIndex;
    private Bar _bar;
    private Timestamp _barClosed;
    private bool _hasPushed;
    private bool _isOver;
    private bool _isDone;
    private long _paceStarted;
    private Timestamp _paceFrom;

    /// <param name="listener">Bound and listening; it is closed at the end.</param>
    public PaperVenue(PaperVenueSettings settings, Socket listener, CancellationToken stop)
    {
        (_settings, _listener, _stop) = (settings, listener, stop);
        _venue = new SimulatedVenue(settings.Venue);
    }

    /// <summary>Tags that were asked to be placed, in order; a second time counts too, and is refused.</summary>
    internal List<long> PlacedTags { get; } = [];

    /// <summary>Everything that it has filled; for tests, which compare sessions by what the venue saw of them.</summary>
    internal List<FillFacts> Fills { get; } = [];

    public int Position => _venue.Position;

    internal Timestamp Now => _now;

    /// <summary>Plays the tape to its end, and answers until the session says goodbye or nobody comes any more.</summary>
    public void Serve()
    {
        try
        {
            using var tape = _settings.Tape().GetEnumerator();
            var hasMore = tape.MoveNext();
            if (hasMore)
                _begins = tape.Current.Sessions[0].Session.Open;
            Accept();
            Turn();
            for (; hasMore && !_isDone; hasMore = tape.MoveNext())
            {
                foreach (var session in tape.Current.Sessions)
                {
                    if (session.RowCount > 0 && !_isDone)
                        Play(tape.Current, session);
                }
            }

            if (_isDone)
                return;
            _venue.Finish();
            _isOver = true;
            Turn();
            while (!_isDone)
                Idle();
        }
        catch (PatienceEndedException)
        {
            // Nobody came: like a shop at night.
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _listener.Dispose();
    }

    private void Play(BarColumns columns, in SessionRows rows)
    {
        var closes = columns[rows.EndRow - 1].Opens.AddSeconds(_settings.Venue.BarSeconds);
        if (closes <= _skipUpTo)
        {
            Skip(columns, rows);
            return;
        }

        var open = rows.Session.Open;
        if (_sessionClose != default)
            RunTimers(_sessionClose);
        RunTimers(open);
        _sessionClose = rows.Session.Close;
        _venue.EnterSession(rows.Session);
        RunTimers(open);
        SelectContract(columns.Segments.Count > 0 ? columns.Segments[rows.Segment].Contract : "", open);
        for (var row = rows.FirstRow; row < rows.EndRow && !_isDone; row++)
            Step(columns[row]);
    }

    /// <summary>A session that knows the tape up to here, and a venue that does not: what it has to know of the past it takes in without a word.</summary>
    private void Skip(BarColumns columns, in SessionRows rows)
    {
        _venue.EnterSession(rows.Session);
        for (var row = rows.FirstRow; row < rows.EndRow; row++)
            _venue.CloseBar(columns[row]);
    }

    private void SelectContract(string contract, Timestamp open)
    {
        if (contract == _contract)
            return;
        if (_venue.Position != 0)
        {
            _now = Later(open);
            _venue.EndContract(_now);
            Turn();
        }

        _contract = contract;
        _contractIndex++;
        Tell(ContractNow(Later(open)));
        Turn();
    }

    private EngineEvent ContractNow(Timestamp time) => EngineEvent.ContractSelected(time, _contractIndex, _contract);

    private void Step(in Bar bar)
    {
        var (opens, closes) = (bar.Opens, bar.Opens.AddSeconds(_settings.Venue.BarSeconds));
        if (closes <= _skipUpTo)
        {
            _venue.CloseBar(bar);
            return;
        }

        Pace(closes);
        RunTimers(opens);
        if (_venue.CanFillIn(bar))
        {
            _now = Later(opens);
            _venue.OpenBar(bar);
            Turn();
            while (_venue.FillNext(bar))
                Turn();
        }

        _venue.CloseBar(bar);
        RunTimers(closes);
        (_bar, _barClosed) = (bar, closes);
        _now = Later(closes);
        Tell(EngineEvent.BarClosed(closes, bar));
        Turn();
    }

    /// <summary>Fires what falls due; at one instant the venue acts first.</summary>
    private void RunTimers(Timestamp until)
    {
        while (!_isDone)
        {
            if (_deadline > until && _venue.NextDeadline > until)
                return;
            if (_venue.NextDeadline <= _deadline)
            {
                _now = Later(_venue.NextDeadline);
                _venue.OnDeadline(_now);
            }
            else
            {
                _now = Later(_deadline);
                Tell(EngineEvent.Clock(_now));
            }

            Turn();
        }
    }

    private Timestamp Later(Timestamp time) => Timestamp.Max(_now, time);

    private void Tell(in EngineEvent e) => _facts.Add(e);

    /// <summary>Says all there is to say, and answers until the session has nothing more to ask at this time.</summary>
    private void Turn()
    {
        do
        {
            Push();
            SendMark();
            _hasPushed = false;
            while (!_isDone && Receive()) { }
        } while (_hasPushed && !_isDone);
    }

    private void SendMark() => Try(stream => stream.Send(_isOver ? PaperFrame.Over : PaperFrame.TurnEnd, to => to.Long(_now.Nanoseconds)));

    /// <summary>After the tape: timers and questions, until goodbye.</summary>
    private void Idle()
    {
        if (_deadline != Timestamp.Never)
        {
            _now = Later(_deadline);
            _deadline = Timestamp.Never;
            Tell(EngineEvent.Clock(_now));
            Turn();
        }
        else if (!Receive())
        {
            Turn();
        }
    }

    /// <summary>One frame of the session; false where it has ended its turn, or another session has come in its place.</summary>
    private bool Receive()
    {
        try
        {
            if (!_session!.HasData(_settings.Patience))
                throw new PatienceEndedException();
            switch (_session.Receive(out var payload))
            {
                case PaperFrame.Request:
                    var seq = payload.Long();
                    Handle(Wire.IntentCodec.Read(ref payload), seq);
                    PushNow();
                    return true;
                case PaperFrame.EndTurn:
                    _deadline = new Timestamp(payload.Long());
                    return false;
                case PaperFrame.Flatten:
                    FlattenNow();
                    PushNow();
                    return true;
                case PaperFrame.Goodbye:
                    _isDone = true;
                    return false;
                default:
                    throw new IOException("a frame that is not expected here");
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or SocketException or ObjectDisposedException)
        {
            Accept();
            _hasPushed = true;
            return false;
        }
    }

    /// <summary>Waits for a session, and answers its questions until it is ready; then tells it what of the present moment it does not know.</summary>
    private void Accept()
    {
        while (true)
        {
            _session?.Dispose();
            _session = null;
            _deadline = Timestamp.Never;
            Discard();
            if (!WaitForConnection())
                throw new PatienceEndedException();
            _session = new PaperStream(_listener.Accept());
            try
            {
                if (TryWelcome())
                    return;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or SocketException or ObjectDisposedException)
            {
                // Cut off again: wait for the next one.
            }
        }
    }

    private bool WaitForConnection()
    {
        var since = _settings.Clock.GetTimestamp();
        while (!_listener.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead))
        {
            if (_stop.IsCancellationRequested || _settings.Clock.GetElapsedTime(since) > _settings.Patience)
                return false;
        }

        return true;
    }

    private bool TryWelcome()
    {
        // A kill waits for no greeting.
        PaperFrame first;
        Wire.ByteReader hello;
        while ((first = _session!.Receive(out hello)) == PaperFrame.Flatten)
            FlattenNow();
        if (first != PaperFrame.Hello)
            throw new IOException("no greeting");
        var (tape, known) = (hello.Text(), new Timestamp(hello.Long()));
        if (tape != _settings.TapeId)
        {
            _session.Send(PaperFrame.Refused, to => to.Text("This venue plays another tape, or under other settings."));
            return false;
        }

        // Only a venue that has played nothing yet can begin later.
        if (_barClosed == default)
        {
            (_skipUpTo, _now) = (known, Timestamp.Max(Timestamp.Max(known, _begins), _now));

            // Another venue played what came before, and numbered its trades; no second has a thousand of them.
            _venue.NumberTradesAfter(_now.UnixSeconds * 1000L);
        }

        _session.Send(PaperFrame.Welcome, to => to.Long(_now.Nanoseconds).Byte((byte)CapabilitiesOf(_settings.Venue)));
        while (true)
        {
            switch (_session.Receive(out var payload))
            {
                case PaperFrame.Request:
                    var seq = payload.Long();
                    Handle(Wire.IntentCodec.Read(ref payload), seq);
                    PushNow();
                    break;
                case PaperFrame.Flatten:
                    FlattenNow();
                    PushNow();
                    break;
                case PaperFrame.EndTurn:
                    // A session that only closes has no engine that could be ready; time goes on for it.
                    _deadline = new Timestamp(payload.Long());
                    return true;
                case PaperFrame.Goodbye:
                    _isDone = true;
                    return true;
                case PaperFrame.Ready:
                    if (_contract.Length > 0)
                        Tell(ContractNow(_now));
                    if (_barClosed > known)
                        Tell(EngineEvent.BarClosed(_barClosed, _bar));
                    return true;
                default:
                    throw new IOException("a frame that is not expected here");
            }
        }
    }

    public static Capabilities CapabilitiesOf(VenueSettings venue) =>
        Capabilities.Volume | (venue.NativeBrackets ? Capabilities.NativeBrackets : Capabilities.None);

    private void Handle(in Intent intent, long seq)
    {
        if (intent is { Kind: IntentKind.Query, Query: QueryKind.Order })
        {
            var id = intent.VenueOrderId != 0 ? intent.VenueOrderId : _idOfTag.GetValueOrDefault(intent.Tag);
            Tell(
                EngineEvent.Snapshot(
                    _now,
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
            return;
        }

        if (
            intent.Tag != 0
            && intent.Kind is IntentKind.Enter or IntentKind.PlaceProtection or IntentKind.PlaceExit or IntentKind.ClosePosition
        )
        {
            var isSecond = PlacedTags.Contains(intent.Tag);
            PlacedTags.Add(intent.Tag);
            if (isSecond)
            {
                Tell(EngineEvent.Sent(_now, new SendResultFacts(intent.RequestId, SendOutcome.Refused, 0, 0)));
                return;
            }
        }

        _venue.Accept(intent, _now, seq);
    }

    private void FlattenNow()
    {
        foreach (var order in _byId.Values.Where(o => o.Status is VenueOrderStatus.Working or VenueOrderStatus.Suspended).ToList())
            _venue.Accept(Intent.Cancel(default, order.VenueOrderId), _now, 0);
        if (_venue.Position != 0)
            _venue.Accept(Intent.ClosePosition(default, default, Math.Abs(_venue.Position), 0), _now, 0);
    }

    private void PushNow()
    {
        Push();
        Try(stream => stream.Flush());
    }

    /// <summary>Everything that waits goes out, in order, with the next mark; what the venue itself has to say is taken down first, for those who ask later.</summary>
    private void Push()
    {
        while (_venue.TryTake(out var fact))
            Tell(Known(fact));
        if (_facts.Count == 0)
            return;
        _hasPushed = true;
        foreach (var fact in _facts)
        {
            var told = fact;
            told.Stamp(Later(fact.Time), 0);
            Try(stream => stream.Send(PaperFrame.Fact, to => Wire.EventCodec.Write(to, told), later: true));
        }

        _facts.Clear();
    }

    private EngineEvent Known(in EngineEvent fact)
    {
        if (fact.Kind == EventKind.Fill)
            Fills.Add(fact.Fill);
        if (fact.Kind != EventKind.OrderReport)
            return fact;
        _byId[fact.OrderReport.VenueOrderId] = fact.OrderReport;
        if (fact.OrderReport.Tag != 0)
            _idOfTag[fact.OrderReport.Tag] = fact.OrderReport.VenueOrderId;
        return fact;
    }

    /// <summary>What was not said when the connection broke is not said at all.</summary>
    private void Discard()
    {
        while (_venue.TryTake(out var fact))
            Known(fact);
        _facts.Clear();
    }

    private void Try(Action<PaperStream> send)
    {
        try
        {
            if (_session is { } stream)
                send(stream);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody listens; the next read says so, and the next session asks.
        }
    }

    /// <summary>Waits until the tape's time has come at the speed asked for; a session may ask meanwhile.</summary>
    private void Pace(Timestamp time)
    {
        if (_settings.Speed <= 0)
            return;
        if (_paceStarted == 0)
            (_paceStarted, _paceFrom) = (_settings.Clock.GetTimestamp(), time);
        while (!_isDone)
        {
            var due = (time - _paceFrom) / _settings.Speed;
            var left = due - _settings.Clock.GetElapsedTime(_paceStarted);

            // Nights and weekends of the tape are not waited for.
            if (left > TimeSpan.FromSeconds(2))
            {
                (_paceStarted, _paceFrom) = (_settings.Clock.GetTimestamp(), time);
                return;
            }

            if (left <= TimeSpan.Zero)
                return;
            if (_session!.HasData(left) && !Receive())
                Turn();
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"venue at {_now}, position {_venue.Position}");

    private sealed class PatienceEndedException : Exception;
}
