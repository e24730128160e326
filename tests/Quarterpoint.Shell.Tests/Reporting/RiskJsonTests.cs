using System.Text.Json;
using System.Text.RegularExpressions;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed partial class RiskJsonTests
{
    /// <summary>Twenty days of a win each, one pause, one gap, one day's room: nothing is empty.</summary>
    private static readonly RiskReport Full = RiskReport.Of(
        FullRun() with
        {
            RiskFacts =
            [
                new RiskFact(RiskFactKind.Held, At("10:00:00"), Latch.LossPause, At("10:15:00"), Rule.LossPause, Money.Zero),
                new RiskFact(RiskFactKind.Released, At("10:15:00"), Latch.LossPause, default, Rule.LossPause, Money.Zero),
                new RiskFact(RiskFactKind.Gap, At("11:00:00"), Latch.DailyLoss, default, Rule.DailyLoss, Money.FromDollars(3.75m)),
            ],
            Rooms =
            [
                new DayRoom(
                    TradingDay.On(2024, 3, 1),
                    Money.FromDollars(1000),
                    new LimitRoom
                    {
                        Equity = 980_000_000,
                        BelowDayPeak = -20_000_000,
                        BelowHighWater = -20_000_000,
                    }
                ),
            ],
            BreakerCoverage = new BreakerCoverage(390, 390, 0),
        }
    );

    private readonly JsonElement _full = JsonDocument.Parse(RunJson.Of(Full)).RootElement;

    [Fact]
    [Trait("Spec", "V1")]
    public void The_document_has_this_shape()
    {
        // A change here changes what scripts read: it is a decision, and docs/metrics.md and the schema's version change with it.
        const string expected = """
            schema:String entryHours:Number latches[latch:String times:Number hours:Number share:Number] gaps[time:String limit:String
            amount:Number]
            rooms[day:String dailyLoss:Number dailyDrawdown:Number accountDrawdown:Number killSwitch:Number]
            breakers[breaker:String minutes:Number known:Number isInactive:False]
            ruin{paths:Number seed:Number meanBlockDays:Number daysDrawnFrom:Number horizons[days:Number
            limits[limit:String probability:Number interval{low:Number high:Number}] ended{probability:Number interval{low:Number
            high:Number}}
            equityLow:Number equityMedian:Number equityHigh:Number]}
            """;

        Assert.Equal(expected.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Shape(_full).Split(' '));
    }

    [Fact]
    public void It_says_what_happened_in_the_engines_words()
    {
        Assert.Equal(135, _full.GetProperty("entryHours").GetDouble());
        Assert.Equal(
            ("lossPause", 1, 0.25),
            (
                _full.GetProperty("latches")[0].GetProperty("latch").GetString(),
                _full.GetProperty("latches")[0].GetProperty("times").GetInt32(),
                _full.GetProperty("latches")[0].GetProperty("hours").GetDouble()
            )
        );
        Assert.Equal(
            ("2024-03-01T16:00:00Z", "dailyLoss", 3.75m),
            (
                _full.GetProperty("gaps")[0].GetProperty("time").GetString(),
                _full.GetProperty("gaps")[0].GetProperty("limit").GetString(),
                _full.GetProperty("gaps")[0].GetProperty("amount").GetDecimal()
            )
        );
        Assert.Equal(
            [30m, 55m, 180m, 280m],
            _full.GetProperty("rooms")[0].EnumerateObject().Skip(1).Select(room => room.Value.GetDecimal())
        );
        Assert.Equal(
            [false, true, true],
            _full.GetProperty("breakers").EnumerateArray().Select(breaker => breaker.GetProperty("isInactive").GetBoolean())
        );
        Assert.Equal(
            ["dailyLoss", "dailyDrawdown", "accountDrawdown", "killSwitch", "dayExhausted", "starved"],
            _full
                .GetProperty("ruin")
                .GetProperty("horizons")[2]
                .GetProperty("limits")
                .EnumerateArray()
                .Select(l => l.GetProperty("limit").GetString())
        );
    }

    [Fact]
    public void The_manual_knows_every_member()
    {
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        var risk = Words()
            .Matches(manual[manual.IndexOf("## Risk", StringComparison.Ordinal)..])
            .Select(match => match.Groups[1].Value)
            .ToHashSet();

        Assert.Subset(risk, Members(_full).ToHashSet());
    }

    [Fact]
    public void What_is_read_back_writes_the_same_text()
    {
        foreach (var risk in (RiskReport[])[Full, Runs.Backtest.Risk!, RiskReport.Of(new SampleRun().Result())])
        {
            var text = RunJson.Of(risk);
            Assert.Equal(text, RunJson.Of(RunJson.ReadRisk(text, "risk.json")));
        }
    }

    [Theory]
    [InlineData("lossPause", "lossPause, killed")]
    [InlineData("lossPause", "none")]
    public void A_latch_is_one_and_exists(string from, string to) =>
        Assert.Contains(
            "a latch such as lossPause",
            Assert
                .Throws<BadInputException>(() =>
                    RunJson.ReadRisk(RunJson.Of(Full).Replace(from, to, StringComparison.Ordinal), "risk.json")
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_command_lines_document_holds_it()
    {
        var run = Runs.Backtest;
        JsonElement Risk(Run of) => JsonDocument.Parse(RunJson.Of(of, "runs/x")).RootElement.GetProperty("risk");

        Assert.Equal("quarterpoint.risk/1", Risk(run).GetProperty("schema").GetString());
        Assert.Equal(JsonValueKind.Null, Risk(run with { Risk = null }).ValueKind);
    }

    private static BacktestResult FullRun()
    {
        var run = new SampleRun();
        for (var day = 1; day <= 20; day++)
            run.Day(2024, 3, day).Trade("10:00:00", 12.50m);
        return run.Result();
    }

    private static Timestamp At(string time) => Timestamp.FromUnixSeconds(Tape.Second(new DateOnly(2024, 3, 1), time));

    private static IEnumerable<string> Members(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member.Name)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Members),
            _ => [],
        };

    private static string Shape(JsonElement element) =>
        string.Join(
            ' ',
            element
                .EnumerateObject()
                .Select(member =>
                    member.Name
                    + member.Value.ValueKind switch
                    {
                        JsonValueKind.Object => "{" + Shape(member.Value) + "}",
                        JsonValueKind.Array => "[" + Shape(member.Value[0]) + "]",
                        _ => ":" + member.Value.ValueKind,
                    }
                )
        );

    [GeneratedRegex("`([a-zA-Z]+)`")]
    private static partial Regex Words();
}
