using System.Diagnostics;
using System.Runtime.CompilerServices;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>What happens next on a tape; <see cref="TapeClock.Next(Timestamp)"/> says which.</summary>
public enum TapeMoment : byte
{
    /// <summary>What was begun has run its course: the host begins the next thing.</summary>
    None,

    /// <summary>The venue has acted by itself; what it has to say, if anything, waits in <see cref="SimulatedVenue.TryTake"/>.</summary>
    VenueActed,

    /// <summary>The engine's deadline has come.</summary>
    EngineDue,

    /// <summary>From here on the tape trades <see cref="TapeClock.Contract"/>.</summary>
    ContractSelected,

    /// <summary>The bar has closed.</summary>
    BarClosed,
}

/// <summary>
/// What happens on a tape, in which order, and when. Every host of the simulated venue asks it, so that all of them agree on what comes
/// first at one instant: the venue's deadline, then the engine's, then the bar's open and its fills, and last, after the deadlines up to
/// its close, its close. The host begins a session (<see cref="Enter"/>), a bar (<see cref="Open"/>), or a stretch without one
/// (<see cref="WaitUntil"/>, <see cref="EndSession"/>), and then asks for the <see cref="Next(Timestamp)"/> moment until there is none.
/// Between two moments it delivers what the venue says and hands over what the engine wants: straight away, or over a wire for as long as
/// that takes. Time stands still meanwhile.
/// </summary>
public sealed class TapeClock
{
    private readonly SimulatedVenue _venue;
    private readonly int _barSeconds;
    private Stage _stage;
    private Bar _bar;
    private TradingSession _session;
    private string _nextContract = "";
    private Timestamp _until;

    /// <param name="venue">Only this clock moves it on; the host hands it intents and takes what it says.</param>
    public TapeClock(SimulatedVenue venue)
    {
        _venue = venue;
        _barSeconds = venue.Settings.BarSeconds;
    }

    /// <summary>How far the thing that was begun has come.</summary>
    private enum Stage : byte
    {
        Idle,
        Waiting,
        BeforeSession,
        InSession,
        ContractEnded,
        BeforeBar,
        InBar,
        Filled,
        BeforeClose,
    }

    /// <summary>The present instant of the tape. It never runs back.</summary>
    public Timestamp Now { get; private set; }

    /// <summary>The contract that trades; empty before the first one.</summary>
    public string Contract { get; private set; } = "";

    /// <summary>How many contracts have been selected, the one that trades included.</summary>
    public byte ContractIndex { get; private set; }

    /// <summary>Whether what was begun has run its course.</summary>
    public bool IsIdle => _stage == Stage.Idle;

    /// <summary>Moves the present on to that instant, unless it is later already.</summary>
    public void Reach(Timestamp time) => Now = Timestamp.Max(Now, time);

    /// <summary>
    /// Begins a session: first what falls due up to its open, then the venue enters it, then the contract changes if it has to.
    /// </summary>
    public void Enter(in TradingSession session, string contract)
    {
        Begin(Stage.BeforeSession);
        (_session, _nextContract) = (session, contract);
    }

    /// <summary>Begins a bar. It ends with <see cref="TapeMoment.BarClosed"/>.</summary>
    public void Open(in Bar bar)
    {
        Begin(Stage.BeforeBar);
        _bar = bar;
    }

    /// <summary>Lets time go on without a bar: what falls due up to and at that instant happens.</summary>
    public void WaitUntil(Timestamp time)
    {
        Begin(Stage.Waiting);
        _until = time;
    }

    /// <summary>Lets time go on to the close of the session: what falls due after its last bar still belongs to its day.</summary>
    public void EndSession() => WaitUntil(_session.Close);

    /// <summary>The tape is over: the venue books an open position at the last close.</summary>
    public void Finish() => _venue.Finish();

    /// <summary>
    /// Passes a bar in which nothing happens but its close: no deadline falls due and nothing can be filled. False for every other bar; it
    /// has to be opened.
    /// </summary>
    /// <param name="engineDeadline">When the engine wants to be woken.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPass(in Bar bar, Timestamp engineDeadline)
    {
        var closes = ClosesAt(bar);
        if (engineDeadline <= closes || _venue.NextDeadline <= closes || _venue.CanFillIn(bar))
            return false;
        _venue.CloseBar(bar);
        Reach(closes);
        return true;
    }

    /// <summary>
    /// A bar that the session knows already and the venue does not: the venue learns of the market what it has to know, and nothing
    /// happens. No position may be held and no order may work.
    /// </summary>
    public void Skip(in Bar bar) => _venue.CloseBar(bar);

    /// <summary>The same for a session of which every bar is known already.</summary>
    public void Skip(BarColumns columns, in SessionRows rows)
    {
        _venue.EnterSession(rows.Session);
        for (var row = rows.FirstRow; row < rows.EndRow; row++)
            Skip(columns[row]);
    }

    /// <summary>When that bar is over and known.</summary>
    public Timestamp ClosesAt(in Bar bar) => bar.Opens.AddSeconds(_barSeconds);

