using CsCheck;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Labels;

public sealed class HorizonLabelTests
{
    private const sbyte None = MoveClass.None;

    [Theory]
    [InlineData(4, MoveClass.Up)]
    [InlineData(3, MoveClass.Flat)]
    [InlineData(0, MoveClass.Flat)]
    [InlineData(-3, MoveClass.Flat)]
    [InlineData(-4, MoveClass.Down)]
    [Trait("Spec", "L1")]
    public void A_move_counts_where_it_is_strictly_larger_than_three_ticks(int move, sbyte expected)
    {
        var tape = new Tape().Flat("10:00:00", "10:00:30", 20_000).Flat("10:00:30", "10:01:10", 20_000 + move);
        Assert.Equal(expected, Label(tape)[0]);
    }

    [Fact]
    [Trait("Spec", "L1")]
    public void Without_a_choice_the_price_thirty_seconds_later_counts_and_no_other()
    {
        var tape = new Tape()
            .Flat("10:00:00", "10:00:30", 20_000)
            .Bar("10:00:30", 20_004, 20_004, 20_004, 20_004)
            .Flat("10:00:31", "10:01:10", 20_000);
        Assert.Equal([MoveClass.Up, MoveClass.Flat], Label(tape).Take(2));
        Assert.Equal([MoveClass.Up, MoveClass.Flat], Label(tape, HorizonSettings.For(1)).Take(2));
    }

    [Theory]
    [InlineData(2.0, 3, MoveClass.Up)]
    [InlineData(2.0, 2, MoveClass.Flat)]
    [InlineData(4.0, 4, MoveClass.Flat)]
    [InlineData(4.0, 5, MoveClass.Up)]
    [InlineData(2.5, 3, MoveClass.Up)]
    [Trait("Spec", "L1")]
    public void The_threshold_can_be_chosen(double threshold, int move, sbyte expected)
    {
        var tape = new Tape().Flat("10:00:00", "10:00:30", 20_000).Flat("10:00:30", "10:01:10", 20_000 + move);
        Assert.Equal(expected, Label(tape, new HorizonSettings { ThresholdTicks = threshold })[0]);
    }

    [Fact]
    [Trait("Spec", "L2")]
    public void The_horizon_is_seconds_and_never_rows()
    {
        // Three rows in 30 s: the price that counts is that of 10:00:30, not the 30th row's.
        var tape = new Tape()
            .Bar("10:00:00", 100, 100, 100, 100)
            .Bar("10:00:20", 103, 103, 103, 103)
            .Bar("10:00:30", 110, 110, 110, 110)
            .Bar("10:00:31", 90, 90, 90, 90);
        Assert.Equal(MoveClass.Up, Label(tape)[0]);
    }

    [Fact]
    [Trait("Spec", "L2")]
    public void Without_a_bar_at_the_horizon_the_last_one_before_it_counts()
    {
        var tape = new Tape().Bar("10:00:00", 100, 100, 100, 100).Bar("10:00:29", 110, 110, 110, 110).Bar("10:00:31", 90, 90, 90, 90);
        Assert.Equal(MoveClass.Up, Label(tape)[0]);
    }

    [Fact]
    [Trait("Spec", "L2")]
    public void No_bar_after_it_means_no_move()
    {
        var tape = new Tape().Bar("10:00:00", 100, 100, 100, 100).Bar("10:00:45", 200, 200, 200, 200);
        Assert.Equal(MoveClass.Flat, Label(tape)[0]);
    }

    [Theory]
    [InlineData("15:59:29", false)]
    [InlineData("15:59:30", true)]
    [Trait("Spec", "L3")]
    public void A_horizon_that_passes_the_end_of_rth_has_no_label(string time, bool isDropped)
    {
        var tape = new Tape().Flat(time, "16:10:00", 100);
        Assert.Equal(isDropped ? None : MoveClass.Flat, Label(tape)[0]);
    }

    [Fact]
    [Trait("Spec", "L3")]
    public void An_early_close_ends_the_labels_early()
    {
        var tape = new Tape().On(2024, 11, 28).Contract("MESZ4").Flat("12:59:00", "13:00:00", 100);
        var labels = Label(tape);
        Assert.Equal(MoveClass.Flat, labels[29]);
        Assert.Equal(None, labels[30]);
    }

    [Theory]
    [InlineData(61, MoveClass.Flat)]
    [InlineData(62, None)]
    [Trait("Spec", "L3")]
    [Trait("Spec", "D4")]
    public void A_gap_over_sixty_seconds_is_never_crossed(int secondsToNextBar, sbyte expected)
    {
        // 61 s between stamps are 60 s without a bar.
        var start = Tape.Second(new DateOnly(2024, 3, 5), "10:00:00");
        var tape = new Tape()
            .Add(start, 100, 100, 100, 100)
            .Add(start + (uint)secondsToNextBar, 100, 100, 100, 100)
            .Add(start + (uint)secondsToNextBar + 40, 100, 100, 100, 100);
        Assert.Equal(expected, Label(tape)[0]);
    }

    [Fact]
    [Trait("Spec", "L3")]
    public void The_end_of_the_data_gives_no_label()
    {
        var labels = Label(new Tape().Flat("10:00:00", "10:01:00", 100));
        Assert.Equal(MoveClass.Flat, labels[29]);
        Assert.All(labels[30..], l => Assert.Equal(None, l));
    }

