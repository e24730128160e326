using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>What an account's risk depends on and what never changes while it runs.</summary>
/// <param name="Limits">The limits of SPEC section 5.</param>
/// <param name="Calendar">Says when trading days begin, and which have RTH.</param>
/// <param name="Fees">What closing costs.</param>
/// <param name="TickValue">What a tick is worth on one contract.</param>
/// <param name="SmallestStop">The closest stop that the settings can give: an account that cannot pay for it is starved (R25).</param>
public sealed record AccountTerms(RiskLimits Limits, SessionCalendar Calendar, FeeSchedule Fees, Money TickValue, Ticks SmallestStop);

/// <summary>
/// The account: its balance and equity, its day, peaks, limits, streaks, breakers, and latches (SPEC section 5). It decides which latches
/// are held and sends nothing: whoever owns it takes each newly held latch (<see cref="TryTakeHeld"/>) and cancels or flattens as the latch
/// asks. It keeps no clock; every method that needs the time is given it.
/// </summary>
public sealed class AccountRisk
{
    private readonly AccountTerms _terms;
    private readonly RiskGate _gate;
    private readonly Ledger _ledger;
    private readonly LatchBoard _latches;
    private readonly MarketBreakers _breakers;
    private readonly EntryPace _pace = new();
    private readonly List<RiskFact> _facts = [];
    private readonly bool _railsOn;

    /// <summary>
    /// Latches held, or held for longer, whose effect on orders nobody has taken yet, in the order in which they were held.
    /// </summary>
    private readonly Latch[] _heldLately = new Latch[64];
    private int _heldCount;
    private int _heldTaken;

    private StarvationWatch _starvation;
    private int _connectionsDown;
    private int _lossStreak;
    private int _sessionIndex;
    private long _capital;
    private long _carriedOver;
    private long _highWater;
    private DayBook _day;
    private Timestamp _cooldownUntil;

    /// <summary>The highest level at which a limit fires that has not fired yet: a bar is compared with it once.</summary>
    private long _equityFloor;

    /// <summary>The lower of the two peaks: equity up to it raises neither.</summary>
    private long _lowerPeak;

    /// <summary>Equity = base + mark x per tick, while a position is open; kept so that a bar costs one multiplication.</summary>
    private long _equityBase;
    private long _equityPerTick;
    private Price _mark;

    private LimitRoom _room = LimitRoom.Untouched;

    public AccountRisk(AccountTerms terms, RiskGate gate, Ledger ledger)
    {
        (_terms, _gate, _ledger) = (terms, gate, ledger);
        _railsOn = terms.Limits.RailsOn;
        _latches = new LatchBoard(terms.Limits.HalvingInstead);
        _breakers = new MarketBreakers(terms.Limits);
    }

    /// <summary>False only where a validation run has switched the limits off (SPEC X11).</summary>
    public bool RailsOn => _railsOn;

    /// <summary>B: capital + gross realised P&amp;L - charged costs.</summary>
    public Money Balance => new(_capital + _carriedOver + _ledger.Realised.MicroDollars - _ledger.Charged.MicroDollars);

    /// <summary>E at the last mark: B + open P&amp;L - the cost of closing.</summary>
    public Money Equity => EquityAt(_mark);

    /// <summary>The highest equity so far, or since the last review; R4 measures from it.</summary>
    public Money HighWater => new(_highWater);

    /// <summary>The trading day's baseline and peak.</summary>
    public DayBook Day => _day;

    /// <summary>Losses in a row (R14, R15).</summary>
    public int LossStreak => _lossStreak;

    /// <summary>Every latch that is held.</summary>
    public LatchBoard Latches => _latches;

    /// <summary>When entries were sent lately.</summary>
    public EntryPace Pace => _pace;

    /// <summary>The breakers of volatility, spread, and volume.</summary>
    public MarketBreakers Breakers => _breakers;

    /// <summary>No entry before this time, except for a reversal's (R24).</summary>
    public Timestamp CooldownUntil => _cooldownUntil;

    /// <summary>The levels at which the limits of the account fire now.</summary>
    public AccountLevels Levels => AccountLevels.Of(_terms.Limits, _day, HighWater);

    /// <summary>What happened to latches and limits since the list was last emptied.</summary>
    public IReadOnlyList<RiskFact> Facts => _facts;

