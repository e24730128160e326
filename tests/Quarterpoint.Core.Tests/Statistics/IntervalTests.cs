using CsCheck;
using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Tests.Statistics;

public sealed class IntervalTests
{
    [Fact]
    [Trait("Spec", "X9")]
    public void Wilson_of_60_wins_in_100_trades()
    {
        // METHODS.md, reference numbers: wilson_60_of_100.
        var interval = Interval.Wilson(60, 100)!.Value;
        Assert.Equal(0.5020025867910618, interval.Low, 14);
        Assert.Equal(0.6905987135675411, interval.High, 14);
        Assert.Null(Interval.Wilson(0, 0));
    }

    [Fact]
    public void Wilson_stays_inside_0_and_1_and_holds_the_rate() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[1, 500])
            .Where((wins, trials) => wins <= trials)
            .Sample(
                (wins, trials) =>
                {
                    var interval = Interval.Wilson(wins, trials)!.Value;
                    var rate = (double)wins / trials;
                    return interval.Low >= 0 && interval.High <= 1 && interval.Low <= rate + 1e-12 && interval.High >= rate - 1e-12;
                }
            );

    [Fact]
    public void A_mean_has_an_interval_of_196_standard_errors()
    {
        // Mean 3, standard deviation sqrt(517.5 / 4), five values.
        var interval = Interval.OfMean([12.5, -7.5, 15, 5, -10])!.Value;
        Assert.Equal(-6.969841873643759, interval.Low, 10);
        Assert.Equal(12.969841873643759, interval.High, 10);
        Assert.Null(Interval.OfMean([1.0]));
    }

    [Fact]
    public void Days_are_the_blocks_of_the_blocked_interval()
    {
        // Mean 15 / 5 = 3; excesses 5 - 6 and 10 - 9; standard error sqrt(2 x 2 / 1) / 5 = 0.4; Student's quantile for one degree of
        // freedom is tan(0.475 pi) = 12.7062. An empty day changes nothing.
        var interval = Interval.OfMeanByBlock([5, 0, 10], [2, 0, 3])!.Value;
        Assert.Equal(-2.082481894469879, interval.Low, 9);
        Assert.Equal(8.082481894469879, interval.High, 9);
        Assert.Null(Interval.OfMeanByBlock([5], [2]));
    }

    [Fact]
    public void Blocks_of_one_trade_each_give_the_plain_interval_with_students_quantile() =>
        Gen.Double[-50, 50]
            .Array[11]
            .Sample(values =>
            {
                // Ten degrees of freedom: 2.2281 in any table.
                var plain = Interval.OfMean(values)!.Value;
                var blocked = Interval.OfMeanByBlock(values, Array.ConvertAll(values, _ => 1))!.Value;
                return Math.Abs(((blocked.High - blocked.Low) / 2.2281388519649385) - ((plain.High - plain.Low) / 1.959963984540054))
                    < 1e-9;
            });

    [Fact]
    public void Quartiles_lie_between_the_nearest_values()
    {
        double[] values = [4, 1, 3, 2];
        Assert.Equal(new Distribution(1, 1.75, 2.5, 3.25, 4, 2.5), Distribution.Of(values));
        Assert.Null(Distribution.Of([]));
        Assert.Equal(new Distribution(7, 7, 7, 7, 7, 7), Distribution.Of([7.0]));
    }
}
