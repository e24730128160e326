using System.Text.Json;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Reporting.Catalogue;
using Quarterpoint.Reporting.Runs;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Reporting;

public sealed class RunJsonTests
{
    /// <summary>Two days, a win and two losses, one life ended, one violation, one rule that refused: nothing is null.</summary>
    private static readonly BacktestResult Full = new SampleRun()
        .Day(2024, 3, 4)
        .Trade("09:45:00", 12.50m)
        .Trade("10:30:00", -7.50m, side: Side.Sell)
        .Day(2024, 3, 5)
        .Trade("11:00:00", -2.50m)
        .Trade("12:00:00", 25m)
        .Result() with
    {
        Lives = [new LifeEnd(new(1_709_560_800_000_000_000), Rule.Starved, Money.FromDollars(803.50m))],
        Violations = [new Violation(new(1_709_560_800_500_000_000), ViolationKind.BookedAtDeadline)],
        Refusals = new Dictionary<Rule, long> { [Rule.OutsideEntryWindow] = 12 },
    };

    private readonly JsonElement _full = JsonDocument.Parse(RunJson.Of(Performance.Of(Full))).RootElement;

    [Fact]
    [Trait("Spec", "X9")]
    public void The_document_has_this_shape()
    {
        // A change here changes what scripts read: it is a decision, and docs/metrics.md and the schema's version change with it.
        const string expected = """
            schema:String first:String last:String capital:Number bars:Number days:Number daysTraded:Number trades:Number wins:Number losses:Number
            netPnl:Number grossPnl:Number commission:Number slippage:Number returnOnCapital:Number sharpe:Number sortino:Number calmar:Number
            maxDrawdown:Number maxDrawdownHours:Number maxDrawdownBars:Number maxDrawdownDays:Number maxDrawdownPeak:String maxDrawdownTrough:String
            maxDrawdownRecovered:String longestDrawdownHours:Number longestDrawdownBars:Number longestDrawdownDays:Number
            winRate:Number winRateInterval{low:Number high:Number} expectancy:Number expectancyInterval{low:Number high:Number}
            expectancyIntervalByDay{low:Number high:Number} expectancyGross:Number expectancyGrossInterval{low:Number high:Number}
            expectancyGrossIntervalByDay{low:Number high:Number} profitFactor:Number payoff:Number averageWin:Number averageLoss:Number
            largestWin:Number largestLoss:Number winDays:Number bestDay:Number worstDay:Number longestWinStreak:Number longestLossStreak:Number
            tradesPerDay:Number tradesPerHour:Number timeInPosition:Number risked:Number returnPerDollarRisked:Number
            netPerTrade{least:Number lowerQuartile:Number median:Number upperQuartile:Number most:Number mean:Number}
            holdingSeconds{least:Number lowerQuartile:Number median:Number upperQuartile:Number most:Number mean:Number}
            adverseTicks{least:Number lowerQuartile:Number median:Number upperQuartile:Number most:Number mean:Number}
            favourableTicks{least:Number lowerQuartile:Number median:Number upperQuartile:Number most:Number mean:Number}
            ambiguousShare:Number bookedTrades:Number lateTrades:Number
            lives:Number lifeEnds[time:String limit:String equity:Number] violations:Number violationList[time:String kind:String]
            refusals{outsideEntryWindow:Number}
            pnlByHour[key:Number trades:Number wins:Number gross:Number commission:Number slippage:Number net:Number]
            exitReasons[key:String trades:Number wins:Number gross:Number commission:Number slippage:Number net:Number]
            sides[key:String trades:Number wins:Number gross:Number commission:Number slippage:Number net:Number]
            contracts[key:String trades:Number wins:Number gross:Number commission:Number slippage:Number net:Number]
            daily[day:String net:Number trades:Number]
            drawdowns[depth:Number peak:String trough:String recovered:String bars:Number days:Number]
            """;

        Assert.Equal(expected.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Shape(_full).Split(' '));
    }

    [Fact]
    public void Every_metric_is_defined_once_and_in_the_order_of_the_document() =>
        Assert.Equal(
            _full.EnumerateObject().Select(member => member.Name).Where(name => name != "schema"),
            MetricCatalogue.All.Select(metric => metric.Name)
        );

