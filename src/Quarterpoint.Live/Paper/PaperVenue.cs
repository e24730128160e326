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

    /// <summary>The chunks of the tape, in order of time, read as they are needed.</summary>
    public required Func<IEnumerable<BarColumns>> Tape { get; init; }

    /// <summary>Identifies data and settings: a session that expects another tape is refused.</summary>
    public required string TapeId { get; init; }

    /// <summary>How many times faster than life the tape runs; 0 for as fast as the session answers.</summary>
    public double Speed { get; init; }

    /// <summary>How long to wait for a session, the first one or one that broke off. Meanwhile the tape stands still.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Measures patience and speed. What is traded depends on the tape's time alone.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>
/// The simulated venue in a process of its own. It outlives a session that is cut off, as a real one does: orders keep working, positions
/// are kept, and what was said into a broken connection is not repeated; the next session has to ask. Time is the tape's (<see
/// cref="TapeClock"/>). It goes on only when the session has answered everything it was told, so that a tape gives the same trades at any
/// speed, and those of a backtest.
/// </summary>
public sealed class PaperVenue : IDisposable
{
    private readonly PaperVenueSettings _settings;
    private readonly SimulatedVenue _venue;
    private readonly TapeClock _clock;
    private readonly Socket _listener;
    private readonly CancellationToken _stop;
    private readonly Dictionary<long, OrderReportFacts> _byId = [];
    private readonly Dictionary<long, long> _idOfTag = [];
    private readonly List<EngineEvent> _facts = [];

    private PaperStream? _session;
    private Timestamp _deadline = Timestamp.Never;
    private Timestamp _skipUpTo;

    /// <summary>When the tape's first session opens.</summary>
    private Timestamp _begins;
    private Bar _bar;
    private Timestamp _barClosed;
    private bool _hasPushed;
    private bool _isOver;
    private bool _isDone;
    private long _paceStarted;
    private Timestamp _paceFrom;

    /// <param name="settings">What it plays.</param>
    /// <param name="listener">Bound and listening. <see cref="Dispose"/> closes it.</param>
    /// <param name="stop">Ends the wait for a session.</param>
    public PaperVenue(PaperVenueSettings settings, Socket listener, CancellationToken stop)
    {
        (_settings, _listener, _stop) = (settings, listener, stop);
        _venue = new SimulatedVenue(settings.Venue);
        _clock = new TapeClock(_venue);
    }

    /// <summary>
    /// The tags of all requests to place an order, in order. A tag that comes a second time is noted again, and its request refused.
    /// </summary>
    internal List<long> PlacedTags { get; } = [];

    /// <summary>Everything it has filled, for tests: they compare sessions by what the venue saw of them.</summary>
    internal List<FillFacts> Fills { get; } = [];

    /// <summary>Contracts held, negative where they were sold.</summary>
    public int Position => _venue.Position;

    internal Timestamp Now => _clock.Now;