    [Theory]
    [InlineData(LabelledBars.Rth, "09:29:59", None)]
    [InlineData(LabelledBars.Rth, "09:30:00", MoveClass.Flat)]
    [InlineData(LabelledBars.Eth, "09:29:59", MoveClass.Flat)]
    [InlineData(LabelledBars.Eth, "09:30:00", None)]
    [InlineData(LabelledBars.RthAndEth, "09:29:59", MoveClass.Flat)]
    [InlineData(LabelledBars.RthAndEth, "16:00:00", None)]
    [Trait("Spec", "K4")]
    [Trait("Spec", "D3")]
    public void Only_the_bars_of_the_chosen_hours_are_labelled(LabelledBars bars, string time, sbyte expected)
    {
        var tape = new Tape().Flat(time, "16:20:00", 100);
        Assert.Equal(expected, Label(tape, new HorizonSettings { Bars = bars })[0]);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(60, 300)]
    [Trait("Spec", "D4")]
    public void The_default_horizon_fits_the_bars(int barSeconds, int horizon) =>
        Assert.Equal(horizon, HorizonSettings.For(barSeconds).HorizonSeconds);

    [Theory]
    [InlineData(60, 30)]
    [InlineData(60, 90)]
    [InlineData(5, 12)]
    [Trait("Spec", "D4")]
    public void A_horizon_shorter_than_a_bar_or_no_multiple_of_it_is_refused(int barSeconds, int horizon)
    {
        var e = Assert.Throws<ArgumentException>(() => new HorizonSettings { HorizonSeconds = horizon }.CheckFits(barSeconds));
        Assert.Contains($"{horizon} s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "L4")]
    public void The_balance_counts_every_class_and_what_has_none()
    {
        var balance = ClassBalance.Count([0, 0, 1, 2, 2, 2, None]);
        Assert.Equal(new ClassBalance(2, 1, 3, 1), balance);
        Assert.Equal(0.5, balance.ShareOf(balance.Up));
    }

    /// <summary>The definition, applied slowly bar by bar, against the two pointers of the real code.</summary>
    [Fact]
    [Trait("Spec", "L1")]
    [Trait("Spec", "L2")]
    [Trait("Spec", "L3")]
    public void Two_pointers_give_what_the_definition_says() =>
        Gen.Select(
                Gen.ULong,
                Gen.Int[0, Markets.HardStretches.Count - 1],
                Gen.OneOf(Gen.Const(5), Gen.Const(10), Gen.Const(30), Gen.Const(60)),
                Gen.Int[2, 4]
            )
            .Sample(
                (seed, stretch, horizon, threshold) =>
                {
                    var (first, last) = Markets.HardStretches[stretch];
                    var columns = Markets.Stitch(Markets.Random(seed, first, last, 500));
                    var settings = new HorizonSettings
                    {
                        HorizonSeconds = horizon,
                        ThresholdTicks = threshold,
                        Bars = LabelledBars.RthAndEth,
                    };
                    foreach (var session in columns.Sessions)
                    {
                        var labels = new sbyte[session.RowCount];
                        var flatBy = EndOfDay.Of(session.Session, EndOfDayPlan.Plan).FlatBy;
                        HorizonLabels.Label(columns, session, flatBy, settings, labels);
                        for (var i = 0; i < labels.Length; i++)
                            Assert.Equal(ByDefinition(columns, session, session.FirstRow + i, flatBy, settings), labels[i]);
                    }
                },
                iter: 60,
                threads: 2
            );

    private static sbyte ByDefinition(BarColumns columns, SessionRows session, int row, Timestamp flatBy, HorizonSettings settings)
    {
        var time = columns[row].Opens;
        var phase = session.Session.PhaseAt(time);
        if (phase is not (SessionPhase.Rth or SessionPhase.Eth))
            return None;
        var end = phase == SessionPhase.Rth ? session.Session.RthClose : flatBy;
        var at = columns.Time[row] + (uint)settings.HorizonSeconds;
        if (Timestamp.FromUnixSeconds(at + 1) > end)
            return None;
        var target = row;
        for (var next = row + 1; ; next++)
        {
            if (next == session.EndRow)
                return columns.Time[target] == at ? ClassOf(columns, row, target, settings) : None;
            if (columns.Time[next] - columns.Time[next - 1] - 1 > 60)
                return columns.Time[target] == at ? ClassOf(columns, row, target, settings) : None;
            if (columns.Time[next] > at)
                return ClassOf(columns, row, target, settings);
            target = next;
        }
    }

    private static sbyte ClassOf(BarColumns columns, int row, int target, HorizonSettings settings)
    {
        var move = columns.Close[target] - columns.Close[row];
        return move > settings.ThresholdTicks ? MoveClass.Up
            : move < -settings.ThresholdTicks ? MoveClass.Down
            : MoveClass.Flat;
    }

    private static sbyte[] Label(Tape tape, HorizonSettings? settings = null)
    {
        var columns = tape.Columns();
        var session = columns.Sessions.Single();
        var labels = new sbyte[session.RowCount];
        HorizonLabels.Label(
            columns,
            session,
            EndOfDay.Of(session.Session, EndOfDayPlan.Plan).FlatBy,
            settings ?? new HorizonSettings(),
            labels
        );
        return labels;
    }
}
