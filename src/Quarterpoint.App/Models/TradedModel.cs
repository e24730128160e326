using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Store;
using Quarterpoint.Inference;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Models;

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

    public IForecaster Forecaster { get; }

    public RunModel Facts { get; }

    /// <summary>Null where the configuration leaves it out.</summary>
    public BreakEvenGate? Gate { get; }

    /// <summary>The first day to trade: on the model's own data its test part, unless another one is asked for.</summary>
    public TradingDay? From { get; }

    /// <summary>The last one, likewise.</summary>
    public TradingDay? To { get; }

    public string Note { get; }

    public string Name => string.Create(CultureInfo.InvariantCulture, $"model {Facts.Name}");

    /// <exception cref="UsageException">Model, data, and configuration do not fit together.</exception>
    public static TradedModel Open(
        Workspace workspace,
        QuarterpointConfig config,
        string name,
        DataSet set,
        SessionCalendar calendar,
        EngineSettings settings,
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
                $"{set.Info.Name} is the data that {name} learnt from: only its test part is traded, {from} to {to}. Give --from or --to for other days.";
        }

        var gate = GateOf(config, card, settings, out var isBelow);
        var forecaster = new OnnxForecaster(stored);
        WarmUp(forecaster, set, calendar, config, from, stop);
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
        QuarterpointConfig config,
        TradingDay? from,
        CancellationToken stop
    )
    {
        if (from is not { } first)
            return;
        foreach (
            var columns in set.ReadContinuous(
                calendar,
                config.RollRule,
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

    private static BreakEvenGate? GateOf(QuarterpointConfig config, ModelCard card, EngineSettings settings, out bool isBelow)
    {
        var entry = config.Strategies.Model;
        var costs = CostsInTicks.Of(config.Limits.LiveFees, settings.Instrument.TickValue, config.Slippage.Normal);
        isBelow = false;
        if (entry.BreakEven)
        {
            var bracket = BracketStudy.Describe(settings);
            if (card.Brackets is not { } brackets)
                throw new UsageException(
                    $"The model {card.Name} has no calibration of brackets. Train it again, or set strategies.model.breakEven=off."
                );
            if (brackets.Bracket != bracket)
            {
                throw new UsageException(
                    $"The model {card.Name} was calibrated for another bracket ({brackets.Bracket}) than this configuration's ({bracket}). Train it under this configuration, or set strategies.model.breakEven=off."
                );
            }

            return new BreakEvenGate(brackets, costs, entry.Margin);
        }

        // Without that gate the confidence alone must cover what a bracket costs, at the widest stop that one trade may risk.
        var least = LeastBreakEven(config, settings, costs);
        if (entry.Gate >= least)
            return null;
        if (!entry.AllowGateBelowBreakEven)
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategies.model.gate {entry.Gate:0.###} lies below the {least:0.###} that this bracket must win to pay its costs, and strategies.model.breakEven is off. Raise the gate, turn breakEven on, or set strategies.model.allowGateBelowBreakEven=true, which every report will say."
                )
            );
        }

        isBelow = true;
        return null;
    }

    /// <summary>p* at the stop that asks the least: the fixed one, or the widest that the limit of one trade lets through.</summary>
    private static double LeastBreakEven(QuarterpointConfig config, EngineSettings settings, CostsInTicks costs)
    {
        var gate = new RiskGate(config.Limits);
        var widest = settings.Stop.Smallest;
        while (
            settings.Stop.Kind != StopKind.Fixed
            && gate.TradeRisk(new(widest.Count + 1), atRth: true, settings.Instrument.TickValue) <= config.Limits.TradeRisk
        )
            widest = new(widest.Count + 1);
        return settings.Target.Kind == TargetKind.None ? 1 : costs.BreakEven(widest, settings.Target.For(widest));
    }

    /// <summary>Of the same market, days up to the end of its validation part; made-up markets are the same only where the data are.</summary>
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