    /// <summary>
    /// Lets the next thing happen, at <see cref="Now"/>. The host asks again once it has delivered what the venue says and handed over what
    /// the engine wants.
    /// </summary>
    /// <param name="engineDeadline">When the engine wants to be woken, or <see cref="Timestamp.Never"/>.</param>
    public TapeMoment Next(Timestamp engineDeadline) => Next(engineDeadline, Timestamp.Never);

    /// <summary>
    /// The same for a tape that is played at the pace of a clock: what lies beyond that instant has not happened yet. Where nothing more
    /// happens up to then, the answer is none, and what was begun goes on later unless the tape <see cref="IsIdle"/>. All that a bar fills
    /// happens at its open.
    /// </summary>
    /// <param name="engineDeadline">When the engine wants to be woken, or <see cref="Timestamp.Never"/>.</param>
    /// <param name="notAfter">The present instant of that clock.</param>
    public TapeMoment Next(Timestamp engineDeadline, Timestamp notAfter)
    {
        TapeMoment due;
        switch (_stage)
        {
            case Stage.Idle:
                return TapeMoment.None;

            case Stage.Waiting:
                due = FireBy(Timestamp.Min(_until, notAfter), engineDeadline);
                if (due != TapeMoment.None)
                    return due;
                return notAfter < _until ? TapeMoment.None : End(TapeMoment.None);

            case Stage.BeforeSession:
                due = FireBy(Timestamp.Min(_session.Open, notAfter), engineDeadline);
                if (due != TapeMoment.None)
                    return due;
                if (notAfter < _session.Open)
                    return TapeMoment.None;

                // The venue knows the session before anything falls due at its open: the new day's deadlines follow from its times.
                _venue.EnterSession(_session);
                _stage = Stage.InSession;
                goto case Stage.InSession;

            case Stage.InSession:
                due = FireBy(Timestamp.Min(_session.Open, notAfter), engineDeadline);
                if (due != TapeMoment.None)
                    return due;
                if (notAfter < _session.Open)
                    return TapeMoment.None;
                if (_nextContract == Contract)
                    return End(TapeMoment.None);
                Reach(_session.Open);
                if (_venue.Position == 0)
                    goto case Stage.ContractEnded;
                _stage = Stage.ContractEnded;
                _venue.EndContract(Now);
                return TapeMoment.VenueActed;

            case Stage.ContractEnded:
                Contract = _nextContract;
                ContractIndex++;
                return End(TapeMoment.ContractSelected);

            case Stage.BeforeBar:
                due = FireBy(Timestamp.Min(_bar.Opens, notAfter), engineDeadline);
                if (due != TapeMoment.None)
                    return due;
                if (notAfter < _bar.Opens)
                    return TapeMoment.None;
                if (!_venue.CanFillIn(_bar))
                    goto case Stage.Filled;
                _stage = Stage.InBar;
                Reach(_bar.Opens);
                _venue.OpenBar(_bar);
                return TapeMoment.VenueActed;

            case Stage.InBar:
                if (_venue.FillNext(_bar))
                    return TapeMoment.VenueActed;
                goto case Stage.Filled;

            case Stage.Filled:
                _venue.CloseBar(_bar);
                _stage = Stage.BeforeClose;
                goto case Stage.BeforeClose;

            case Stage.BeforeClose:
                due = FireBy(Timestamp.Min(ClosesAt(_bar), notAfter), engineDeadline);
                if (due != TapeMoment.None)
                    return due;
                if (notAfter < ClosesAt(_bar))
                    return TapeMoment.None;
                Reach(ClosesAt(_bar));
                return End(TapeMoment.BarClosed);

            default:
                throw new UnreachableException();
        }
    }

    /// <summary>What the engine is told at that moment; null where it hears only what the venue says.</summary>
    public EngineEvent? Told(TapeMoment moment) =>
        moment switch
        {
            TapeMoment.EngineDue => EngineEvent.Clock(Now),
            TapeMoment.ContractSelected => ContractSelected,
            TapeMoment.BarClosed => EngineEvent.BarClosed(ClosesAt(_bar), _bar),
            _ => null,
        };

    /// <summary>The news that <see cref="Contract"/> trades, as of now: also for a session that comes later.</summary>
    public EngineEvent ContractSelected => EngineEvent.ContractSelected(Now, ContractIndex, Contract);

    private void Begin(Stage stage)
    {
        Require.That(_stage == Stage.Idle, "what was begun on a tape runs its course before the next thing begins");
        _stage = stage;
    }

    private TapeMoment End(TapeMoment last)
    {
        _stage = Stage.Idle;
        return last;
    }

    /// <summary>
    /// Fires the first thing that falls due up to and at that instant; none where there is nothing. At one instant the venue acts first: a
    /// fill at the deadline is in time.
    /// </summary>
    private TapeMoment FireBy(Timestamp until, Timestamp engineDeadline)
    {
        var venueDeadline = _venue.NextDeadline;
        var first = Timestamp.Min(venueDeadline, engineDeadline);
        if (first > until || first == Timestamp.Never)
            return TapeMoment.None;
        Reach(first);
        if (venueDeadline > engineDeadline)
            return TapeMoment.EngineDue;
        _venue.OnDeadline(Now);
        return TapeMoment.VenueActed;
    }
}
