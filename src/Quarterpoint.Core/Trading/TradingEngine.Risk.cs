using System.Runtime.CompilerServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>The account: its day, its peaks, its limits, its latches (SPEC section 5).</summary>
public sealed partial class TradingEngine
{
    private readonly LatchBoard _latches;
    private readonly MarketBreakers _breakers;
    private readonly EntryPace _pace = new();
    private readonly List<RiskFact> _riskFacts = [];
    private readonly bool _railsOn;

    private StarvationWatch _starvation;
    private int _connectionsDown;
    private int _lossStreak;
    private long _capital;
    private long _carriedOver;
    private long _highWater;
    private DayBook _day;

    /// <summary>The highest level at which a limit fires that has not fired yet: a bar is compared with it once.</summary>
    private long _equityFloor;

    /// <summary>The lower of the two peaks: equity up to it raises neither.</summary>
    private long _lowerPeak;

    private LimitRoom _room = LimitRoom.Untouched;

    public Money HighWater => new(_highWater);

    public DayBook Day => _day;

    public int LossStreak => _lossStreak;

    public LatchBoard Latches => _latches;

    public EntryPace Pace => _pace;

    public MarketBreakers Breakers => _breakers;

    /// <summary>The levels at which the limits of the account fire now.</summary>
    public AccountLevels Levels => AccountLevels.Of(_settings.Limits, _day, HighWater);

    /// <summary>What has become of latches and limits since the host last emptied the list.</summary>
    public IReadOnlyList<RiskFact> RiskFacts => _riskFacts;

    /// <summary>The least room that was left to each limit since the host last asked.</summary>
    public LimitRoom Room => _room;

    /// <summary>Grows with everything that must be durable, except for peaks alone.</summary>
    public long RiskVersion { get; private set; }

    /// <summary>Grows when a peak rises: a host makes these durable once a second and before every entry.</summary>
    public long PeakVersion { get; private set; }

    /// <summary>What must survive a restart, as it is now (SPEC R21).</summary>
    public RiskState RiskSnapshot =>
        new()
        {
            Capital = new Money(_capital),
            CarriedOver = Balance - new Money(_capital),
            HighWater = new Money(_highWater),
            Day = _day,
            LossStreak = _lossStreak,
            LastTrade = _highestTrade,
            Position = _ledger.Net,
            CooldownUntil = _cooldownUntil,
            EntriesToday = _pace.Today,
            RecentEntries = _pace.Recent,
            Latches = [.. _latches.ToList().Where(held => (held.Latch & LatchTable.Durable) != 0)],
            Starvation = _starvation,
        };

    public void ClearRiskFacts() => _riskFacts.Clear();

    public void ClearRoom() => _room = LimitRoom.Untouched;

    private void StartRisk(StartFacts facts, IntentBuffer intents)
    {
        var state = facts.Risk ?? RiskState.Fresh(_settings.Limits.Capital);
        _capital = state.Capital.MicroDollars;
        _carriedOver = state.CarriedOver.MicroDollars;
        _highWater = state.HighWater.MicroDollars;
        _lossStreak = state.LossStreak;
        _cooldownUntil = state.CooldownUntil;
        _starvation = state.Starvation;
        _pace.Restore(state.RecentEntries, state.EntriesToday);
        (_highestTrade, _knownTrades) = (Math.Max(_highestTrade, state.LastTrade), state.LastTrade);
        _latches.Clear();
        _room = LimitRoom.Untouched;
        foreach (var (latch, since, until) in state.Latches)
            _latches.Hold(latch, since, until);
        RiskVersion++;
        if (!facts.MarketMemory.IsDefaultOrEmpty)
            _breakers.Recall(facts.MarketMemory.AsMemory());
        JoinDay(state);

        // A person who reviewed a lost state could not know the trading day that it counts for.
        if (_latches.UntilOf(Latch.DayUnknown) == Timestamp.Never && _latches.Has(Latch.DayUnknown))
        {
            _latches.Release(Latch.DayUnknown);
            Hold(Latch.DayUnknown, NextTradedDay(), intents);
        }

        if (facts.Record is RiskRecord.Missing or RiskRecord.Damaged || state.Position != 0)
        {
            // What was lost today is not known, so the day's limit counts as used.
            Hold(Latch.DayUnknown, NextTradedDay(), intents);
            Hold(Latch.StateLost, Timestamp.Never, intents);
        }

        RefreshLevels();

        // A limit made stricter since the state was saved may be passed already.
        if (Balance.MicroDollars <= _equityFloor)
            TripLimits(Balance, intents);
        CheckRoomForATrade(intents);

        // An account under such a latch is proved flat before anything else.
        if (_latches.MustBeFlat)
            BeginFlatten(LatchTable.Strictest(_latches.Held & LatchTable.Flattening).Rule, intents);
    }

