using System.Globalization;
using System.Text.Json;
using Quarterpoint.Core.Features;

namespace Quarterpoint.Core.Tests.Features;

/// <summary>The kernels against values that other software computed, to the last digit of a double.</summary>
public sealed class KernelOracles
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Oracles");

    private static readonly (double High, double Low, double Close, double Volume)[] Bars =
    [
        .. File.ReadLines(Path.Combine(Folder, "default.csv"))
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(f => (Number(f[2]), Number(f[3]), Number(f[4]), Number(f[5]))),
    ];

    [Fact]
    [Trait("Spec", "F2")]
    public void Ema_20_matches()
    {
        var ema = new Ema(20);
        Compare("ema", "ema", bar =>
        {
            ema.Next(bar.Close);
            return ema.IsWarm ? ema.Value : null;
        });
    }

    [Fact]
    [Trait("Spec", "F2")]
    public void A_bank_of_averages_matches_in_every_lane()
    {
        for (var lane = 0; lane < 4; lane++)
        {
            var periods = new[] { 9, 21, 50, 200 };
            periods[lane] = 20;
            var bank = new EmaBank(periods[0], periods[1], periods[2], periods[3]);
            var seen = 0;
            var at = lane;
            Compare("ema", "ema", bar =>
            {
                bank.Next(bar.Close);
                return ++seen >= 20 ? bank.Values[at] : null;
            });
        }
    }

    [Fact]
    [Trait("Spec", "F8")]
    public void Rsi_14_matches()
    {
        var rsi = new WilderRsi(14);
        Compare("rsi", "rsi", bar =>
        {
            rsi.Next(bar.Close);
            return rsi.IsWarm ? rsi.Value : null;
        });
    }

    [Fact]
    [Trait("Spec", "F8")]
    public void Atr_14_matches()
    {
        var atr = new WilderAtr(14);
        Compare("atr", "atr", bar =>
        {
            atr.Next(bar.High, bar.Low, bar.Close);
            return atr.IsWarm ? atr.Value : null;
        });
    }

    [Fact]
    [Trait("Spec", "F3")]
    public void Vwap_matches()
    {
        var vwap = new Vwap();
        Compare("vwap", "vwap", bar =>
        {
            vwap.Next(bar.High, bar.Low, bar.Close, bar.Volume);
            return vwap.Value;
        });
    }

    [Fact]
    [Trait("Spec", "F5")]
    public void Deviation_and_mean_of_14_match()
    {
        var rolling = new RollingDeviation(14);
        Compare("stdev", "stdDev", bar =>
        {
            rolling.Next(bar.Close);
            return rolling.IsWarm ? rolling.Deviation : null;
        });
        rolling.Reset();
        Compare("stdev", "mean", bar =>
        {
            rolling.Next(bar.Close);
            return rolling.IsWarm ? rolling.Mean : null;
        });
    }

    [Fact]
    [Trait("Spec", "F8")]
    public void Rsi_of_a_market_that_stands_still_is_50()
    {
        var rsi = new WilderRsi(14);
        for (var i = 0; i < 20; i++)
            rsi.Next(100);
        Assert.Equal(50, rsi.Value);
    }

    [Fact]
    [Trait("Spec", "D4")]
    public void Holding_a_value_in_closed_form_equals_repeating_it()
    {
        foreach (var warmBars in (int[])[3, 150, 300])
        {
            foreach (var held in (int[])[0, 1, 17, 60])
            {
                var (closed, repeated) = (new EmaBank(9, 21, 50, 200), new EmaBank(9, 21, 50, 200));
                var (closedRsi, repeatedRsi) = (new WilderRsi(14), new WilderRsi(14));
                for (var i = 0; i < warmBars; i++)
                {
                    var value = 100 + ((i * 7919) % 23);
                    closed.Next(value);
                    repeated.Next(value);
                    closedRsi.Next(value);
                    repeatedRsi.Next(value);
                }

                var last = 100 + (((warmBars - 1) * 7919) % 23);
                closed.Hold(last, held);
                closedRsi.Hold(held);
                for (var i = 0; i < held; i++)
                {
                    repeated.Next(last);
                    repeatedRsi.Next(last);
                }

                for (var lane = 0; lane < 4; lane++)
                    Assert.Equal(repeated.Values[lane], closed.Values[lane], 9);
                closedRsi.Next(last + 3);
                repeatedRsi.Next(last + 3);
                Assert.Equal(repeatedRsi.Value, closedRsi.Value, 9);
            }
        }
    }

    private static void Compare(string file, string field, Func<(double High, double Low, double Close, double Volume), double?> next)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, file + ".standard.json")));
        Assert.Equal(502, expected.RootElement.GetArrayLength());
        var compared = 0;
        for (var i = 0; i < Bars.Length; i++)
        {
            var value = next(Bars[i]);
            var oracle = expected.RootElement[i].GetProperty(field);
            Assert.Equal(oracle.ValueKind == JsonValueKind.Null, value is null);
            if (value is null)
                continue;
            Assert.Equal(BitConverter.DoubleToInt64Bits(oracle.GetDouble()), BitConverter.DoubleToInt64Bits(value.Value));
            compared++;
        }

        Assert.True(compared > 480);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