    /// <summary>The least room that was left to each limit since <see cref="ClearRoom"/>.</summary>
    public LimitRoom Room => _room;

    /// <summary>Grows with everything that must be durable, except for peaks alone.</summary>
    public long Version { get; private set; }

    /// <summary>Grows when a peak rises: a host makes these durable once a second and before every entry.</summary>
    public long PeakVersion { get; private set; }

    /// <summary>The equity at another mark than the last.</summary>
    public Money EquityAt(Price mark) => new(_equityBase + (_equityPerTick * mark.InTicks));

    /// <summary>What must survive a restart, as it is now (SPEC R21).</summary>
    /// <param name="lastTrade">The highest trade id that the ledger has counted.</param>
    public RiskState Snapshot(long lastTrade) =>
        new()
        {
            Capital = new Money(_capital),
            CarriedOver = Balance - new Money(_capital),
            HighWater = new Money(_highWater),
            Day = _day,
            LossStreak = _lossStreak,
            LastTrade = lastTrade,
            Position = _ledger.Net,
            CooldownUntil = _cooldownUntil,
            EntriesToday = _pace.Today,
            RecentEntries = _pace.Recent,
            Latches = [.. _latches.ToList().Where(held => (held.Latch & LatchTable.Durable) != 0)],
            Starvation = _starvation,
        };

    internal void ClearFacts() => _facts.Clear();

    internal void ClearRoom() => _room = LimitRoom.Untouched;

    /// <summary>
    /// Something changed that must be durable and that this class does not see by itself, such as a position that was written off.
    /// </summary>
    internal void Touch() => Version++;

    /// <summary>The next latch that is newly held, or held for longer, and whose effect on orders is still to be carried out.</summary>
    internal bool TryTakeHeld(out Latch latch)
    {
        if (_heldTaken == _heldCount)
        {
            (_heldTaken, _heldCount) = (0, 0);
            latch = Latch.None;
            return false;
        }

        latch = _heldLately[_heldTaken++];
        return true;
    }

    /// <summary>Takes the state that was saved, or a fresh one, and joins the trading day of <paramref name="now"/>.</summary>
    internal void Start(RiskState state, bool isLost, ReadOnlyMemory<byte> marketMemory, Timestamp now)
    {
        _capital = state.Capital.MicroDollars;
        _carriedOver = state.CarriedOver.MicroDollars;
        _highWater = state.HighWater.MicroDollars;
        _lossStreak = state.LossStreak;
        _cooldownUntil = state.CooldownUntil;
        _starvation = state.Starvation;
        _pace.Restore(state.RecentEntries, state.EntriesToday);
        _latches.Clear();
        _room = LimitRoom.Untouched;
        foreach (var (latch, since, until) in state.Latches)
            _latches.Hold(latch, since, until);
        Version++;
        if (!marketMemory.IsEmpty)
            _breakers.Recall(marketMemory);
        JoinDay(state, now);

        // A person who reviewed a lost state could not know the trading day that it counts for.
        if (_latches.UntilOf(Latch.DayUnknown) == Timestamp.Never && _latches.Has(Latch.DayUnknown))
        {
            _latches.Release(Latch.DayUnknown);
            Hold(Latch.DayUnknown, NextTradedDay(), now);
        }

        if (isLost || state.Position != 0)
            HoldAsLost(now);
        RefreshLevels();
        RefreshEquity();

        // A limit made stricter since the state was saved may be passed already.
        if (Balance.MicroDollars <= _equityFloor)
            TripLimits(Balance, now);
        CheckRoomForATrade(now);
    }

    /// <summary>
    /// What happened to the account is not known: the day's limit counts as used, and a person has to say what it is worth.
    /// </summary>
    internal void HoldAsLost(Timestamp now)
    {
        Hold(Latch.DayUnknown, NextTradedDay(), now);
        Hold(Latch.StateLost, Timestamp.Never, now);
    }

    /// <param name="index">The session's place in the calendar.</param>
    internal void EnterSession(int index) => _sessionIndex = index;

