using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Store;

namespace Quarterpoint.App.Setup;

/// <summary>
/// From a configuration to what one run or session trades under: instruments, calendar, the engine's and the venue's settings, the rule,
/// and a model's gate. Backtest, training, paper session, and replay all take them from here, so that none of them can differ.
/// </summary>
internal sealed class TradingSetup
{
    public const string TrendStrategy = "trend";
    public const string RandomStrategy = "random";

    /// <summary>A model gives the signals.</summary>
    public const string ModelStrategy = "model";

    /// <param name="config">The settings in effect.</param>
    /// <param name="source">What the data are of; its hours are those that are traded.</param>
    /// <param name="traded">What is traded at their prices.</param>
    /// <param name="barSeconds">Length of the data's bars.</param>
    /// <param name="strategy">One of the constants of this class.</param>
    public TradingSetup(QuarterpointConfig config, Instrument source, Instrument traded, int barSeconds, string strategy)
    {
        (Config, Source, Traded, BarSeconds, Strategy) = (config, source, traded, barSeconds, strategy);
        Calendar = SessionCalendar.Build(config.Calendar, source.Hours);
    }

    public QuarterpointConfig Config { get; }

    public Instrument Source { get; }

    public Instrument Traded { get; }

    public int BarSeconds { get; }

    public string Strategy { get; }

    public SessionCalendar Calendar { get; }

    /// <summary>The strategy with its settings, as a run's report names it.</summary>
    public string StrategyInWords =>
        Strategy switch
        {
            TrendStrategy => string.Create(
                CultureInfo.InvariantCulture,
                $"trend, averages of {Config.Strategies.Trend.Fast} and {Config.Strategies.Trend.Slow} bars"
            ),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"random, seed {Config.Strategies.Random.Seed}, enters after {Config.Strategies.Random.EntrySeconds} s and leaves after "
                    + $"{Config.Strategies.Random.HoldSeconds} s on average"
            ),
        };

    /// <summary>For a data set, perhaps traded as another instrument.</summary>
    /// <exception cref="UsageException">Nobody could trade that instrument at these prices.</exception>
    public static TradingSetup For(QuarterpointConfig config, DataSetInfo info, string? tradedAs, string strategy)
    {
        if (info.IsAdjusted)
            throw new UsageException(
                $"The prices of '{info.Name}' were adjusted elsewhere: nobody traded at them, so they can give no fills. "
                    + "Import unadjusted data."
            );
        var source = config.Instruments[info.Instrument];
        var traded = tradedAs is null ? source : config.Instruments[tradedAs];
        if (traded.TickSizeNanos != source.TickSizeNanos || source.TickSizeNanos != info.TickSizeNanos)
            throw new UsageException(
                $"'{info.Name}' is {info.Instrument} data on a grid of {source.TickSize}; {traded.Symbol} has one of {traded.TickSize}, "
                    + "so its prices are not these."
            );
        return new TradingSetup(config, source, traded, info.BarSeconds, strategy);
    }

    /// <summary>What the engine is told; without a gate of break-even.</summary>
    public EngineSettings Engine() =>
        new()
        {
            Instrument = Traded,
            BarSeconds = BarSeconds,
            Calendar = Calendar,
            News = Config.News,
            EndOfDay = Config.EndOfDay,
            EntriesInEth = Config.EntriesInEth,
            Contracts = Config.Contracts,
            Stop = Config.Stop,
            Target = Config.Target ?? Rule().DefaultTarget,
            Trail = Config.Trail,
            MaxHoldingSeconds = Config.MaxHoldingSeconds,
            EntryType = Config.EntryType,
            LimitOffset = new Ticks(Config.LimitOffsetTicks),
            EntryTimeoutSeconds = Config.EntryTimeoutSeconds,
            Fees = Config.Fees,
            Limits = Config.Limits,
        };

    /// <summary>What the simulated venue is told.</summary>
    public VenueSettings Venue() =>
        new()
        {
            Instrument = Traded,
            BarSeconds = BarSeconds,
            Calendar = Calendar,
            News = Config.News,
            EndOfDay = Config.EndOfDay,
            Fills = Config.Fills,
            Slippage = Config.Slippage,
            Fees = Config.Fees,
            NativeBrackets = Config.NativeBrackets,
            Latency = TimeSpan.FromMilliseconds(Config.LatencyMilliseconds),
        };

    /// <summary>A fresh rule of the strategy.</summary>
    /// <exception cref="UsageException">There is no such strategy.</exception>
    public SignalRule Rule() =>
        Strategy switch
        {
            TrendStrategy => new TrendRule(Config.Strategies.Trend),
            RandomStrategy => new RandomRule(Config.Strategies.Random, BarSeconds),
            ModelStrategy => new ForecastRule(Config.Strategies.Model),
            _ => throw new UsageException($"There is no strategy '{Strategy}'. Known: {TrendStrategy}, {RandomStrategy}."),
        };

    /// <summary>The gate of break-even before a model's entries; null where the configuration leaves it out.</summary>
    /// <param name="card">The model.</param>
    /// <param name="isBelow">Whether its gate of confidence cannot cover the costs, which the configuration allows.</param>
    /// <exception cref="UsageException">Model and configuration do not fit together.</exception>
    public BreakEvenGate? Gate(ModelCard card, out bool isBelow)
    {
        var entries = Config.Strategies.Model;
        var choice = BreakEvenChoice.For(entries, card.Brackets, Bracket(), Config.Limits);
        isBelow = choice is BreakEvenChoice.BelowBreakEven;
        return choice switch
        {
            BreakEvenChoice.Stands stands => stands.Gate,
            BreakEvenChoice.NeverCalibrated => throw new UsageException(
                $"The model {card.Name} has no calibration of brackets. Train it again, or set strategies.model.breakEven=off."
            ),
            BreakEvenChoice.OtherBracket other => throw new UsageException(
                $"The model {card.Name} was calibrated for another bracket ({other.Calibrated}) than this configuration's ({other.Asked}). "
                    + "Train it under this configuration, or set strategies.model.breakEven=off."
            ),
            BreakEvenChoice.BelowBreakEven below when !entries.AllowsGateBelowBreakEven => throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"strategies.model.gate {entries.Gate:0.###} lies below the {below.Least:0.###} that this bracket must win to pay its "
                        + $"costs, and strategies.model.breakEven is off. Raise the gate, turn breakEven on, or set "
                        + $"strategies.model.allowGateBelowBreakEven=true, which every report will say."
                )
            ),
            _ => null,
        };
    }

    private BracketTerms Bracket()
    {
        var engine = Engine();
        var costs = CostsInTicks.Of(Config.Limits.LiveFees, Traded.TickValue, Config.Slippage.Normal);
        return new BracketTerms(BracketStudy.Describe(engine), engine.Stop, engine.Target, Traded.TickValue, costs);
    }
}
