using CsCheck;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.MarketData;

public sealed class ContractRollsTests
{
    private static readonly RollRule ByVolume = new RollRule.ByVolume();
    private static readonly ContractMonth H4 = new(2024, 3);
    private static readonly ContractMonth M4 = new(2024, 6);

    [Fact]
    [Trait("Spec", "D6")]
    public void The_next_contract_leads_from_the_session_after_the_one_in_which_its_volume_was_larger()
    {
        var schedule = Decide(
            Contract(
                H4,
                ("2024-03-06", 900, 20_000),
                ("2024-03-07", 800, 20_010),
                ("2024-03-08", 400, 20_020),
                ("2024-03-11", 100, 20_030)
            ),
            Contract(M4, ("2024-03-06", 100, 20_200), ("2024-03-07", 800, 20_212), ("2024-03-08", 401, 20_221), ("2024-03-11", 900, 20_233))
        );

        Assert.Equal([0, 0, 0, 1], Leaders(schedule));
        Assert.Equal([new ContractRoll(Day("2024-03-11"), 0, 1, new Ticks(201))], schedule.Rolls);
        Assert.Equal(new Ticks(-201), schedule.Days[3].Adjustment);
    }

    /// <summary>2024-03-15 is the third Friday of March.</summary>
    [Fact]
    [Trait("Spec", "K6")]
    public void The_expiring_contract_never_leads_after_the_Tuesday_of_its_expiry_week()
    {
        var days = new[] { "2024-03-08", "2024-03-11", "2024-03-12", "2024-03-13", "2024-03-14" };
        var schedule = Decide(
            Contract(H4, [.. days.Select(d => (d, 900L, 20_000))]),
            Contract(M4, [.. days.Select(d => (d, 100L, 20_200))])
        );

        Assert.Equal([0, 0, 0, 1, 1], Leaders(schedule));
    }

    /// <summary>June 2026 expires on Thursday the 18th, because the Friday is a holiday.</summary>
    [Fact]
    [Trait("Spec", "K6")]
    public void The_Tuesday_is_that_of_the_week_where_a_holiday_brings_expiry_forward()
    {
        var days = new[] { "2026-06-15", "2026-06-16", "2026-06-17" };
        var schedule = Decide(
            Contract(new ContractMonth(2026, 6), [.. days.Select(d => (d, 900L, 20_000))]),
            Contract(new ContractMonth(2026, 9), [.. days.Select(d => (d, 100L, 20_200))])
        );

        Assert.Equal([0, 0, 1], Leaders(schedule));
    }

    [Fact]
    public void The_lead_never_goes_back()
    {
        var schedule = Decide(
            Contract(H4, ("2024-03-06", 100, 20_000), ("2024-03-07", 900, 20_010), ("2024-03-08", 900, 20_020)),
            Contract(M4, ("2024-03-06", 200, 20_200), ("2024-03-07", 100, 20_212), ("2024-03-08", 100, 20_221))
        );

        Assert.Equal([0, 1, 1], Leaders(schedule));
    }

    [Fact]
    public void A_contract_whose_successor_has_no_data_leads_until_it_expires()
    {
        var schedule = Decide(Contract(H4, ("2024-03-12", 900, 20_000), ("2024-03-13", 800, 20_010), ("2024-03-15", 50, 20_020)));
        Assert.Equal([0, 0, 0], Leaders(schedule));
    }

    [Fact]
    public void The_first_day_takes_the_nearest_contract_that_is_not_due_to_roll()
    {
        var days = new[] { "2024-03-13", "2024-03-14" };
        var schedule = Decide(
            Contract(H4, [.. days.Select(d => (d, 900L, 20_000))]),
            Contract(M4, [.. days.Select(d => (d, 100L, 20_200))]),
            Contract(new ContractMonth(2024, 9), [.. days.Select(d => (d, 10L, 20_400))])
        );

        Assert.Equal([1, 1], Leaders(schedule));
        Assert.Empty(schedule.Rolls);
        Assert.All(schedule.Days, d => Assert.Equal(default, d.Adjustment));
    }

