using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// The trade log as CSV: the columns of SPEC X7 in their order, then what else a trade carries. Times are UTC, prices are fills, gross_pnl
/// is at prices before slippage, and net_pnl = gross_pnl - commission - slippage in every row. What no model said is empty.
/// </summary>
public static class TradeLog
{
    public static IReadOnlyList<string> Columns { get; } =
    [
        "entry_time",
        "exit_time",
        "direction",
        "entry_price",
        "exit_price",
        "contracts",
        "gross_pnl",
        "commission",
        "slippage",
        "net_pnl",
        "exit_reason",
        "model_confidence",
        "predicted_class",
        "contract",
        "day",
        "life",
        "mae_ticks",
        "mfe_ticks",
        "flags",
        "quantity",
        "risked",
    ];

    public static void WriteCsv(
        TextWriter writer,
        IReadOnlyList<TradeRecord> trades,
        Instrument instrument,
        CancellationToken cancellation = default
    )
    {
        writer.Write(string.Join(',', Columns) + "\n");
        foreach (var trade in trades)
        {
            cancellation.ThrowIfCancellationRequested();
            var trip = trade.Trip;
            var (entry, exit) = (trip.EntryTicks, trip.ExitTicks);
            Write($"{IsoTime.Format(trip.EntryTime)},{IsoTime.Format(trip.ExitTime)},{TradeWords.Of(trip.Side)},");
            Write($"{AveragePrice.Format(entry, trip.Quantity, instrument)},{AveragePrice.Format(exit, trip.Quantity, instrument)},");
            Write($"{trip.Contracts},{Dollars(trip.Gross)},{Dollars(trip.Commission)},{Dollars(trip.Slippage)},{Dollars(trip.Net)},");
            Write($"{TradeWords.Of(trip.Reason)},{Confidence(trip)},{PredictedClass(trip)},{Quoted(trade.Contract)},");
            Write($"{trade.Day},{trade.Life},{trip.AdverseExcursion.Count},{trip.FavourableExcursion.Count},{TradeWords.Of(trip.Flags)},");
            Write($"{trip.Quantity},{Dollars(trip.Risked)}\n");
        }

        void Write(FormattableString part) => writer.Write(FormattableString.Invariant(part));
    }

    /// <exception cref="BadInputException">
    /// A row is not one that this program writes, or its net is not gross - commission - slippage.
    /// </exception>
    public static IReadOnlyList<TradeRecord> ReadCsv(string path, Instrument instrument, CancellationToken cancellation = default)
    {
        using var rows = new CsvRows(path, Columns);
        var trades = new List<TradeRecord>();
        while (rows.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            trades.Add(ReadRow(rows, instrument));
        }

        return trades;
    }

    /// <summary>Dollars with as many decimals as the amount has, and at least two.</summary>
    internal static string Dollars(Money amount) => amount.InDollars.ToString("0.00####", CultureInfo.InvariantCulture);

    private static TradeRecord ReadRow(CsvRows row, Instrument instrument)
    {
        var quantity = row.Integer("quantity", 1, int.MaxValue);
        var trip = new RoundTrip
        {
            EntryTime = row.Time("entry_time"),
            ExitTime = row.Time("exit_time"),
            Side = row.Read("direction", "long or short", (string text, out Side side) => TradeWords.TryParse(text, out side)),
            EntryTicks = row.Price("entry_price", quantity, instrument),
            ExitTicks = row.Price("exit_price", quantity, instrument),
            Contracts = row.Integer("contracts", 1, int.MaxValue),
            Quantity = quantity,
            Gross = row.Money("gross_pnl"),
            Commission = row.Money("commission"),
            Slippage = row.Money("slippage"),
            Reason = row.Read("exit_reason", TradeWords.ReasonsExpected, (string text, out ExitReason reason) =>
                TradeWords.TryParse(text, out reason)
            ),
            Confidence = row.Text("model_confidence").Length == 0 ? 0 : row.Millionths("model_confidence"),
            PredictedClass = (sbyte)(row.Text("predicted_class").Length == 0 ? -1 : row.Integer("predicted_class", 0, 2)),
            AdverseExcursion = new Ticks(row.Integer("mae_ticks", int.MinValue, int.MaxValue)),
            FavourableExcursion = new Ticks(row.Integer("mfe_ticks", int.MinValue, int.MaxValue)),
            Flags = row.Read("flags", TradeWords.FlagsExpected, (string text, out Core.Accounting.FillFlags flags) =>
                TradeWords.TryParse(text, out flags)
            ),
            Risked = row.Money("risked"),
        };
        var net = row.Money("net_pnl");
        if (net != trip.Net)
            throw row.Bad("net_pnl", $"gross_pnl - commission - slippage, which is {Dollars(trip.Net)}");
        return new TradeRecord(trip, row.Text("contract"), row.Day("day"), row.Integer("life", 1, int.MaxValue));
    }

    private static string Confidence(in RoundTrip trip) =>
        trip.Confidence == 0 && trip.PredictedClass < 0
            ? ""
            : (trip.Confidence / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);

    private static string PredictedClass(in RoundTrip trip) =>
        trip.PredictedClass < 0 ? "" : trip.PredictedClass.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
