using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>Small random markets for properties, and the pipelines that run over them.</summary>
public static class Markets
{
    /// <summary>
    /// Stretches of sessions with the difficult cases: both changes of the clock, an early close, a roll, the old halt, a weekend.
    /// </summary>
    public static readonly IReadOnlyList<(DateOnly First, DateOnly Last)> HardStretches =
    [
        (new DateOnly(2024, 3, 7), new DateOnly(2024, 3, 14)),
        (new DateOnly(2023, 11, 2), new DateOnly(2023, 11, 8)),
        (new DateOnly(2020, 11, 24), new DateOnly(2020, 11, 30)),
        (new DateOnly(2021, 6, 23), new DateOnly(2021, 6, 30)),
    ];

    /// <summary>
    /// A random walk in a part of each session, dense or sparse, with gaps up to and over a minute, in two contracts; the second takes over
    /// the volume half-way.
    /// </summary>
    public static IReadOnlyList<ContractBars> Random(ulong seed, DateOnly first, DateOnly last, int secondsASession, int barSeconds = 1)
    {
        var random = new SplitMix64(seed);
        var calendar = SessionCalendar.CmeEquityIndex;
        var days = new List<TradingSession>();
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            if (calendar.Find(TradingDay.From(date)) is { } session)
                days.Add(session);
        }

        var front = FrontOn(days[0].Day);
        List<Bar> early = [],
            late = [];
        var price = 20_000 + random.NextBelow(1_000);
        for (var day = 0; day < days.Count; day++)
        {
            var session = days[day];
            var length = (uint)(session.Close - session.Open).TotalSeconds;
            var span = Math.Min((uint)secondsASession * (uint)barSeconds, length);
            var start =
                (uint)session.Open.UnixSeconds + ((uint)random.NextBelow((int)(length - span) + 1) / (uint)barSeconds * (uint)barSeconds);
            if (random.NextBelow(2) == 0 && session.HasRth)
                start = (uint)session.RthOpen.UnixSeconds - Math.Min(span / 2, length / 2) / (uint)barSeconds * (uint)barSeconds;
            for (var second = start; second < start + span && second < session.Close.UnixSeconds; second += (uint)barSeconds)
            {
                var what = random.NextBelow(100);
                if (what < 25)
                    continue;
                if (what == 25)
                    second += (uint)(random.NextBelow(90) * barSeconds);
                if (second >= session.Close.UnixSeconds)
                    break;
                var open = price + random.NextBelow(3) - 1;
                var close = open + random.NextBelow(7) - 3;
                var high = Math.Max(open, close) + random.NextBelow(3);
                var low = Math.Min(open, close) - random.NextBelow(3);
                price = close;
                var volume = (uint)random.NextBelow(200);
                var isLate = day >= days.Count / 2;
                if (!isLate || random.NextBelow(3) == 0)
                    early.Add(BarAt(second, open, high, low, close, isLate ? volume / 4 : volume));
                if (isLate || random.NextBelow(3) == 0)
                    late.Add(BarAt(second, open + 220, high + 220, low + 220, close + 220, isLate ? volume : volume / 4));
            }
        }

        return [new ContractBars(front.SymbolOf("MES"), early), new ContractBars(front.Next.SymbolOf("MES"), late)];
    }

    public static BarColumns Stitch(IReadOnlyList<ContractBars> market, int barSeconds = 1) =>
        ContinuousSeries.Stitch(market, "MES", barSeconds, SessionCalendar.CmeEquityIndex, new RollRule.ByVolume());

    /// <summary>Every feature of every bar, known at the bar's close.</summary>
    public static IEnumerable<CausalSample> Features(BarColumns columns)
    {
        if (columns.Count == 0)
            yield break;
        var set = new FeatureSet(FeatureWindows.For(columns.BarSeconds), hasVolume: true, hasBidAskVolume: false);
        var normals = new NormalVolume();
        foreach (var session in columns.Sessions)
        {
            set.BeginSession(session.Session, normals.Next(columns, session));
            for (var row = session.FirstRow; row < session.EndRow; row++)
            {
                var values = new float[set.Width + 1];
                values[^1] = (int)set.Step(columns[row], 0, 0, values);
                yield return new CausalSample(columns[row].Opens.AddSeconds(columns.BarSeconds), columns.Time[row], values);
            }
        }
    }

    /// <summary>
    /// Every label, known when the bar at t + h has closed; where that second has no bar, when the next bar shows that the gap was short.
    /// </summary>
    public static IEnumerable<CausalSample> Labels(BarColumns columns, HorizonSettings settings)
    {
        foreach (var session in columns.Sessions)
        {
            var labels = new sbyte[session.RowCount];
            HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, EndOfDayPlan.Plan).FlatBy, settings, labels);
            for (var i = 0; i < labels.Length; i++)
            {
                if (labels[i] == MoveClass.None)
                    continue;
                var time = columns.Time[session.FirstRow + i];
                var times = columns.Time.AsSpan(session.FirstRow, session.RowCount);
                var proof = times[SessionMap.LowerBound(times, time + settings.HorizonSeconds)];
                yield return new CausalSample(Timestamp.FromUnixSeconds(proof).AddSeconds(columns.BarSeconds), time, [labels[i]]);
            }
        }
    }

    private static Bar BarAt(uint second, int open, int high, int low, int close, uint volume) =>
        new(second, new Price(open), new Price(high), new Price(low), new Price(close), volume);

    private static ContractMonth FrontOn(TradingDay day)
    {
        var month = new ContractMonth(day.Date.Year, (day.Date.Month + 2) / 3 * 3);
        return month.Expiry(CalendarTable.CmeEquityIndex) <= day ? month.Next : month;
    }
}
