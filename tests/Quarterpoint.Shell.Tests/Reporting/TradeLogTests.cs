using System.Globalization;
using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class TradeLogTests : IDisposable
{
    private const string Header =
        "entry_time,exit_time,direction,entry_price,exit_price,contracts,gross_pnl,commission,slippage,net_pnl,exit_reason,"
        + "model_confidence,"
        + "predicted_class,contract,day,life,mae_ticks,mfe_ticks,flags,quantity,risked\n";

    private const string Row =
        "2024-03-04T14:45:00Z,2024-03-04T14:46:00Z,long,5000.00,5002.00,1,12.50,0.84,2.50,9.16,target,0.671,2,MESH4,2024-03-04,"
        + "1,-3,5,,1,10.00\n";

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Spec", "X7")]
    public void A_trade_is_one_row_of_the_columns_in_their_order()
    {
        // 20,000 ticks of 0.25 are 5,000.00. Ten ticks of gross at $1.25, one tick of slippage a side: the fills lie 8 ticks apart.
        var trades = new SampleRun().Day(2024, 3, 4).Trade("09:45:00", 12.50m, confidence: 671_000, predicted: 2).Result().Trades;

        Assert.Equal(Header + Row, Csv(trades));
    }

    [Fact]
    [Trait("Spec", "X7")]
    public void A_short_stopped_out_without_a_model_leaves_the_models_columns_empty()
    {
        var trades = new SampleRun()
            .Day(2024, 7, 1)
            .Trade(
                "10:00:00",
                -15m,
                side: Side.Sell,
                contracts: 2,
                reason: ExitReason.Stop,
                flags: FillFlags.Ambiguous | FillFlags.Late,
                contract: "MESU4",
                life: 3
            )
            .Result()
            .Trades;

        // Two contracts: gross -$15 is 6 ticks each, slippage 2 each: bought back 8 ticks higher.
        Assert.Equal(
            "2024-07-01T14:00:00Z,2024-07-01T14:01:00Z,short,5000.00,5002.00,2,-15.00,1.68,5.00,-21.68,stop,,,MESU4,2024-07-01,"
                + "3,-3,5,late|ambiguous,2,20.00",
            Csv(trades).Split('\n')[1]
        );
    }

    [Theory]
    [Trait("Spec", "X7")]
    [InlineData(ExitReason.Target, "target")]
    [InlineData(ExitReason.Stop, "stop")]
    [InlineData(ExitReason.EodFlatten, "eod_flatten")]
    [InlineData(ExitReason.Signal, "signal")]
    [InlineData(ExitReason.Risk, "risk")]
    [InlineData(ExitReason.Time, "time")]
    [InlineData(ExitReason.Manual, "manual")]
    [InlineData(ExitReason.EndOfData, "end_of_data")]
    public void Exit_reasons_have_their_words(ExitReason reason, string word)
    {
        var trades = new SampleRun().Day(2024, 3, 4).Trade("09:45:00", 12.50m, reason: reason).Result().Trades;

        Assert.Equal(word, Csv(trades).Split('\n')[1].Split(',')[10]);
    }

    [Fact]
    [Trait("Spec", "X7")]
    public void In_every_row_net_is_gross_less_commission_and_slippage_to_the_cent()
    {
        var rows = Csv(Runs.Backtest.Trades).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var money = row.Split(',')[6..10].Select(field => decimal.Parse(field, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(money[0] - money[1] - money[2], money[3]);
        });
    }

    [Fact]
    [Trait("Spec", "X7")]
    public void Fills_lie_apart_by_gross_less_slippage()
    {
        // Gross is at prices before slippage: (exit - entry) x contracts x $5 a point = gross - slippage, for one contract long.
        foreach (var row in Csv(Runs.Backtest.Trades).Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..])
        {
            var fields = row.Split(',');
            var sign = fields[2] == "long" ? 1 : -1;
            Assert.Equal(Number(fields[6]) - Number(fields[8]), (Number(fields[4]) - Number(fields[3])) * sign * Number(fields[5]) * 5);
        }
    }

    [Fact]
    public void An_average_price_off_the_grid_is_printed_exactly()
    {
        var trade = new SampleRun().Day(2024, 3, 4).Trade("09:45:00", 12.50m).Result().Trades[0];
        var halves = trade with { Trip = trade.Trip with { Contracts = 2, Quantity = 2, EntryTicks = 40_001, ExitTicks = 40_018 } };
        var thirds = trade with { Trip = trade.Trip with { Contracts = 3, Quantity = 3, EntryTicks = 60_001, ExitTicks = 60_020 } };
        var fields = Csv([halves, thirds]).Split('\n');

        // 40,001 / 2 ticks of 0.25; a third of a tick is 0.08333...
        Assert.Equal(["5000.125", "5002.25"], fields[1].Split(',')[3..5]);
        Assert.Equal(["5000.083333333", "5001.666666667"], fields[2].Split(',')[3..5]);
        Assert.Equal([halves, thirds], Reread([halves, thirds]));
    }

    [Fact]
    public void A_price_that_no_number_of_ticks_can_hold_is_refused()
    {
        Assert.False(AveragePrice.TryToTicks(9_000_000_000m, int.MaxValue, Micro.Mes, out _));
        Assert.False(AveragePrice.TryToTicks(90_000_000_000m, 1, Micro.Mes, out _));
    }

    [Fact]
    public void What_is_read_back_are_the_trades() => Assert.Equal(Runs.Backtest.Trades, Reread(Runs.Backtest.Trades));

    [Fact]
    public void Any_trade_survives_the_file() =>
        Gen.Select(
                Gen.Long[0, 4_000_000_000_000_000_000],
                Gen.Int[1, 7],
                Gen.Long[1, 10_000_000],
                Gen.Long[-5_000_000_000, 5_000_000_000],
                Gen.Int[-1, 2],
                Gen.Int[1, 8],
                Gen.Int[0, 31]
            )
            .Sample(
                (time, quantity, ticks, money, predicted, reason, flags) =>
                {
                    var trade = new TradeRecord(
                        new RoundTrip
                        {
                            EntryTime = new Timestamp(time),
                            ExitTime = new Timestamp(time + 1),
                            Side = money < 0 ? Side.Sell : Side.Buy,
                            Contracts = quantity,
                            Quantity = quantity,
                            EntryTicks = ticks,
                            ExitTicks = ticks + quantity,
                            Gross = new Money(money),
                            Commission = new Money(quantity),
                            Slippage = new Money(ticks),
                            Risked = new Money(ticks * 3),
                            Reason = (ExitReason)reason,
                            Flags = (FillFlags)flags,
                            PredictedClass = (sbyte)predicted,
                            Confidence = predicted < 0 ? 0 : (int)(ticks % 1_000_001),
                            AdverseExcursion = new Ticks(-quantity),
                            FavourableExcursion = new Ticks(quantity),
                        },
                        predicted == 0 ? "A, \"B\"" : "MESH4",
                        TradingDay.On(2024, 3, 4),
                        quantity
                    );
                    Assert.Equal([trade], Reread([trade]));
                },
                iter: 300
            );

    [Theory]
    [InlineData(",long,", ",up,", "row 1, field direction: found 'up'; expected long or short")]
    [InlineData(",5000.00,", ",5000.10,", "field entry_price: found '5000.10'; expected an average over 1 contract(s) on the grid of 0.25")]
    [InlineData(",9.16,", ",9.17,", "field net_pnl: found '9.17'; expected gross_pnl - commission - slippage, which is 9.16")]
    [InlineData("T14:45:00Z", " 14:45:00", "field entry_time: found '2024-03-04 14:45:00'")]
    [InlineData(",target,", ",luck,", "field exit_reason: found 'luck'; expected none, target, stop")]
    [InlineData(",0.671,", ",1.2,", "field model_confidence: found '1.2'")]
    [InlineData(",2,MESH4", ",3,MESH4", "field predicted_class: found '3'; expected a whole number from 0 to 2")]
    [InlineData(",5,,1,", ",5,odd,1,", "field flags: found 'odd'")]
    [InlineData(",0.84,", ",0.1234567,", "field commission: found '0.1234567'; expected dollars with at most six decimals")]
    [InlineData(",2024-03-04,1", ",2024-3-4,1", "field day: found '2024-3-4'")]
    [InlineData(",MESH4,", ",\"MESH4,", "comma-separated fields in row 1")]
    [InlineData(",1,10.00", ",1", "row 1: found '20 fields'; expected 21 fields")]
    public void A_row_that_cannot_be_is_named_with_its_field_and_value(string from, string to, string message)
    {
        var path = _folder.At("trades.csv");
        File.WriteAllText(path, Header + Row.Replace(from, to, StringComparison.Ordinal));

        var error = Assert.Throws<BadInputException>(() => TradeLog.ReadCsv(path, Micro.Mes));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("time,price\n1,2\n")]
    public void A_file_of_other_columns_is_refused(string text)
    {
        var path = _folder.At("trades.csv");
        File.WriteAllText(path, text);

        Assert.Contains(
            "entry_time",
            Assert.Throws<BadInputException>(() => TradeLog.ReadCsv(path, Micro.Mes)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            TradeLog.WriteCsv(TextWriter.Null, Runs.Backtest.Trades, Micro.Mes, cancellation.Token)
        );
    }

    private static decimal Number(string field) => decimal.Parse(field, CultureInfo.InvariantCulture);

    private static string Csv(IReadOnlyList<TradeRecord> trades)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        TradeLog.WriteCsv(writer, trades, Micro.Mes);
        return writer.ToString();
    }

    private IReadOnlyList<TradeRecord> Reread(IReadOnlyList<TradeRecord> trades)
    {
        var path = _folder.At(Path.GetRandomFileName());
        File.WriteAllText(path, Csv(trades));
        return TradeLog.ReadCsv(path, Micro.Mes);
    }
}