    /// <summary>The session opens: its breakers begin, and with the first session of a trading day its baseline and peak.</summary>
    internal void OpenSession(in TradingSession session, Timestamp now)
    {
        _breakers.EnterSession(session);
        HoldBreakers(now);
        if (session.Day <= _day.Day)
            return;
        _day = new DayBook(session.Day, Equity, Equity);
        _pace.BeginDay();
        Version++;
        RefreshLevels();
        _facts.Add(new RiskFact(RiskFactKind.DayBegan, now, Latch.None, default, Rule.None, Equity));
    }

    /// <summary>The session is over: an account that money alone has kept from trading for a week says so (R25).</summary>
    internal void EndSession(Timestamp now)
    {
        if (_starvation.EndSession() && !_latches.IsFinal)
            Hold(Latch.Starved, Timestamp.Never, now);
    }

    /// <summary>A minute is complete: volatility and volume are compared with what is normal for it (R18, R20).</summary>
    internal void OnMinute(in MinuteStudy study, bool hasVolume, Timestamp now)
    {
        _breakers.OnMinute(study, hasVolume);
        HoldBreakers(now);
    }

    /// <summary>A two-sided quote has come: R19 looks at its spread.</summary>
    internal void OnSpread(Ticks spread, Timestamp now) =>
        SetCondition(Latch.Spread, _breakers.IsWide(spread, _latches.Has(Latch.Spread)), now);

    /// <param name="which">The connection's number.</param>
    /// <param name="isUp">Whether it stands.</param>
    /// <param name="now">The loop's time.</param>
    internal void OnConnection(int which, bool isUp, Timestamp now)
    {
        var bit = 1 << which;
        _connectionsDown = isUp ? _connectionsDown & ~bit : _connectionsDown | bit;
        SetCondition(Latch.Connection, _connectionsDown != 0, now);
    }

    /// <summary>The gate has judged an entry.</summary>
    internal void NoteVerdict(in Verdict verdict) => _starvation.Note(verdict);

    internal void NoteEntry(Timestamp now)
    {
        _pace.Note(now);
        Version++;
    }

    /// <summary>The ledger has booked a fill.</summary>
    /// <param name="price">The fill's price where it opened a position, which is marked there first; null else.</param>
    internal void NoteFill(Price? price)
    {
        RefreshEquity();
        Version++;
        if (price is { } opened)
            _mark = opened;
    }

    /// <summary>Equity follows the ledger again, after it has changed other than by a fill.</summary>
    internal void RefreshEquity()
    {
        var closing = _terms.Fees.PerSide.MicroDollars * Math.Abs(_ledger.Net);
        _equityPerTick = _ledger.Net * _terms.TickValue.MicroDollars;
        _equityBase = Balance.MicroDollars + _ledger.OpenAt(default).MicroDollars - closing;
    }

    /// <summary>
    /// A bar has closed over an open position: limits read its adverse extreme, peaks and equity its close (SPEC section 5).
    /// </summary>
    /// <returns>Whether a latch is newly held, so that the caller of every bar need not look for one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MarkBar(in Bar bar, Timestamp now)
    {
        _mark = bar.Close;
        Mark(EquityAt(_equityPerTick > 0 ? bar.Low : bar.High), EquityAt(bar.Close), now);
        return _heldCount != 0;
    }

    /// <summary>The side of a quote that would close the position.</summary>
    internal void MarkQuote(Price mark, Timestamp now)
    {
        _mark = mark;
        Mark(Equity, Equity, now);
    }

    /// <summary>A trade has ended: its result goes to peaks, limits, and streaks, and the cooldown begins.</summary>
    internal void SettleTrade(in RoundTrip trade, Timestamp now)
    {
        _cooldownUntil = now.AddSeconds(_terms.Limits.CooldownSeconds);
        Version++;
        NoteRoom(Balance);
        if (Balance.MicroDollars > _lowerPeak)
            RaisePeaks(Balance);
        if (!_railsOn)
            return;
        NoteGaps(now);
        if (Balance.MicroDollars <= _equityFloor)
            TripLimits(Balance, now);
        NoteStreak(trade.Net, now);
        CheckRoomForATrade(now);
    }

    /// <summary>Holds a latch as long as its cause lasts.</summary>
    internal void SetCondition(Latch latch, bool holds, Timestamp now)
    {
        if (holds == _latches.Has(latch))
            return;
        if (holds)
            Hold(latch, Timestamp.Never, now);
        else
            Release(latch, now);
    }

