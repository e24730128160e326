using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Inference;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Inference;

/// <summary>A model of random weights with everything that belongs to one.</summary>
internal sealed record SampleModel
{
    public ModelCard Card { get; init; } = CardOf(FeatureWindows.Seconds, [16, 8]);

    public Network Network { get; init; } = OnnxBytes.RandomNetwork(1, 44, 16, 8);

    public float[] GoldenRows { get; init; } = OnnxBytes.RandomRows(3, 80, 44);

    public byte[]? Onnx { get; init; }

    public static ModelCard CardOf(FeatureWindows windows, int[] hidden, string bars = "rth") =>
        new()
        {
            Name = "sample",
            CodeVersion = "0.1.0+abc",
            Training = new TrainingSettings
            {
                Network = new FeedForwardSpec { HiddenUnits = hidden },
                Seed = 7,
            },
            Target = new ModelTarget(windows.BarSeconds == 1 ? 30 : 300, 3, bars),
            Data = new ModelData("SYNTHETIC", "MES", windows.BarSeconds, "f00d", IsSynthetic: true, EstimatesVolumeDelta: true),
            Features = new ModelFeatures(
                windows.Name,
                [.. FeatureCatalogue.Columns(windows).Select(c => c.Name)],
                FeatureCatalogue.Hash(windows)
            ),
            Split = new TimeSplit(Days(3, 15), Days(18, 22), Days(25, 28)),
            Priors = [0.2, 0.6, 0.2],
            Temperature = 1.25,
            Confidence = new ConfidenceCalibration(5_000, 0.01, 0.97, 4e-4, 1e-5, 6e-4),
            Brackets = new BracketCalibration("8/16", [new BracketBand(600_000, 400, 180), new BracketBand(700_000, 250, 130)]),
            Figures = [new ModelFigure("logLoss", 0.93), new ModelFigure(OnnxForecaster.MeanMoveFigure, 6.5)],
        };

    /// <summary>A model of the 1-minute set.</summary>
    public static SampleModel Minutes(string bars = "rth") => new() { Card = CardOf(FeatureWindows.Minutes, [16, 8], bars) };

    public StoredModel Write(Workspace work, bool replace = false) =>
        ModelFolder.Write(work.Root, Card, Network, Onnx ?? OnnxBytes.Of(Network, Card.Temperature), GoldenRows, replace);

    /// <summary>
    /// Sessions of a random walk, without gaps inside the hours that are filled, over enough days that normal volume is known on the last.
    /// </summary>
    public static IReadOnlyList<ContractBars> Market(ulong seed, int barSeconds, int days, TimeSpan from, TimeSpan length)
    {
        var random = new SplitMix64(seed);
        var bars = new List<Bar>();
        var price = 20_000;
        foreach (var day in StoreOf.Days(TradingDay.On(2024, 4, 1), TradingDay.On(2024, 6, 1)).Take(days))
        {
            var session = SessionCalendar.CmeEquityIndex.Find(day)!.Value;
            var start = (uint)(session.Open + from).UnixSeconds;
            var end = Math.Min(start + (uint)length.TotalSeconds, (uint)session.Close.UnixSeconds);
            for (var second = start; second < end; second += (uint)barSeconds)
            {
                var close = price + random.NextBelow(7) - 3;
                var (high, low) = (Math.Max(price, close) + random.NextBelow(2), Math.Min(price, close) - random.NextBelow(2));
                bars.Add(new Bar(second, new(price), new(high), new(low), new(close), 1 + (uint)random.NextBelow(200)));
                price = close;
            }
        }

        return [new ContractBars("MESM4", bars)];
    }

    /// <summary>Whole sessions of minutes over ten days.</summary>
    public static IReadOnlyList<ContractBars> MinuteMarket(ulong seed = 1, int days = 10) =>
        Market(seed, 60, days, TimeSpan.Zero, TimeSpan.FromHours(23));

    private static DaySpan Days(int first, int last) => new(TradingDay.On(2024, 3, first), TradingDay.On(2024, 3, last));
}