    /// <summary>
    /// Plays the tape to its end, and answers until a session says goodbye or none has come for as long as its patience lasts.
    /// </summary>
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
            _clock.Finish();
            _isOver = true;
            Turn();
            while (!_isDone)
                Idle();
        }
        catch (PatienceEndedException)
        {
            // Nobody came, so there is nobody to play for.
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _listener.Dispose();
    }

    private void Play(BarColumns columns, in SessionRows rows)
    {
        // The session may know this part of the tape already, from another venue: this one learns what it has to know of it and says
        // nothing.
        if (IsKnown(columns[rows.EndRow - 1]))
        {
            _clock.Skip(columns, rows);
            return;
        }

        _clock.Enter(rows.Session, columns.Segments.Count > 0 ? columns.Segments[rows.Segment].Contract : "");
        Live();
        for (var row = rows.FirstRow; row < rows.EndRow && !_isDone; row++)
        {
            var bar = columns[row];
            if (IsKnown(bar))
            {
                _clock.Skip(bar);
                continue;
            }

            Pace(_clock.ClosesAt(bar));
            _clock.Open(bar);
            Live();
        }
    }

    private bool IsKnown(in Bar bar) => _clock.ClosesAt(bar) <= _skipUpTo;

    /// <summary>
    /// Plays what the clock has begun to its end: each thing that happens is told, and time goes on when the session has answered.
    /// </summary>
    private void Live()
    {
        while (!_isDone && _clock.Next(_deadline) is var moment and not TapeMoment.None)
        {
            if (_clock.Told(moment) is { } told)
            {
                if (moment == TapeMoment.BarClosed)
                    (_bar, _barClosed) = (told.Bar, told.Time);
                Tell(told);
            }

            Turn();
        }
    }

    private void Tell(in EngineEvent e) => _facts.Add(e);

    /// <summary>Says all there is to say, then answers until the session has nothing more to ask at this instant.</summary>
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

    private void SendMark() =>
        Try(stream => stream.Send(_isOver ? PaperFrame.Over : PaperFrame.TurnEnd, to => to.Long(_clock.Now.Nanoseconds)));

    /// <summary>After the end of the tape: the session's deadlines and questions, until it says goodbye.</summary>
    private void Idle()
    {
        if (_deadline != Timestamp.Never)
        {
            _clock.WaitUntil(_deadline);
            Live();
        }
        else if (!Receive())
        {
            Turn();
        }
    }

    /// <summary>Takes one frame of the session. False where it has ended its turn, or where another session has taken its place.</summary>
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

    /// <summary>
    /// Waits for a session and answers its questions until it is ready, then tells it what it does not know yet: the contract, and the last
    /// bar.
    /// </summary>
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
                // It was cut off too: wait for the next one.
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
        // A kill does not wait for the greeting.
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

        // A venue can begin later on the tape only while it has played nothing.
        if (_barClosed == default)
        {
            _skipUpTo = known;
            _clock.Reach(Timestamp.Max(known, _begins));

            // Another venue has played what came before and has numbered its trades. No second has a thousand of them, so these numbers are
            // new.
            _venue.NumberTradesAfter(_clock.Now.UnixSeconds * 1000L);
        }

        _session.Send(PaperFrame.Welcome, to => to.Long(_clock.Now.Nanoseconds).Byte((byte)CapabilitiesOf(_settings.Venue)));
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
                    // A session that only closes positions has no engine and never gets ready; time goes on for it all the same.
                    _deadline = new Timestamp(payload.Long());
                    return true;
                case PaperFrame.Goodbye:
                    _isDone = true;
                    return true;
                case PaperFrame.Ready:
                    if (_clock.Contract.Length > 0)
                        Tell(_clock.ContractSelected);
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
                    _clock.Now,
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
                Tell(EngineEvent.Sent(_clock.Now, new SendResultFacts(intent.RequestId, SendOutcome.Refused, 0, 0)));
                return;
            }
        }

        _venue.Accept(intent, _clock.Now, seq);
    }

    private void FlattenNow()
    {
        foreach (var order in _byId.Values.Where(o => o.Status is VenueOrderStatus.Working or VenueOrderStatus.Suspended).ToList())
            _venue.Accept(Intent.Cancel(default, order.VenueOrderId), _clock.Now, 0);
        if (_venue.Position != 0)
            _venue.Accept(Intent.ClosePosition(default, default, Math.Abs(_venue.Position), 0), _clock.Now, 0);
    }

    private void PushNow()
    {
        Push();
        Try(stream => stream.Flush());
    }

    /// <summary>
    /// Sends everything that waits, in order; it leaves with the next mark. What the venue says of orders is noted first, to answer
    /// questions later.
    /// </summary>
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
            told.Stamp(_clock.Now, 0);
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

    /// <summary>Drops what was not said yet when the connection broke: nothing is repeated to the next session.</summary>
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
            // Nobody listens any more: the next read finds out, and the next session asks.
        }
    }

    /// <summary>Waits until that time of the tape has come, at the speed asked for, and answers the session meanwhile.</summary>
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

            // Nobody waits for the tape's nights and weekends.
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

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"venue at {_clock.Now}, position {_venue.Position}");

    private sealed class PatienceEndedException : Exception;
}