    [Fact]
    public void After_a_hole_between_two_contracts_the_series_goes_on_without_an_adjustment()
    {
        var schedule = Decide(
            Contract(H4, ("2024-03-12", 900, 20_000)),
            Contract(M4, ("2024-04-02", 900, 20_300), ("2024-04-03", 900, 20_310))
        );

        Assert.Equal([0, 1, 1], Leaders(schedule));
        Assert.Equal([new ContractRoll(Day("2024-04-02"), 0, 1, null)], schedule.Rolls);
        Assert.Equal(default, schedule.Days[2].Adjustment);
    }

    [Fact]
    public void The_jump_is_taken_from_the_last_session_in_which_both_traded()
    {
        var schedule = Decide(
            Contract(H4, ("2024-03-07", 900, 20_000), ("2024-03-11", 900, 20_100), ("2024-03-12", 900, 20_110)),
            Contract(M4, ("2024-03-07", 10, 20_207), ("2024-03-13", 900, 20_300))
        );

        Assert.Equal(new ContractRoll(Day("2024-03-13"), 0, 1, new Ticks(207)), Assert.Single(schedule.Rolls));
    }

    [Fact]
    [Trait("Spec", "D6")]
    public void Adjustments_add_up_over_several_rolls()
    {
        var schedule = Decide(
            Contract(H4, ("2024-03-12", 900, 20_000)),
            Contract(M4, ("2024-03-12", 10, 20_200), ("2024-03-13", 900, 20_205), ("2024-06-18", 900, 22_000)),
            Contract(new ContractMonth(2024, 9), ("2024-06-18", 10, 22_190), ("2024-06-20", 900, 22_195))
        );

        Assert.Equal([0, 1, 1, 2], Leaders(schedule));
        Assert.Equal([0, -200, -200, -390], schedule.Days.Select(d => d.Adjustment.Count));
    }

    /// <summary>The third Friday of March 2024 is the 15th: eight days before is Thursday the 7th.</summary>
    [Fact]
    [Trait("Spec", "K6")]
    public void A_fixed_number_of_days_before_expiry_counts_calendar_days()
    {
        var days = new[] { "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08" };
        var contracts = new[]
        {
            Contract(H4, [.. days.Select(d => (d, 900L, 20_000))]),
            Contract(M4, [.. days.Select(d => (d, 100L, 20_200))]),
        };

        Assert.Equal([0, 0, 1, 1], Leaders(ContractRolls.Decide(contracts, new RollRule.BeforeExpiry(8), CalendarTable.CmeEquityIndex)));
        Assert.Equal([0, 0, 0, 1], Leaders(ContractRolls.Decide(contracts, new RollRule.BeforeExpiry(7), CalendarTable.CmeEquityIndex)));
    }

    [Fact]
    public void Tomorrows_leader_is_known_before_tomorrow_trades()
    {
        var contracts = new[] { Contract(H4, ("2024-03-07", 100, 20_000)), Contract(M4, ("2024-03-07", 200, 20_200)) };
        var schedule = ContractRolls.Decide(contracts, ByVolume, CalendarTable.CmeEquityIndex, next: Day("2024-03-08"));

        Assert.Equal(new LeadContract(Day("2024-03-08"), 1, new Ticks(-200)), schedule.On(Day("2024-03-08")));
        Assert.Equal(0, schedule.On(Day("2024-03-07"))!.Value.Contract);
        Assert.Null(schedule.On(Day("2024-03-06")));
        Assert.Null(schedule.On(Day("2024-03-09")));
        Assert.Throws<InvariantException>(() =>
            ContractRolls.Decide(contracts, ByVolume, CalendarTable.CmeEquityIndex, next: Day("2024-03-07"))
        );
    }

    [Fact]
    public void An_expired_leader_without_a_successor_leads_nothing()
    {
        var schedule = ContractRolls.Decide(
            [Contract(H4, ("2024-03-12", 100, 20_000))],
            ByVolume,
            CalendarTable.CmeEquityIndex,
            next: Day("2024-03-18")
        );
        Assert.Null(schedule.On(Day("2024-03-18")));
    }

    [Fact]
    [Trait("Spec", "D6")]
    public void Later_sessions_change_no_earlier_choice_and_no_earlier_adjustment() =>
        Markets.Sample(contracts => Assert.True(IsBlindToTheFuture(Decide, contracts)));

