using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>One contract's session. <paramref name="Volume"/> is 0 in all of them where the source has no volume.</summary>
public readonly record struct ContractSession(TradingDay Day, long Volume, Price LastClose);

/// <summary>The sessions in which a contract traded, by day.</summary>
public sealed record ContractHistory(string Symbol, ContractMonth Month, IReadOnlyList<ContractSession> Sessions);

/// <summary>When the continuous series changes to the next contract (SPEC K6, D6).</summary>
public abstract record RollRule
{
    private RollRule() { }

    /// <summary>
    /// In the session after the one in which the next contract's volume first exceeded the leader's, and at the latest on the Wednesday of
    /// expiry week. (CME's own roll date is the Monday of that week.)
    /// </summary>
    public sealed record ByVolume : RollRule
    {
        internal override DateOnly LastLead(DateOnly expiry) => expiry.AddDays(DayOfWeek.Tuesday - expiry.DayOfWeek);
    }

    /// <summary>That many calendar days before the leader's expiry.</summary>
    public sealed record BeforeExpiry(int Days) : RollRule
    {
        internal override DateOnly LastLead(DateOnly expiry) => expiry.AddDays(-Days - 1);
    }

    /// <summary>The last day on which a contract may lead if the next one trades.</summary>
    internal abstract DateOnly LastLead(DateOnly expiry);
}

/// <summary>The contract that leads on a day.</summary>
/// <param name="Day">The trading day.</param>
/// <param name="Contract">Its place in the list of contracts that was given.</param>
/// <param name="Adjustment">What is added to its raw prices to give adjusted prices.</param>
public readonly record struct LeadContract(TradingDay Day, int Contract, Ticks Adjustment);

/// <summary>
/// A change of the leader. <see cref="Jump"/> is how far the new contract closed above the old one in the last earlier session in which
/// both traded; the adjustment removes it. Null: there was no such session, and the adjustment stays as it was.
/// </summary>
public readonly record struct ContractRoll(TradingDay Day, int From, int To, Ticks? Jump);

/// <summary>
/// Decides which contract leads on each day (SPEC D6). It uses only sessions completed before that day, and the adjustment is carried
/// forward, so that adding data never changes an earlier choice or an earlier adjusted price.
/// </summary>
public static class ContractRolls
{
    /// <param name="contracts">By delivery month, each once.</param>
    /// <param name="rule">When the lead changes.</param>
    /// <param name="calendar">Holidays, which move expiries.</param>
    /// <param name="next">A day after the last that traded, such as tomorrow, whose leader is decided too.</param>
    public static RollSchedule Decide(
        IReadOnlyList<ContractHistory> contracts,
        RollRule rule,
        CalendarTable calendar,
        TradingDay? next = null
    )
    {
        for (var c = 1; c < contracts.Count; c++)
            Require.That(contracts[c - 1].Month.Ordinal < contracts[c].Month.Ordinal, "contracts are in order of month, each once");
        var days = TradedDays(contracts);
        if (next is { } tomorrow)
        {
            Require.That(days.Count == 0 || days[^1] < tomorrow, "the next day comes after all that have traded");
            days.Add(tomorrow);
        }

        var decider = new Decider(contracts, rule, calendar);
        foreach (var day in days)
            decider.Step(day);
        return new RollSchedule(decider.Days, decider.Rolls);
    }

    private static List<TradingDay> TradedDays(IReadOnlyList<ContractHistory> contracts)
    {
        var days = new SortedSet<TradingDay>();
        foreach (var contract in contracts)
        {
            foreach (var session in contract.Sessions)
                days.Add(session.Day);
        }

        return [.. days];
    }

    /// <summary>Takes one day after the other. For each it has read only sessions strictly before it.</summary>
    private sealed class Decider
    {
        private const int None = -1;

        private readonly IReadOnlyList<ContractHistory> _contracts;
        private readonly bool _byVolume;
        private readonly TradingDay[] _expiries;
        private readonly TradingDay[] _lastLeads;
        private readonly int[] _completed;
        private TradingDay _previous;
        private int _leader = None;
        private Ticks _adjustment;

        public Decider(IReadOnlyList<ContractHistory> contracts, RollRule rule, CalendarTable calendar)
        {
            _contracts = contracts;
            _byVolume = rule is RollRule.ByVolume;
            _completed = new int[contracts.Count];
            _expiries = [.. contracts.Select(c => c.Month.Expiry(calendar))];
            _lastLeads = [.. _expiries.Select(e => TradingDay.From(rule.LastLead(e.Date)))];
        }

        public List<LeadContract> Days { get; } = [];

        public List<ContractRoll> Rolls { get; } = [];

        public void Step(TradingDay day)
        {
            for (var c = 0; c < _contracts.Count; c++)
            {
                var sessions = _contracts[c].Sessions;
                while (_completed[c] < sessions.Count && sessions[_completed[c]].Day < day)
                    _completed[c]++;
            }

            var leader = Choose(day);
            if (leader == None)
                return;
            if (leader != _leader && _leader != None)
                Roll(day, leader);
            _leader = leader;
            _previous = day;
            Days.Add(new LeadContract(day, leader, _adjustment));
        }

        private int Choose(TradingDay day)
        {
            if (_leader == None)
                return First(day);
            var leader = _leader;
            if (_byVolume && Following(leader) is var busier and not None && VolumeOn(_previous, busier) > VolumeOn(_previous, leader))
                leader = busier;
            while (day > _lastLeads[leader] && Following(leader) is var later and not None)
                leader = later;
            if (day <= _expiries[leader])
                return leader;

            // The leader has expired and no later contract has traded: data is missing. The series starts again, as on its first day.
            var restart = First(day);
            if (restart > leader)
                return restart;
            return TradesOn(day, leader) ? leader : None;
        }

        /// <summary>
        /// The leader of a day before which nothing is known: the nearest contract that trades on it and is not due to roll.
        /// </summary>
        private int First(TradingDay day)
        {
            var farthest = None;
            for (var c = 0; c < _contracts.Count; c++)
            {
                if (!TradesOn(day, c))
                    continue;
                if (day <= _lastLeads[c])
                    return c;
                farthest = c;
            }

            return farthest;
        }

        /// <summary>The next contract after the leader that has traded in a completed session.</summary>
        private int Following(int leader)
        {
            for (var c = leader + 1; c < _contracts.Count; c++)
            {
                if (_completed[c] > 0)
                    return c;
            }

            return None;
        }

        private bool TradesOn(TradingDay day, int contract) =>
            _completed[contract] < _contracts[contract].Sessions.Count && _contracts[contract].Sessions[_completed[contract]].Day == day;

        private long VolumeOn(TradingDay day, int contract)
        {
            var last = _completed[contract] - 1;
            return last >= 0 && _contracts[contract].Sessions[last].Day == day ? _contracts[contract].Sessions[last].Volume : 0;
        }

        private void Roll(TradingDay day, int to)
        {
            var jump = JumpBetween(_leader, to);
            if (jump is { } ticks)
                _adjustment -= ticks;
            Rolls.Add(new ContractRoll(day, _leader, to, jump));
        }

        private Ticks? JumpBetween(int from, int to)
        {
            var left = _completed[from] - 1;
            var right = _completed[to] - 1;
            while (left >= 0 && right >= 0)
            {
                var (old, fresh) = (_contracts[from].Sessions[left], _contracts[to].Sessions[right]);
                if (old.Day == fresh.Day)
                    return fresh.LastClose - old.LastClose;
                if (old.Day > fresh.Day)
                    left--;
                else
                    right--;
            }

            return null;
        }
    }
}