    /// <summary>
    /// A day joined late takes its baseline and its peak from the ledger: its own, where the state is of today; else the balance, since the account
    /// was flat and nothing was traded since. (A position that was open when the state was saved leaves its result unknown: such a state counts as lost.)
    /// </summary>
    private void JoinDay(RiskState state)
    {
        var day = DayOf(_now);
        if (state.Day.Day >= day)
        {
            _day = state.Day;
            return;
        }

        _day = new DayBook(day, state.Balance, state.Balance);
        _pace.BeginDay();
    }

    /// <summary>The trading day that an instant belongs to: from one open to the next, the pause between them included.</summary>
    private TradingDay DayOf(Timestamp time)
    {
        var sessions = _settings.Calendar.Sessions;
        var index = _settings.Calendar.FirstClosingAfter(time);
        if (index < sessions.Length && sessions[index].Open <= time)
            return sessions[index].Day;
        return index > 0 ? sessions[index - 1].Day : default;
    }

    private void BeginDay()
    {
        if (_session.Day <= _day.Day)
            return;
        _day = new DayBook(_session.Day, Equity, Equity);
        _pace.BeginDay();
        RiskVersion++;
        RefreshLevels();
        _riskFacts.Add(new RiskFact(RiskFactKind.DayBegan, _now, Latch.None, default, Rule.None, Equity));
    }

    /// <summary>When entries may begin again after R1 or R2: 09:30 of the next trading day that has RTH (SPEC R16).</summary>
    private Timestamp NextTradedDay()
    {
        var sessions = _settings.Calendar.Sessions;
        for (var index = NextSession(); index < sessions.Length; index++)
        {
            if (sessions[index].HasRth)
                return sessions[index].RthOpen;
        }

        return Timestamp.Never;
    }

    private int NextSession() => _settings.Calendar.IndexOf(_day.Day) is >= 0 and var index ? index + 1 : _sessionIndex;

    private void RefreshLevels()
    {
        var floor = Levels.Highest(except: FiredToday()).Level;
        _equityFloor = _railsOn ? floor.MicroDollars : long.MinValue;
        _lowerPeak = Math.Min(_highWater, _day.Peak.MicroDollars);
    }

