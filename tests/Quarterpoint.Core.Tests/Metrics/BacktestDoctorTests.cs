using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Metrics;

/// <summary>Each finding is reported for a run that has just that flaw, and not for a run without it.</summary>
[Trait("Spec", "N16")]
public sealed class BacktestDoctorTests
{
    [Fact]
    public void Ninety_nine_trades_are_too_few_and_a_hundred_are_enough()
    {
        Assert.Contains("Too few trades", Titles(Trades(99)));
        Assert.DoesNotContain("Too few trades", Titles(Trades(100)));
    }

    [Fact]
    public void A_run_without_trades_gets_that_finding_and_no_other() =>
        Assert.Equal(["Nothing was traded"], Titles(new SampleRun().Day(2024, 3, 4)));

    /// <summary>Costs are $3.34 a trade. Gross $6.25: 53 %. Gross $7.50: 45 %. Gross -$1.25: there is no profit to compare with.</summary>
    [Theory]
    [InlineData(6.25, "Costs eat the edge")]
    [InlineData(7.50, null)]
    [InlineData(-1.25, "No edge before costs")]
    public void Costs_are_compared_with_the_profit_before_costs(double gross, string? title)
    {
        var titles = Titles(Trades(100, (decimal)gross)).Intersect(["Costs eat the edge", "No edge before costs"]);
        Assert.Equal(title is null ? [] : [title], titles);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void More_than_five_ambiguous_trades_in_a_hundred_are_a_finding(int ambiguous, bool found)
    {
        var run = new SampleRun().Day(2024, 3, 4);
        for (var i = 0; i < 100; i++)
            run.Trade("10:00:00", 5m, flags: i < ambiguous ? FillFlags.Ambiguous : FillFlags.None);
        Assert.Equal(found, Titles(run).Contains("Many ambiguous bars"));
    }

    [Fact]
    public void Stale_fills_limits_off_and_a_sign_that_depends_on_the_fill_rules_are_each_a_finding()
    {
        var run = new SampleRun().Day(2024, 3, 4);
        for (var i = 0; i < 100; i++)
            run.Trade("10:00:00", 5m, flags: i < 2 ? FillFlags.Booked : FillFlags.None, reason: ExitReason.EodFlatten);
        var findings = BacktestDoctor.Examine(
            Performance.Of(run.Result()),
            railsOn: false,
            [new("pessimistic", 100, -50, -0.5), new("optimistic", 100, 80, 0.8)]
        );

        Assert.Superset(
            new HashSet<string> { "Limits were off", "Fills at stale prices", "The sign depends on the fills" },
            findings.Select(f => f.Title).ToHashSet()
        );
        Assert.Equal(Severity.Alarm, findings.Single(f => f.Title == "Limits were off").Severity);
        Assert.All(findings, f => Assert.False(string.IsNullOrWhiteSpace(f.Advice)));
    }

    /// <summary>Twelve days of $1 and, in one case, one of $100 among them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_few_days_that_made_all_the_profit_are_a_finding(bool hasOne)
    {
        var run = new SampleRun();
        for (var day = 4; day < 16; day++)
            run.Day(2024, 3, day).Trade("10:00:00", hasOne && day == 7 ? 125m : 5m);
        Assert.Equal(hasOne, Titles(run).Contains("A few days made it"));
    }

    [Fact]
    public void A_profit_factor_over_three_is_a_finding()
    {
        var run = new SampleRun();
        for (var day = 4; day < 16; day++)
        {
            run.Day(2024, 3, day);
            for (var i = 0; i < 10; i++)
                run.Trade("10:00:00", i == 0 ? -5m : 15m);
        }

        Assert.Contains("Too good to be true", Titles(run));
    }

    [Fact]
    public void What_makes_a_run_worthless_stands_first_and_what_its_settings_say_last()
    {
        var run = Performance.Of(Trades(99).Result());
        var findings = BacktestDoctor.Examine(
            run,
            railsOn: true,
            doubts: new RunDoubts
            {
                AtEdges = ["trading.stop.ticks 4", "strategies.model.gate 1"],
                ModelKnowsTheseDays = true,
                GateBelowBreakEven = true,
            }
        );
        Assert.Equal(
            [
                "The gate cannot cover its costs",
                "The model knows these days",
                .. BacktestDoctor.Examine(run, railsOn: true).Select(f => f.Title),
                "At the edge of the range",
            ],
            findings.Select(f => f.Title)
        );
        Assert.StartsWith("trading.stop.ticks 4, strategies.model.gate 1: ", findings[^1].Meaning, StringComparison.Ordinal);
        Assert.Equal(
            [Severity.Alarm, Severity.Alarm, Severity.Warning],
            [findings[0].Severity, findings[1].Severity, findings[^1].Severity]
        );
    }

    private static IEnumerable<string> Titles(SampleRun run) =>
        BacktestDoctor.Examine(Performance.Of(run.Result()), railsOn: true).Select(f => f.Title);

    private static SampleRun Trades(int count, decimal gross = 7.50m)
    {
        var run = new SampleRun().Day(2024, 3, 4);
        for (var i = 0; i < count; i++)
            run.Trade("10:00:00", gross);
        return run;
    }
}