    internal void Hold(Latch latch, Timestamp until, Timestamp now)
    {
        if (!_latches.Hold(latch, now, until))
            return;
        var row = LatchTable.Of(latch);
        OnLatchChanged(new RiskFact(RiskFactKind.Held, now, latch, until, row.Rule, Money.Zero), row);
        _heldLately[_heldCount++] = latch;
    }

    internal void Release(Latch latch, Timestamp now)
    {
        if (!_latches.Release(latch))
            return;
        var row = LatchTable.Of(latch);
        OnLatchChanged(new RiskFact(RiskFactKind.Released, now, latch, default, row.Rule, Money.Zero), row);
    }

    /// <summary>
    /// A person looked: the high-water mark becomes the equity now, and what asked for a review is released (SPEC R17). Only for an account
    /// at rest that R5 has not ended.
    /// </summary>
    internal void Review(Timestamp now)
    {
        Require.That(!_latches.Has(Latch.Killed), "what R5 has ended is not reviewed");
        _facts.Add(new RiskFact(RiskFactKind.Reviewed, now, Latch.None, default, Rule.Operator, HighWater));
        _highWater = Balance.MicroDollars;
        _starvation = default;
        Version++;
        foreach (var row in LatchTable.Rows)
        {
            if ((row.Latch & LatchTable.Reviewed) != 0)
                Release(row.Latch, now);
        }

        RefreshLevels();
        CheckRoomForATrade(now);
    }

    /// <summary>Rebuilds what follows from the saved fields, after they have been loaded.</summary>
    internal void AfterLoad()
    {
        RefreshLevels();
        RefreshEquity();
    }

    internal void ArchiveMark(StateArchive archive) => archive.Value(ref _mark);

    internal void ArchiveCooldown(StateArchive archive) => archive.Value(ref _cooldownUntil);

    internal void Archive(StateArchive archive)
    {
        Require.That(_heldTaken == _heldCount, "what newly held latches ask for is carried out before the state is saved");
        archive.Value(ref _capital);
        archive.Value(ref _carriedOver);
        archive.Value(ref _highWater);
        archive.Value(ref _connectionsDown);
        archive.Value(ref _lossStreak);
        archive.Value(ref _starvation);
        var (day, baseline, peak) = _day;
        archive.Value(ref day);
        archive.Value(ref baseline);
        archive.Value(ref peak);
        _day = new DayBook(day, baseline, peak);
        var (version, peakVersion) = (Version, PeakVersion);
        archive.Value(ref version);
        archive.Value(ref peakVersion);
        (Version, PeakVersion) = (version, peakVersion);
        archive.Value(ref _room);
        _latches.Archive(archive);
        _breakers.Archive(archive);
        _pace.Archive(archive);
    }

    /// <summary>
    /// A day joined late takes its baseline and its peak from the ledger: its own, where the state is of today; else the balance, since the
    /// account was flat and nothing was traded since. (A position that was open when the state was saved leaves its result unknown: such a
    /// state counts as lost.)
    /// </summary>
    private void JoinDay(RiskState state, Timestamp now)
    {
        var day = _terms.Calendar.DayOf(now);
        if (state.Day.Day >= day)
        {
            _day = state.Day;
            return;
        }

        _day = new DayBook(day, state.Balance, state.Balance);
        _pace.BeginDay();
    }

    /// <summary>When entries may begin again after R1 or R2: 09:30 of the next trading day that has RTH (SPEC R16).</summary>
    private Timestamp NextTradedDay()
    {
        var sessions = _terms.Calendar.Sessions;
        for (var index = NextSession(); index < sessions.Length; index++)
        {
            if (sessions[index].HasRth)
                return sessions[index].RthOpen;
        }

        return Timestamp.Never;
    }

    private int NextSession() => _terms.Calendar.IndexOf(_day.Day) is >= 0 and var index ? index + 1 : _sessionIndex;

    private void RefreshLevels()
    {
        var floor = Levels.Highest(except: FiredToday()).Level;
        _equityFloor = _railsOn ? floor.MicroDollars : long.MinValue;
        _lowerPeak = Math.Min(_highWater, _day.Peak.MicroDollars);
    }

