using ParquetSharp;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// The trade log as Parquet, with the columns of <see cref="TradeLog"/>: times as nanoseconds in UTC, prices as decimal(18,9), money as
/// decimal(18,6), what no model said as null. The same trades give the same bytes.
/// </summary>
public static class TradeParquet
{
    private const int RowsPerGroup = 1 << 16;

    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyList<TradeRecord> trades,
        Instrument instrument,
        CancellationToken cancellation = default
    )
    {
        try
        {
            WriteFile(path, trades, instrument, cancellation);
        }
        catch (ParquetException e)
        {
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    private static void WriteFile(string path, IReadOnlyList<TradeRecord> trades, Instrument instrument, CancellationToken cancellation)
    {
        var columns = Describe(instrument);
        using var properties = new WriterPropertiesBuilder().Compression(Compression.Snappy).Build();
        using var writer = new ParquetFileWriter(path, [.. columns.Select(column => column.Schema)], properties);
        for (var first = 0; first < trades.Count; first += RowsPerGroup)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(RowsPerGroup, trades.Count - first);
            using var group = writer.AppendRowGroup();
            foreach (var column in columns)
            {
                using var next = group.NextColumn();
                column.Write(next, trades, first, count);
            }
        }

        writer.Close();
    }

    private static ColumnOf[] Describe(Instrument instrument) =>
        [
            Time("entry_time", trade => trade.Trip.EntryTime.Nanoseconds),
            Time("exit_time", trade => trade.Trip.ExitTime.Nanoseconds),
            Plain("direction", trade => TradeWords.Of(trade.Trip.Side)),
            Price("entry_price", trade => AveragePrice.Of(trade.Trip.EntryTicks, trade.Trip.Quantity, instrument)),
            Price("exit_price", trade => AveragePrice.Of(trade.Trip.ExitTicks, trade.Trip.Quantity, instrument)),
            Plain("contracts", trade => trade.Trip.Contracts),
            Amount("gross_pnl", trade => trade.Trip.Gross),
            Amount("commission", trade => trade.Trip.Commission),
            Amount("slippage", trade => trade.Trip.Slippage),
            Amount("net_pnl", trade => trade.Trip.Net),
            Plain("exit_reason", trade => TradeWords.Of(trade.Trip.Reason)),
            Plain<double?>("model_confidence", trade => HasForecast(trade) ? trade.Trip.Confidence / 1e6 : null),
            Plain<int?>("predicted_class", trade => trade.Trip.PredictedClass >= 0 ? trade.Trip.PredictedClass : null),
            Plain("contract", trade => trade.Contract),
            Plain("day", trade => new Date(trade.Day.Date.Year, trade.Day.Date.Month, trade.Day.Date.Day)),
            Plain("life", trade => trade.Life),
            Plain("mae_ticks", trade => trade.Trip.AdverseExcursion.Count),
            Plain("mfe_ticks", trade => trade.Trip.FavourableExcursion.Count),
            Plain("flags", trade => TradeWords.Of(trade.Trip.Flags)),
            Plain("quantity", trade => trade.Trip.Quantity),
            Amount("risked", trade => trade.Trip.Risked),
        ];

    private static bool HasForecast(in TradeRecord trade) => trade.Trip.PredictedClass >= 0 || trade.Trip.Confidence != 0;

    private static ColumnOf<DateTimeNanos> Time(string name, Func<TradeRecord, long> nanos) =>
        new(new Column<DateTimeNanos>(name, LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Nanos)), trade => new DateTimeNanos(
            nanos(trade)
        ));

    private static ColumnOf<decimal> Price(string name, Func<TradeRecord, decimal> price) =>
        new(new Column<decimal>(name, LogicalType.Decimal(18, AveragePrice.Decimals)), price);

    private static ColumnOf<decimal> Amount(string name, Func<TradeRecord, Money> amount) =>
        new(new Column<decimal>(name, LogicalType.Decimal(18, 6)), trade => amount(trade).InDollars);

    private static ColumnOf<T> Plain<T>(string name, Func<TradeRecord, T> value) => new(new Column<T>(name), value);

    private abstract record ColumnOf(Column Schema)
    {
        public abstract void Write(ColumnWriter writer, IReadOnlyList<TradeRecord> trades, int first, int count);
    }

    private sealed record ColumnOf<T>(Column Schema, Func<TradeRecord, T> Value) : ColumnOf(Schema)
    {
        public override void Write(ColumnWriter writer, IReadOnlyList<TradeRecord> trades, int first, int count)
        {
            var values = new T[count];
            for (var i = 0; i < count; i++)
                values[i] = Value(trades[first + i]);
            using var logical = writer.LogicalWriter<T>();
            logical.WriteBatch(values);
        }
    }
}
