using Quarterpoint.App.Configuration;
using Quarterpoint.App.Research;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Inference;
using Quarterpoint.Shell.Tests.App;

namespace Quarterpoint.Shell.Tests.Models;

/// <summary>
/// A market whose best possible forecast is known: how much of it a network finds, and whether what it says comes as often as it says.
/// </summary>
public sealed class KnownEdge(ITestOutputHelper output) : IDisposable
{
    private const int Horizon = 30;
    private static readonly DateOnly Start = new(2024, 1, 1);

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "M2")]
    [Trait("Spec", "M4")]
    [Trait("Spec", "M6")]
    public async Task A_network_finds_four_fifths_of_what_can_be_known_and_its_probabilities_come_true()
    {
        await _qp.Json("data", "generate", "--name", "x", "--months", "3", "--edge", "0.15");
        await _qp.Json("train", "--data", "x", "--model", "feedforward", "--name", "m", "--device", "cpu");
        var card = ModelFolder.ReadCard(Path.Combine(_qp.Workspace, "models"), "m");
        var evidence = card.Evidence!;

        // The same rows once more, told apart from the training: one of each half minute of the test days, labelled and answered by the
        // stored model.
        var rows = TestRows(card);
        Assert.Equal(evidence.Score.Rows, rows.Count);
        var model = -rows.Average(r => Math.Log(Of(r.Said, r.Class)));
        Assert.InRange(Math.Abs(model - evidence.Score.LogLoss), 0, 1e-5);
        var priors = -rows.Average(r => Math.Log(card.Priors[r.Class]));
        Assert.InRange(Math.Abs(priors - evidence.Score.PriorLogLoss), 0, 1e-9);

        var best = -rows.Average(r => Math.Log(Of(r.Best, r.Class)));
        var share = (priors - model) / (priors - best);
        output.WriteLine(
            $"{rows.Count} rows: priors {priors:0.00000}, model {model:0.00000}, best possible {best:0.00000}: "
                + $"{share:0.0 %} of the gain; volatility alone {evidence.VolatilityLogLoss:0.00000}"
        );
        output.WriteLine(string.Join(", ", evidence.Score.Classes.Select(c => $"ECE {c.Class} {c.CalibrationError:0.0000}")));
        Assert.InRange(share, 0.8, 1.1);
        Assert.All(evidence.Score.Classes.Where(c => c.Class != "FLAT"), c => Assert.InRange(c.CalibrationError, 0, 0.03));
        Assert.True(evidence.Score.DirectionAccuracy!.Value.Low > 0.5, "the side is known better than by a coin");
        Assert.True(evidence.Score.LogLoss < evidence.VolatilityLogLoss, "it knows more than how much the price moves");
    }

    private List<Row> TestRows(ModelCard card)
    {
        var best = new Dictionary<uint, (double, double, double)>();
        var market = new SyntheticMarket(SyntheticSettings.Months(Start, 3) with { Edge = 0.15 })
        {
            Oracle = (second, said) => best.Add(second, said),
        };
        foreach (var session in market.Generate())
            Assert.NotEmpty(session);

        var config = QuarterpointConfig.Load(null, new Dictionary<string, string>());
        var calendar = SessionCalendar.CmeEquityIndex;
        var set = DataSet.Open(_qp.Workspace, "x");
        using var model = new OnnxForecaster(ModelFolder.Load(Path.Combine(_qp.Workspace, "models"), "m"));
        TradedModel.WarmUp(model, set, calendar, config.RollRule, card.Split.Test.First, TestContext.Current.CancellationToken);
        var rows = new List<Row>();
        foreach (var columns in set.ReadContinuous(calendar, config.RollRule, card.Split.Test.First, card.Split.Test.Last))
        {
            foreach (var session in columns.Sessions)
            {
                var labels = new sbyte[session.RowCount];
                HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, config.EndOfDay).FlatBy, new HorizonSettings(), labels);
                var forecasts = new ForecastFacts[session.RowCount];
                model.Forecast(columns, session, forecasts);
                var last = -1L;
                for (var i = 0; i < labels.Length; i++)
                {
                    var second = columns.Time[session.FirstRow + i];
                    var stretch = (second - session.Session.Open.UnixSeconds) / Horizon;
                    if (labels[i] == MoveClass.None || forecasts[i].BarOpenTime == 0 || stretch == last)
                        continue;
                    last = stretch;
                    rows.Add(new Row(labels[i], (forecasts[i].Down / 1e6, forecasts[i].Flat / 1e6, forecasts[i].Up / 1e6), best[second]));
                }
            }
        }

        return rows;
    }

    private static double Of((double Down, double Flat, double Up) said, sbyte actual) =>
        actual switch
        {
            MoveClass.Down => said.Down,
            MoveClass.Flat => said.Flat,
            _ => said.Up,
        };

    private readonly record struct Row(sbyte Class, (double Down, double Flat, double Up) Said, (double Down, double Flat, double Up) Best);
}