    [Fact]
    public void The_manual_says_what_the_catalogue_says()
    {
        var rows = File.ReadAllLines(Manual()).Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var expected = MetricCatalogue.All.Select(metric =>
            $"| `{metric.Name}` | {metric.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} | {metric.Unit} | "
            + $"{(metric.NullWhen.Length == 0 ? "never" : metric.NullWhen)} |"
        );

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void The_manual_says_what_the_figures_show()
    {
        var rows = File.ReadAllLines(Manual()).Where(line => line.StartsWith("| *", StringComparison.Ordinal));

        Assert.Equal(FigureCatalogue.All.Select(figure => $"| *{figure.Title}* | {figure.Meaning} |"), rows);
    }

    [Fact]
    [Trait("Spec", "X13")]
    public void Money_is_decimal_dollars_instants_are_utc_and_words_are_those_of_the_spec()
    {
        // Gross 27.50, four times 3.34 of costs.
        Assert.Equal("14.14", _full.GetProperty("netPnl").GetRawText().Trim());
        Assert.Equal("2024-03-04T14:00:00Z", _full.GetProperty("lifeEnds")[0].GetProperty("time").GetString());
        Assert.Equal("starved", _full.GetProperty("lifeEnds")[0].GetProperty("limit").GetString());
        Assert.Equal(803.5m, _full.GetProperty("lifeEnds")[0].GetProperty("equity").GetDecimal());
        Assert.Equal("2024-03-04T14:00:00.5Z", _full.GetProperty("violationList")[0].GetProperty("time").GetString());
        Assert.Equal(["long", "short"], _full.GetProperty("sides").EnumerateArray().Select(side => side.GetProperty("key").GetString()));
        Assert.Equal("target", _full.GetProperty("exitReasons")[0].GetProperty("key").GetString());
        Assert.Equal("2024-03-05", _full.GetProperty("daily")[1].GetProperty("day").GetString());
    }

    [Fact]
    [Trait("Spec", "X9")]
    public void What_is_undefined_is_null()
    {
        var empty = JsonDocument.Parse(RunJson.Of(Performance.Of(new SampleRun().Day(2024, 3, 4).Result()))).RootElement;

        foreach (
            var name in (string[])
                [
                    "sharpe",
                    "sortino",
                    "calmar",
                    "winRate",
                    "winRateInterval",
                    "expectancy",
                    "profitFactor",
                    "netPerTrade",
                    "maxDrawdownPeak",
                ]
        )
            Assert.Equal(JsonValueKind.Null, empty.GetProperty(name).ValueKind);
    }

    [Fact]
    public void What_is_read_back_writes_the_same_text()
    {
        foreach (
            var performance in (Performance[])[Performance.Of(Full), Runs.Backtest.Performance, Performance.Of(new SampleRun().Result())]
        )
        {
            var text = RunJson.Of(performance);
            Assert.Equal(text, RunJson.Of(RunJson.ReadPerformance(text, "metrics.json")));
        }
    }

    [Fact]
    public void The_identity_survives_too()
    {
        var identity = Runs.Identity with
        {
            Seed = ulong.MaxValue,
            DailyLossLimit = Money.FromDollars(50),
            DataGaps = [new DataGap(new(1), new(2_000_000_000))],
            ClassBalance = new ClassBalance("30 s, 3 ticks", 1, 2, 3),
        };
        var text = RunJson.Of(identity);
        var again = RunJson.ReadIdentity(text, "run.json");

        Assert.Equal(text, RunJson.Of(again));
        Assert.Equal(ulong.MaxValue, again.Seed);
        Assert.Equal(identity.DataGaps, again.DataGaps);
        Assert.Equal(identity.ClassBalance, again.ClassBalance);
    }

    [Theory]
    [InlineData("", "run.json")]
    [InlineData("[]", "field schema")]
    [InlineData("{\"schema\":\"quarterpoint.run/9\"}", "found 'quarterpoint.run/9'; expected quarterpoint.metrics/2")]
    [InlineData("{\"schema\":\"quarterpoint.metrics/1\"}", "first")]
    public void Another_document_is_refused(string text, string says) =>
        Assert.Contains(
            says,
            Assert.Throws<BadInputException>(() => RunJson.ReadPerformance(text, "run.json")).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("\"capital\": 1000", "\"capital\": 0.0000001", "dollars with at most six decimals")]
    [InlineData("\"capital\": 1000", "\"capital\": \"much\"", "dollars with at most six decimals")]
    [InlineData("T14:00:00Z", " 14:00", "an instant in UTC")]
    [InlineData("\"day\": \"2024-03-04\"", "\"day\": \"yesterday\"", "a day such as 2024-03-04")]
    [InlineData("\"key\": \"short\"", "\"key\": \"sideways\"", "long or short")]
    [InlineData("\"starved\"", "\"bored\"", "limit")]
    [InlineData("\"daily\": [", "\"daily\": null, \"x\": [", "daily")]
    public void A_member_that_cannot_be_is_refused(string from, string to, string says)
    {
        var text = RunJson.Of(Performance.Of(Full)).Replace(from, to, StringComparison.Ordinal);

        Assert.Contains(
            says,
            Assert.Throws<BadInputException>(() => RunJson.ReadPerformance(text, "metrics.json")).Message,
            StringComparison.Ordinal
        );
    }

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

    private static string Manual()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "docs", "metrics.md");
            if (File.Exists(path))
                return path;
        }

        throw new FileNotFoundException("docs/metrics.md is part of the repository");
    }
}