    /// <summary>The latches held; a daily one that ends with today has fired for another day, and can fire for this one too (SPEC R16).</summary>
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
    private void TripLimits(Money equity, IntentBuffer intents)
    {
        var (levels, fired) = (Levels, FiredToday());
        for (var i = AccountLevels.Limits.Length - 1; i >= 0; i--)
        {
            var (rule, latch) = AccountLevels.Limits[i];
            if (equity <= levels[rule] && (fired & latch) == 0)
                Hold(latch, latch is Latch.DailyLoss or Latch.DailyDrawdown ? NextTradedDay() : Timestamp.Never, intents);
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

    /// <summary>A trade has ended: its result goes to peaks, limits, and streaks.</summary>
    private void SettleAccount(in RoundTrip trade, IntentBuffer intents)
    {
        RiskVersion++;
        NoteRoom(Balance);
        if (Balance.MicroDollars > _lowerPeak)
            RaisePeaks(Balance);
        if (!_railsOn)
            return;
        NoteGaps();
        if (Balance.MicroDollars <= _equityFloor)
            TripLimits(Balance, intents);
        NoteStreak(trade.Net, intents);
        CheckRoomForATrade(intents);
    }

    /// <summary>No entry is sent unless its worst case leaves every level; what ends below one was worse than that, or had been won before.</summary>
    private void NoteGaps()
    {
        var levels = Levels;
        foreach (var (rule, latch) in AccountLevels.Limits)
        {
            if (Balance < levels[rule])
                _riskFacts.Add(new RiskFact(RiskFactKind.Gap, _now, latch, default, rule, levels[rule] - Balance));
        }
    }

    /// <summary>R14 and R15. A loss is net below zero, a gain ends a streak, exactly zero does neither.</summary>
    private void NoteStreak(Money net, IntentBuffer intents)
    {
        if (net > Money.Zero)
            _lossStreak = 0;
        if (net >= Money.Zero)
            return;
        _lossStreak++;
        var limits = _settings.Limits;
        if (_lossStreak == limits.LossesToPause)
            Hold(Latch.LossPause, _now.AddSeconds(limits.PauseSeconds), intents);
        if (_lossStreak >= limits.LossesToLongPause)
            Hold(Latch.LongLossPause, _now.AddSeconds(limits.LongPauseSeconds), intents);
    }

    /// <summary>Where no trade is permitted any more, today or ever, the account says so at once (R25).</summary>
    private void CheckRoomForATrade(IntentBuffer intents)
    {
        // Who is halted for another reason is not starved beside it; the review asks again.
        if (_latches.IsFinal)
            return;
        var (smallest, tickValue) = (_settings.Stop.Smallest, _settings.Instrument.TickValue);
        if (_gate.IsStarved(Balance, HighWater, smallest, tickValue))
            Hold(Latch.Starved, Timestamp.Never, intents);
        if (!_gate.IsDayExhausted(Balance, Levels, smallest, tickValue))
            return;
        var sessions = _settings.Calendar.Sessions;
        var next = NextSession();
        Hold(Latch.DayExhausted, next < sessions.Length ? sessions[next].Open : Timestamp.Never, intents);
    }

    private void OnMinute(IntentBuffer intents)
    {
        _breakers.OnMinute(_study, (_capabilities & Capabilities.Volume) != 0);
        HoldBreakers(intents);
    }

    private void HoldBreakers(IntentBuffer intents)
    {
        SetCondition(Latch.Volatility, _breakers.IsVolatile, intents);
        SetCondition(Latch.Volume, _breakers.IsThin, intents);
    }

    /// <summary>A latch that is held as long as its cause lasts.</summary>
    private void SetCondition(Latch latch, bool holds, IntentBuffer intents)
    {
        if (holds == _latches.Has(latch))
            return;
        if (holds)
            Hold(latch, Timestamp.Never, intents);
        else
            Release(latch);
    }

    private void Hold(Latch latch, Timestamp until, IntentBuffer intents)
    {
        if (!_latches.Hold(latch, _now, until))
            return;
        var row = LatchTable.Of(latch);
        OnLatchChanged(new RiskFact(RiskFactKind.Held, _now, latch, until, row.Rule, Money.Zero), row);
        if (!_latches.Halves(latch))
            CancelLive(OrderRole.Entry, row.Rule, intents);
        if (row.Effect == LatchEffect.Flattens)
            BeginFlatten(row.Rule, intents);
    }

    private void Release(Latch latch)
    {
        if (!_latches.Release(latch))
            return;
        var row = LatchTable.Of(latch);
        OnLatchChanged(new RiskFact(RiskFactKind.Released, _now, latch, default, row.Rule, Money.Zero), row);
    }

    private void OnLatchChanged(in RiskFact fact, LatchRow row)
    {
        _riskFacts.Add(fact);
        if (row.IsDurable)
            RiskVersion++;
        RefreshLevels();
        RefreshDeadline();
    }

    /// <summary>
    /// A person looked: the high-water mark becomes the equity now, and what asked for a review is released. What R5 ended stays ended (SPEC R17).
    /// Only an account at rest can be reviewed.
    /// </summary>
    private void Review(IntentBuffer intents)
    {
        if (_latches.Has(Latch.Killed) || !IsAtRest)
            return;
        _riskFacts.Add(new RiskFact(RiskFactKind.Reviewed, _now, Latch.None, default, Rule.Operator, HighWater));
        _highWater = Balance.MicroDollars;
        _starvation = default;
        RiskVersion++;
        foreach (var row in LatchTable.Rows)
        {
            if ((row.Latch & LatchTable.Reviewed) != 0)
                Release(row.Latch);
        }

        RefreshLevels();
        CheckRoomForATrade(intents);
    }

    /// <summary>
    /// What entries that still may fill would lose, stopped out at stressed slippage (SPEC R7): those that work, and those of this session that are
    /// only presumed dead. An open position needs no place here: beside one nothing opens.
    /// </summary>
    private Money AtRisk()
    {
        var tickValue = _settings.Instrument.TickValue;
        var atRisk = Money.Zero;
        for (var i = 0; i < _orders.SlotCount; i++)
        {
            ref var order = ref _orders[i];
            var mayFill = order.IsLive || (order.Lifecycle == Lifecycle.PresumedDead && order.SentAt >= _session.Open);
            if (order.Role == OrderRole.Entry && order.Remaining > 0 && mayFill)
                atRisk += _gate.WorstLoss(order.Remaining, order.Stop, tickValue);
        }

        return atRisk;
    }

    private void ArchiveRisk(StateArchive archive)
    {
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
        var (riskVersion, peakVersion) = (RiskVersion, PeakVersion);
        archive.Value(ref riskVersion);
        archive.Value(ref peakVersion);
        (RiskVersion, PeakVersion) = (riskVersion, peakVersion);
        archive.Value(ref _room);
        _latches.Archive(archive);
        _breakers.Archive(archive);
        _pace.Archive(archive);
    }
}
