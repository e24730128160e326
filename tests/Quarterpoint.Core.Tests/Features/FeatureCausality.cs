using CsCheck;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Features;

/// <summary>
/// The future changes nothing that is already known (SPEC F10, N10), bit for bit, over sessions, gaps, rolls, and both changes of the
/// clock; and the proof catches every leak that is planted.
/// </summary>
public sealed class FeatureCausality
{
    private static readonly Gen<(ulong Seed, int Stretch)> Any = Gen.Select(Gen.ULong, Gen.Int[0, Markets.HardStretches.Count - 1]);

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [Trait("Spec", "F10")]
    [Trait("Spec", "N10")]
    [Trait("Spec", "D6")]
    public void No_feature_ever_changes_when_the_future_does(int barSeconds) =>
        Any.Sample(
            any =>
            {
                var market = Market(any, barSeconds);
                var breach = CausalityProof.Find(
                    m => Markets.Features(Markets.Stitch(m, barSeconds)),
                    market,
                    barSeconds,
                    cuts: 4,
                    any.Seed
                );
                Assert.Null(breach);
            },
            iter: 40,
            threads: 2
        );

    [Theory]
    [InlineData(1, 30)]
    [InlineData(1, 5)]
    [InlineData(60, 300)]
    [Trait("Spec", "N10")]
    [Trait("Spec", "L2")]
    public void No_label_depends_on_more_than_its_horizon(int barSeconds, int horizon) =>
        Any.Sample(
            any =>
            {
                var market = Market(any, barSeconds);
                var settings = new HorizonSettings { HorizonSeconds = horizon, Bars = LabelledBars.RthAndEth };
                var breach = CausalityProof.Find(
                    m => Markets.Labels(Markets.Stitch(m, barSeconds), settings),
                    market,
                    barSeconds,
                    cuts: 6,
                    any.Seed
                );
                Assert.Null(breach);
            },
            iter: 40,
            threads: 2
        );

    [Fact]
    [Trait("Spec", "D3")]
    public void Days_computed_apart_and_in_any_order_give_the_same_bits() =>
        Any.Sample(
            any =>
            {
                var columns = Markets.Stitch(Market(any, 1));
                var whole = Markets.Features(columns).ToDictionary(s => s.BarTime, s => s.Values);
                var volume = new NormalVolume();
                var normals = columns.Sessions.Select(s => volume.Next(columns, s)).ToArray();
                for (var s = columns.Sessions.Count - 1; s >= 0; s--)
                {
                    var set = new FeatureSet(FeatureWindows.Seconds, hasVolume: true, hasBidAskVolume: false);
                    var session = columns.Sessions[s];
                    set.BeginSession(session.Session, normals[s]);
                    var row = new float[set.Width];
                    for (var i = session.FirstRow; i < session.EndRow; i++)
                    {
                        set.Step(columns[i], 0, 0, row);
                        Assert.True(row.AsSpan().SequenceEqual(whole[columns.Time[i]].AsSpan(0, set.Width)));
                    }
                }
            },
            iter: 10,
            threads: 2
        );

    [Fact]
    [Trait("Spec", "D6")]
    public void A_constant_added_to_every_price_changes_no_bit() =>
        Any.Sample(
            any =>
            {
                var market = Market(any, 1);
                var moved = market.Select(c => new ContractBars(c.Contract, [.. c.Bars.Select(b => Moved(b, 1_234))])).ToList();
                var before = Markets.Features(Markets.Stitch(market)).ToArray();
                var after = Markets.Features(Markets.Stitch(moved)).ToArray();
                Assert.Equal(before.Length, after.Length);
                for (var i = 0; i < before.Length; i++)
                    Assert.Equal(before[i].Values, after[i].Values);
            },
            iter: 10,
            threads: 2
        );

