using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>The bars of one contract, in order of time.</summary>
public sealed record ContractBars(string Contract, IReadOnlyList<Bar> Bars);

/// <summary>
/// Joins several contracts held in memory into one series: each session's bars are those of its leading contract (SPEC D6). A data set on
/// disk does the same file by file.
/// </summary>
public static class ContinuousSeries
{
    /// <param name="market">Every contract's bars; symbols are contracts of <paramref name="root"/> such as MESU5.</param>
    public static BarColumns Stitch(
        IReadOnlyList<ContractBars> market,
        string root,
        int barSeconds,
        SessionCalendar calendar,
        RollRule rule
    )
    {
        var contracts = new List<(ContractHistory History, IReadOnlyList<Bar> Bars, IReadOnlyList<SessionRows> Sessions)>();
        foreach (var contract in market.Where(c => c.Bars.Count > 0))
        {
            var sessions = SessionMap.Assign(contract.Bars.Select(b => b.OpenTime).ToArray(), 0, 0, calendar, out _);
            if (sessions.Count == 0)
                continue;
            Require.That(
                ContractMonth.TryParse(contract.Contract, root, sessions[0].Session.Day, out var month),
                "a contract's symbol names its month"
            );
            var history = new ContractHistory(contract.Contract, month, [.. sessions.Select(s => Summary(contract.Bars, s))]);
            contracts.Add((history, contract.Bars, sessions));
        }

        contracts.Sort((a, b) => a.History.Month.Ordinal.CompareTo(b.History.Month.Ordinal));
        var schedule = ContractRolls.Decide([.. contracts.Select(c => c.History)], rule, CalendarTable.CmeEquityIndex);
        var bars = new List<Bar>();
        var segments = new List<ContractSegment>();
        var rows = new List<SessionRows>();
        foreach (var lead in schedule.Days)
        {
            var (history, source, sessions) = contracts[lead.Contract];
            var session = sessions.FirstOrDefault(s => s.Session.Day == lead.Day);
            if (session.RowCount == 0)
                continue;
            if (segments.Count == 0 || segments[^1].Contract != history.Symbol)
                segments.Add(new ContractSegment(bars.Count, 0, history.Symbol, lead.Adjustment));
            segments[^1] = segments[^1] with { RowCount = segments[^1].RowCount + session.RowCount };
            rows.Add(new SessionRows(bars.Count, session.RowCount, session.Session, segments.Count - 1));
            for (var row = session.FirstRow; row < session.EndRow; row++)
                bars.Add(source[row]);
        }

        return Columns(bars, barSeconds, segments, rows);
    }

    /// <summary>Bars as columns, with the segments and sessions given.</summary>
    public static BarColumns Columns(
        IReadOnlyList<Bar> bars,
        int barSeconds,
        IReadOnlyList<ContractSegment> segments,
        IReadOnlyList<SessionRows> sessions
    )
    {
        var columns = new BarColumns
        {
            BarSeconds = barSeconds,
            Count = bars.Count,
            Time = new uint[bars.Count],
            Open = new int[bars.Count],
            High = new int[bars.Count],
            Low = new int[bars.Count],
            Close = new int[bars.Count],
            Volume = new uint[bars.Count],
            Segments = segments,
            Sessions = sessions,
        };
        for (var row = 0; row < bars.Count; row++)
        {
            var bar = bars[row];
            columns.Time[row] = bar.OpenTime;
            columns.Open[row] = bar.Open.InTicks;
            columns.High[row] = bar.High.InTicks;
            columns.Low[row] = bar.Low.InTicks;
            columns.Close[row] = bar.Close.InTicks;
            columns.Volume![row] = bar.Volume;
        }

        return columns;
    }

    private static ContractSession Summary(IReadOnlyList<Bar> bars, in SessionRows session)
    {
        var volume = 0L;
        for (var row = session.FirstRow; row < session.EndRow; row++)
            volume += bars[row].Volume;
        return new ContractSession(session.Session.Day, volume, bars[session.EndRow - 1].Close);
    }
}
