using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.Shell.Tests.Models;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>qp train as somebody types it.</summary>
[Collection(TaughtMarket.Shared)]
public sealed class TrainTests(TaughtMarket market) : IDisposable
{
    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Theory]
    [InlineData("60/20", "--split", "60/20")]
    [InlineData("make 100", "--split", "60/20/30")]
    [InlineData("make 100", "--split", "0/50/50")]
    [InlineData("a/b/c", "--split", "a/b/c")]
    [InlineData("expected numbers such as 128,64", "--hidden", "many")]
    [InlineData("64 to 256", "--hidden", "8")]
    [InlineData("epochs", "--epochs", "0")]
    [InlineData("There is a model 'm' already", "--name", "m")]
    [InlineData("too few", "--from", "2024-01-02", "--to", "2024-01-03")]
    [InlineData("--from soon", "--from", "soon")]
    [Trait("Spec", "C3")]
    public async Task What_cannot_be_trained_is_said_in_one_line_and_leaves_nothing(string says, params string[] typed)
    {
        market.CopyTo(_qp, withModel: true);
        var before = _qp.Tree();
        string[] name = typed.Contains("--name") ? [] : ["--name", "other"];
        var (code, output, error) = await _qp.Run(["train", "--data", "x", "--model", "feedforward", .. name, .. typed, "--json"]);
        Assert.True(code == ExitCode.Usage, $"{code}: {error}");
        Assert.Contains(says, JsonDocument.Parse(output).RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, _qp.Tree());
    }

    [Theory]
    [InlineData("--data", "nothing")]
    [InlineData("--name", "..")]
    [InlineData("--name", "a/b")]
    [InlineData("--model", "oracle")]
    [Trait("Spec", "C3")]
    public async Task A_set_a_name_or_a_kind_that_is_none_is_refused_before_anything_is_learnt(string option, string value)
    {
        market.CopyTo(_qp, withModel: false);
        var before = _qp.Tree();
        var typed = new Dictionary<string, string>
        {
            ["--data"] = "x",
            ["--model"] = "feedforward",
            ["--name"] = "n",
            [option] = value,
        };
        var (code, _, error) = await _qp.Run(["train", .. typed.SelectMany(o => (string[])[o.Key, o.Value])]);
        Assert.True(code is ExitCode.Usage or ExitCode.Failed, $"{code}: {error}");
        Assert.Contains(value, error, StringComparison.Ordinal);
        Assert.DoesNotContain("training", error, StringComparison.Ordinal);
        Assert.Equal(before, _qp.Tree());
    }

    [Fact]
    [Trait("Spec", "M8")]
    [Trait("Spec", "N16")]
    public void The_card_that_is_printed_says_what_was_learnt_from_what_and_what_it_was_worth()
    {
        var card = market.Card;
        Assert.Equal("m", card.GetProperty("name").GetString());
        Assert.Equal(60, card.GetProperty("target").GetProperty("horizonSeconds").GetInt32());
        Assert.Equal(2, card.GetProperty("target").GetProperty("thresholdTicks").GetDouble());
        Assert.True(card.GetProperty("data").GetProperty("isSynthetic").GetBoolean());

        // The whole month and nothing twice; 1 January is a holiday.
        var split = card.GetProperty("split");
        string Day(string part, string end) => split.GetProperty(part).GetProperty(end).GetString()!;
        Assert.Equal("2024-01-02", Day("train", "first"));
        Assert.True(
            string.CompareOrdinal(Day("train", "last"), Day("validate", "first")) < 0
                && string.CompareOrdinal(Day("validate", "last"), Day("test", "first")) < 0,
            split.ToString()
        );
        Assert.Equal("2024-01-31", Day("test", "last"));

        var evidence = card.GetProperty("evidence");
        var score = evidence.GetProperty("score");
        Assert.True(
            score.GetProperty("logLoss").GetDouble() < score.GetProperty("priorLogLoss").GetDouble(),
            "an edge of 0.30 is found within days"
        );
        Assert.Equal(["DOWN", "FLAT", "UP"], score.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("class").GetString()));
        Assert.Equal(
            [0.6, 0.7, 0.8, 0.9],
            score.GetProperty("precisionAtConfidence").EnumerateArray().Select(p => p.GetProperty("confidence").GetDouble())
        );
        Assert.Equal("stop 8, target 16, market entry", card.GetProperty("brackets").GetProperty("bracket").GetString());

        // The generator's best score is of 30 s and 3 ticks; of another label it says nothing.
        Assert.Equal(JsonValueKind.Null, evidence.GetProperty("bayesLogLoss").ValueKind);
    }

    [Fact]
    [Trait("Spec", "M1")]
    public async Task A_logistic_regression_is_trained_on_part_of_the_days_and_replaces_what_was_there()
    {
        market.CopyTo(_qp, withModel: true);
        var (code, output, error) = await _qp.Run([
            "train",
            "--data",
            "x",
            "--model",
            "logistic",
            "--name",
            "m",
            "--epochs",
            "2",
            "--balance",
            "inverse",
            "--split",
            "40/40/20",
            "--to",
            "2024-01-26",
            "--replace",
            .. TaughtMarket.Settings,
        ]);
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("Logistic", output, StringComparison.Ordinal);
        Assert.Contains("SYNTHETIC", output, StringComparison.Ordinal);
        var card = await _qp.Json("models", "show", "m");
        Assert.Equal("2024-01-26", card.GetProperty("split").GetProperty("test").GetProperty("last").GetString());
        Assert.True((await _qp.Json("models", "check", "m")).GetProperty("sound").GetBoolean());
    }
}
