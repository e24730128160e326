using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// A point of the curve. Gross adds back what the trades closed by then paid in commission and slippage; drawdown is the distance from the
/// highest net so far, zero or below.
/// </summary>
internal readonly record struct EquityRow(Timestamp Time, Money Net, Money Gross, Money Drawdown);

/// <summary>equity.csv: profit and loss since the start, over all lives.</summary>
internal static class EquityLog
{
    public static IReadOnlyList<string> Columns { get; } = ["time", "net_pnl", "gross_pnl", "drawdown"];

    public static IReadOnlyList<EquityRow> RowsOf(IReadOnlyList<EquityPoint> equity, IReadOnlyList<TradeRecord> trades)
    {
        var rows = new EquityRow[equity.Count];
        var (closed, costs) = (0, Money.Zero);
        var peak = equity.Count == 0 ? Money.Zero : equity[0].Equity;
        for (var i = 0; i < rows.Length; i++)
        {
            var point = equity[i];
            for (; closed < trades.Count && trades[closed].Trip.ExitTime <= point.Time; closed++)
                costs += trades[closed].Trip.Commission + trades[closed].Trip.Slippage;
            peak = Money.Max(peak, point.Equity);
            rows[i] = new EquityRow(point.Time, point.Equity, point.Equity + costs, point.Equity - peak);
        }

        return rows;
    }

    public static void WriteCsv(TextWriter writer, IReadOnlyList<EquityRow> rows)
    {
        writer.Write(string.Join(',', Columns) + "\n");
        foreach (var row in rows)
        {
            var (net, gross, drawdown) = (TradeLog.Dollars(row.Net), TradeLog.Dollars(row.Gross), TradeLog.Dollars(row.Drawdown));
            writer.Write($"{IsoTime.Format(row.Time)},{net},{gross},{drawdown}\n");
        }
    }

    public static IReadOnlyList<EquityPoint> ReadCsv(string path, CancellationToken cancellation)
    {
        using var rows = new CsvRows(path, Columns);
        var points = new List<EquityPoint>();
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            points.Add(new EquityPoint(rows.Time("time"), rows.Money("net_pnl")));
        }

        return points;
    }
}