    /// <summary>
    /// The latches held; a daily one that ends with today has fired for another day, and can fire for this one too (SPEC R16).
    /// </summary>
    private Latch FiredToday()
    {
        var fired = _latches.Held;
        if ((fired & (Latch.DailyLoss | Latch.DailyDrawdown)) == 0)
            return fired;
        var next = NextTradedDay();
        foreach (var daily in (ReadOnlySpan<Latch>)[Latch.DailyLoss, Latch.DailyDrawdown])
        {
            if (_latches.UntilOf(daily) < next)
                fired &= ~daily;
        }

        return fired;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mark(Money worst, Money peak, Timestamp now)
    {
        NoteRoom(worst);
        if (worst.MicroDollars <= _equityFloor)
            TripLimits(worst, now);
        if (peak.MicroDollars > _lowerPeak)
            RaisePeaks(peak);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RaisePeaks(Money equity)
    {
        if (equity > _day.Peak)
            _day = _day with { Peak = equity };
        _highWater = Math.Max(_highWater, equity.MicroDollars);
        PeakVersion++;
        RefreshLevels();
    }

    /// <summary>Every limit that this equity reaches fires, the heaviest first (R5 outranks R4).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TripLimits(Money equity, Timestamp now)
    {
        var (levels, fired) = (Levels, FiredToday());
        for (var i = AccountLevels.Limits.Length - 1; i >= 0; i--)
        {
            var (rule, latch) = AccountLevels.Limits[i];
            if (equity <= levels[rule] && (fired & latch) == 0)
                Hold(latch, latch is Latch.DailyLoss or Latch.DailyDrawdown ? NextTradedDay() : Timestamp.Never, now);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteRoom(Money worst)
    {
        var equity = worst.MicroDollars;
        if (equity < _room.Equity)
            _room.Equity = equity;
        if (equity - _day.Peak.MicroDollars < _room.BelowDayPeak)
            _room.BelowDayPeak = equity - _day.Peak.MicroDollars;
        if (equity - _highWater < _room.BelowHighWater)
            _room.BelowHighWater = equity - _highWater;
    }

    /// <summary>
    /// Records each limit that the balance has passed. No entry is sent unless its worst case stays above every level, so a passed level
    /// means fills worse than that reserve, or gains of the day given back.
    /// </summary>
    private void NoteGaps(Timestamp now)
    {
        var levels = Levels;
        foreach (var (rule, latch) in AccountLevels.Limits)
        {
            if (Balance < levels[rule])
                _facts.Add(new RiskFact(RiskFactKind.Gap, now, latch, default, rule, levels[rule] - Balance));
        }
    }

    /// <summary>R14 and R15. A loss is net below zero, a gain ends a streak, exactly zero does neither.</summary>
    private void NoteStreak(Money net, Timestamp now)
    {
        if (net > Money.Zero)
            _lossStreak = 0;
        if (net >= Money.Zero)
            return;
        _lossStreak++;
        var limits = _terms.Limits;
        if (_lossStreak == limits.LossesToPause)
            Hold(Latch.LossPause, now.AddSeconds(limits.PauseSeconds), now);
        if (_lossStreak >= limits.LossesToLongPause)
            Hold(Latch.LongLossPause, now.AddSeconds(limits.LongPauseSeconds), now);
    }

    /// <summary>Where no trade is permitted any more, today or ever, the account says so at once (R25).</summary>
    private void CheckRoomForATrade(Timestamp now)
    {
        // An account halted for another reason is not reported as starved too; the review checks again.
        if (_latches.IsFinal)
            return;
        var (smallest, tickValue) = (_terms.SmallestStop, _terms.TickValue);
        if (_gate.IsStarved(Balance, HighWater, smallest, tickValue))
            Hold(Latch.Starved, Timestamp.Never, now);
        if (!_gate.IsDayExhausted(Balance, Levels, smallest, tickValue))
            return;
        var sessions = _terms.Calendar.Sessions;
        var next = NextSession();
        Hold(Latch.DayExhausted, next < sessions.Length ? sessions[next].Open : Timestamp.Never, now);
    }

    private void HoldBreakers(Timestamp now)
    {
        SetCondition(Latch.Volatility, _breakers.IsVolatile, now);
        SetCondition(Latch.Volume, _breakers.IsThin, now);
    }

    private void OnLatchChanged(in RiskFact fact, LatchRow row)
    {
        _facts.Add(fact);
        if (row.IsDurable)
            Version++;
        RefreshLevels();
    }
}
