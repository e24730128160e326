using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Setup;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Inference;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Research;

/// <summary>A model about to trade a data set: checked, warmed up, with its gates, and with what a report must say of it.</summary>
internal sealed class TradedModel : IDisposable
{
    /// <summary>Calendar days that hold the twenty full trading days from which normal volume is known.</summary>
    public const int WarmUpDays = 45;

    private readonly OnnxForecaster _model;

    private TradedModel(OnnxForecaster model, RunModel facts, BreakEvenGate? gate, TradingDay? from, TradingDay? to, string note)
    {
        _model = model;
        Forecaster = new RememberedForecasts(model);
        (Facts, Gate, From, To, Note) = (facts, gate, from, to, note);
    }

    /// <summary>For a backtest, whose envelope asks for the same forecasts again.</summary>
    public IForecaster Forecaster { get; }

    /// <summary>What a report says of it.</summary>
    public RunModel Facts { get; }

    /// <summary>The gate of break-even before its entries; null where the configuration leaves it out.</summary>
    public BreakEvenGate? Gate { get; }

    /// <summary>The first day to trade: on the model's own data its test part, unless another one is asked for.</summary>
    public TradingDay? From { get; }

    /// <summary>The last day to trade, likewise.</summary>
    public TradingDay? To { get; }

    /// <summary>What whoever trades it should know; empty where there is nothing.</summary>
    public string Note { get; }

    /// <summary>As a run's report names its strategy.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"model {Facts.Name}");

    /// <exception cref="UsageException">Model, data, and configuration do not fit together.</exception>
    public static TradedModel Open(
        Workspace workspace,
        TradingSetup setup,
        string name,
        DataSet set,
        TradingDay? from,
        TradingDay? to,
        CancellationToken stop
    )
    {
        var stored = ModelFolder.Load(workspace.Models, name);
        var card = stored.Card;
        var isOwnData = card.Data.Fingerprint == set.Info.Fingerprint;
        var note = "";
        if (isOwnData && from is null && to is null)
        {
            (from, to) = (card.Split.Test.First, card.Split.Test.Last);
            note =
                $"{set.Info.Name} is the data that {name} learnt from: only its test part is traded, {from} to {to}. "
                + "Give --from or --to for other days.";
        }

        var gate = setup.Gate(card, out var isBelow);
        var forecaster = new OnnxForecaster(stored);
        WarmUp(forecaster, set, setup.Calendar, setup.Config.RollRule, from, stop);
        var facts = new RunModel(
            card.Name,
            ModelFolder.HashOf(workspace.Models, name),
            card.Training.Network.Kind.ToString(),
            string.Create(
                CultureInfo.InvariantCulture,
                $"the move of {card.Target.HorizonSeconds} s against {card.Target.ThresholdTicks} ticks"
            ),
            $"{card.Data.Set}, {card.Data.Fingerprint[..12]}",
            Words(card.Split.Train),
            Words(card.Split.Validate),
            Words(card.Split.Test),
            card.Temperature,
            card.Brackets,
            card.Evidence,
            SeesItsOwnPast(card, set.Info, from, to),
            isBelow
        );
        return new TradedModel(forecaster, facts, gate, from, to, note);
    }

    public void Dispose() => _model.Dispose();

    /// <summary>Lets a model learn what volume is normal from the days before the first it is asked about.</summary>
    public static void WarmUp(
        OnnxForecaster model,
        DataSet set,
        SessionCalendar calendar,
        RollRule rolls,
        TradingDay? from,
        CancellationToken stop
    )
    {
        if (from is not { } first)
            return;
        foreach (
            var columns in set.ReadContinuous(
                calendar,
                rolls,
                new TradingDay(first.Number - WarmUpDays),
                new TradingDay(first.Number - 1),
                stop
            )
        )
        {
            foreach (var session in columns.Sessions)
                model.Observe(columns, session);
        }
    }

    /// <summary>
    /// Whether the days to trade reach back into those that the model was trained or calibrated on, in the same market. Two made-up markets
    /// are the same only where their data are.
    /// </summary>
    private static bool SeesItsOwnPast(ModelCard card, DataSetInfo info, TradingDay? from, TradingDay? to)
    {
        var isSameMarket =
            card.Data.Fingerprint == info.Fingerprint
            || (card.Data.Instrument == info.Instrument && !card.Data.IsSynthetic && info.Origin.Synthetic is null);
        if (!isSameMarket)
            return false;
        var first = from ?? TradingDay.From(DateOnly.FromDateTime(info.First));
        var last = to ?? TradingDay.From(DateOnly.FromDateTime(info.Last).AddDays(1));
        return first <= card.Split.Validate.Last && last >= card.Split.Train.First;
    }

    private static string Words(DaySpan span) => $"{span.First} to {span.Last}";
}