    [Fact]
    [Trait("Spec", "D6")]
    public void A_rule_that_looks_at_the_days_own_volume_is_told_apart() =>
        Assert.Throws<CsCheckException>(() => Markets.Sample(contracts => IsBlindToTheFuture(Peek, contracts)));

    /// <summary>
    /// The leader chosen for a day before it traded, or while it was the newest day, must be the one chosen when everything is known.
    /// </summary>
    private static bool IsBlindToTheFuture(
        Func<IReadOnlyList<ContractHistory>, TradingDay?, RollSchedule> decide,
        ContractHistory[] contracts
    )
    {
        var whole = decide(contracts, null);
        for (var known = 1; known < whole.Days.Count; known++)
        {
            var day = whole.Days[known].Day;
            var before = decide(Until(contracts, day), day);
            if (!before.Days.SequenceEqual(whole.Days.Take(known + 1)))
                return false;
            if (!before.Rolls.SequenceEqual(whole.Rolls.Where(r => r.Day <= day)))
                return false;
        }

        return true;
    }

    /// <summary>The planted leak: the busiest contract of the day leads on that day.</summary>
    private static RollSchedule Peek(IReadOnlyList<ContractHistory> contracts, TradingDay? next)
    {
        var days = contracts.SelectMany(c => c.Sessions).Select(s => s.Day).Concat(next is { } day ? [day] : []).Distinct().Order();
        return new RollSchedule(
            [
                .. days.Select(d => new LeadContract(
                    d,
                    contracts.Select((c, i) => (i, Volume: c.Sessions.Where(s => s.Day == d).Sum(s => s.Volume))).MaxBy(c => c.Volume).i,
                    default
                )),
            ],
            []
        );
    }

    private static ContractHistory[] Until(ContractHistory[] contracts, TradingDay day) =>
        [.. contracts.Select(c => c with { Sessions = [.. c.Sessions.Where(s => s.Day < day)] })];

    /// <summary>Two or three contracts that trade through one or two expiries, with random volumes and closes.</summary>
    private static readonly Gen<ContractHistory[]> Markets = Gen.Select(
            Gen.Int[1, 1_000].Array[120],
            Gen.Int[1, 1_000].Array[120],
            Gen.Int[1, 1_000].Array[120],
            Gen.Bool.Array[360]
        )
        .Select(
            (first, second, third, traded) =>
            {
                var days = Enumerable
                    .Range(0, 170)
                    .Select(i => new DateOnly(2024, 1, 15).AddDays(i))
                    .Where(d => d.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                    .Take(120)
                    .ToList();
                ContractHistory History(ContractMonth month, int[] volumes, int at, DateOnly last) =>
                    new(
                        month.SymbolOf("MES"),
                        month,
                        [
                            .. days.Select((d, i) => (d, i))
                                .Where(x => x.d <= last && (x.i == 0 || traded[at + x.i]))
                                .Select(x => new ContractSession(TradingDay.From(x.d), volumes[x.i], new Price(20_000 + volumes[x.i]))),
                        ]
                    );
                return new[]
                {
                    History(H4, first, 0, new(2024, 3, 15)),
                    History(M4, second, 120, new(2024, 6, 21)),
                    History(new(2024, 9), third, 240, new(2024, 9, 20)),
                };
            }
        );

    private static RollSchedule Decide(params ContractHistory[] contracts) =>
        ContractRolls.Decide(contracts, ByVolume, CalendarTable.CmeEquityIndex);

    private static RollSchedule Decide(IReadOnlyList<ContractHistory> contracts, TradingDay? next) =>
        ContractRolls.Decide(contracts, ByVolume, CalendarTable.CmeEquityIndex, next);

    private static ContractHistory Contract(ContractMonth month, params (string Day, long Volume, int Close)[] sessions) =>
        new(month.SymbolOf("MES"), month, [.. sessions.Select(s => new ContractSession(Day(s.Day), s.Volume, new Price(s.Close)))]);

    private static TradingDay Day(string date) =>
        TradingDay.From(DateOnly.ParseExact(date, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<int> Leaders(RollSchedule schedule) => schedule.Days.Select(d => d.Contract);
}