    /// <summary>Each leak as somebody would write it by mistake. A proof that missed them would prove nothing.</summary>
    [Theory]
    [InlineData("bar stamp shifted by one")]
    [InlineData("label off by one")]
    [InlineData("centred window")]
    [InlineData("whole-day statistic")]
    [InlineData("next bar's column")]
    [InlineData("unfinished 1-minute bar")]
    [InlineData("roll adjustment from the future")]
    [Trait("Spec", "N10")]
    public void A_planted_leak_is_caught(string leak)
    {
        var (first, last) = Markets.HardStretches[0];
        var market = Markets.Random(7, first, last, 1_500);
        Assert.Null(CausalityProof.Find(m => Planted("none", m), market, 1, cuts: 30, 11));
        Assert.NotNull(CausalityProof.Find(m => Planted(leak, m), market, 1, cuts: 30, 11));
    }

    private static IEnumerable<CausalSample> Planted(string leak, IReadOnlyList<ContractBars> market)
    {
        var columns = Markets.Stitch(market);
        return leak switch
        {
            "none" => Markets.Features(columns),

            // The stamp is the bar's open; taken for its close, the bar is known a second early.
            "bar stamp shifted by one" => Markets.Features(columns).Select(s => s with { KnownAt = Timestamp.FromUnixSeconds(s.BarTime) }),

            // The horizon's end read one row too far.
            "label off by one" => Rows(columns)
                .Where(r => r.Row + 31 < r.Session.EndRow)
                .Select(r =>
                    Sample(columns, r.Row, columns.Close[r.Row + 31] - columns.Close[r.Row]) with
                    {
                        KnownAt = columns[r.Row + 30].Opens.AddSeconds(1),
                    }
                ),

            "centred window" => Rows(columns)
                .Select(r =>
                    Sample(
                        columns,
                        r.Row,
                        Enumerable
                            .Range(r.Row - 5, 11)
                            .Where(i => i >= r.Session.FirstRow && i < r.Session.EndRow)
                            .Average(i => columns.Close[i])
                    )
                ),

            "whole-day statistic" => Rows(columns)
                .Select(r =>
                    Sample(
                        columns,
                        r.Row,
                        columns.Close[r.Row] - columns.High.AsSpan(r.Session.FirstRow, r.Session.RowCount).ToArray().Max()
                    )
                ),

            "next bar's column" => Rows(columns)
                .Where(r => r.Row + 1 < r.Session.EndRow)
                .Select(r => Sample(columns, r.Row, columns.Volume![r.Row + 1])),

            // The close of the minute that a bar lies in, as the aggregated series has it, not as it stood then.
            "unfinished 1-minute bar" => Rows(columns)
                .Select(r =>
                    Sample(
                        columns,
                        r.Row,
                        columns.Close[
                            Enumerable
                                .Range(r.Row, r.Session.EndRow - r.Row)
                                .TakeWhile(i => columns.Time[i] / 60 == columns.Time[r.Row] / 60)
                                .Last()
                        ]
                    )
                ),

            // Back-adjustment: every earlier price moves by rolls that are still to come.
            "roll adjustment from the future" => Rows(columns)
                .Select(r =>
                    Sample(
                        columns,
                        r.Row,
                        columns.Close[r.Row] + columns.Segments[r.Session.Segment].Adjustment.Count - columns.Segments[^1].Adjustment.Count
                    )
                ),
            _ => throw new ArgumentOutOfRangeException(nameof(leak)),
        };
    }

    private static IEnumerable<(int Row, SessionRows Session)> Rows(BarColumns columns) =>
        columns.Sessions.SelectMany(s => Enumerable.Range(s.FirstRow, s.RowCount).Select(row => (row, s)));

    private static CausalSample Sample(BarColumns columns, int row, double value) =>
        new(columns[row].Opens.AddSeconds(1), columns.Time[row], [(float)value]);

    private static IReadOnlyList<ContractBars> Market((ulong Seed, int Stretch) any, int barSeconds)
    {
        var (first, last) = Markets.HardStretches[any.Stretch];
        return Markets.Random(any.Seed, first, last, barSeconds == 1 ? 700 : 200, barSeconds);
    }

    private static Bar Moved(Bar bar, int ticks)
    {
        var by = new Ticks(ticks);
        return bar with { Open = bar.Open + by, High = bar.High + by, Low = bar.Low + by, Close = bar.Close + by };
    }
}
