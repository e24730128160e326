using ParquetSharp;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class TradeParquetTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Spec", "X7")]
    public void Has_the_columns_of_the_csv_in_their_order()
    {
        using var reader = new ParquetFileReader(Write(Runs.Backtest.Trades));
        var columns = Enumerable.Range(0, reader.FileMetaData.NumColumns).Select(i => reader.FileMetaData.Schema.Column(i).Name);

        Assert.Equal(TradeLog.Columns, columns);
        Assert.Equal(Runs.Backtest.Trades.Count, reader.FileMetaData.NumRows);
    }

    [Fact]
    [Trait("Spec", "X7")]
    public void Money_and_prices_are_decimals_times_are_utc_and_what_no_model_said_is_null()
    {
        var path = Write(
            new SampleRun()
                .Day(2024, 3, 4)
                .Trade("09:45:00", 12.50m, confidence: 671_000, predicted: 2)
                .Trade("09:50:00", 5m)
                .Result()
                .Trades
        );
        using var reader = new ParquetFileReader(path);
        using var group = reader.RowGroup(0);

        // 09:45 in New York in winter is 14:45 UTC.
        Assert.Equal(new DateTime(2024, 3, 4, 14, 45, 0, DateTimeKind.Utc), Read<DateTimeNanos>(group, "entry_time")[0].DateTime);
        Assert.True(((TimestampLogicalType)reader.FileMetaData.Schema.Column(0).LogicalType).IsAdjustedToUtc);
        Assert.Equal(5000m, Read<decimal>(group, "entry_price")[0]);
        Assert.Equal(9.16m, Read<decimal>(group, "net_pnl")[0]);
        Assert.Equal([0.671, null], Read<double?>(group, "model_confidence"));
        Assert.Equal([2, null], Read<int?>(group, "predicted_class"));
        Assert.Equal(new Date(2024, 3, 4), Read<Date>(group, "day")[0]);
        Assert.Equal(["target", "target"], Read<string>(group, "exit_reason"));
    }

    [Fact]
    [Trait("Spec", "X7")]
    public void Net_is_gross_less_commission_and_slippage_in_every_row()
    {
        using var reader = new ParquetFileReader(Write(Runs.Backtest.Trades));
        using var group = reader.RowGroup(0);
        var (gross, commission, slippage, net) = (
            Read<decimal>(group, "gross_pnl"),
            Read<decimal>(group, "commission"),
            Read<decimal>(group, "slippage"),
            Read<decimal>(group, "net_pnl")
        );

        for (var i = 0; i < net.Length; i++)
            Assert.Equal(gross[i] - commission[i] - slippage[i], net[i]);
    }

    [Fact]
    public void The_same_trades_give_the_same_bytes() =>
        Assert.Equal(File.ReadAllBytes(Write(Runs.Backtest.Trades)), File.ReadAllBytes(Write(Runs.Backtest.Trades)));

    [Fact]
    public void No_trades_give_a_file_of_no_rows()
    {
        using var reader = new ParquetFileReader(Write([]));

        Assert.Equal(0, reader.FileMetaData.NumRows);
        Assert.Equal(TradeLog.Columns.Count, reader.FileMetaData.NumColumns);
    }

    private static T[] Read<T>(RowGroupReader group, string column)
    {
        var place = TradeLog.Columns.ToList().IndexOf(column);
        using var reader = group.Column(place).LogicalReader<T>();
        return reader.ReadAll((int)group.MetaData.NumRows);
    }

    private string Write(IReadOnlyList<TradeRecord> trades)
    {
        var path = _folder.At(Path.GetRandomFileName());
        TradeParquet.Write(path, trades, Micro.Mes);
        return path;
    }
}
