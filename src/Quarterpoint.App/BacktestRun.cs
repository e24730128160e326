using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Models;
using Quarterpoint.App.Verbs;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Quality;
using Quarterpoint.Data.Store;
using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;
using ClassBalance = Quarterpoint.Core.Labels.ClassBalance;

namespace Quarterpoint.App;

/// <summary>What is to be tried on which data.</summary>
internal sealed record BacktestRequest
{
    public required string Data { get; init; }

    /// <summary><c>trend</c>, <c>random</c>, or <see cref="BacktestRun.ModelStrategy"/>.</summary>
    public required string Strategy { get; init; }

    /// <summary>Which model, for that strategy.</summary>
    public string? Model { get; init; }

    /// <summary>Under which guesses about fills the same decisions are tried beside the run itself.</summary>
    public IReadOnlyList<EnvelopeCase> Envelope { get; init; } = EnvelopeCase.Three;

    /// <summary>The instrument to trade, where it is not the data's own: MNQ on NQ data.</summary>
    public string? TradedAs { get; init; }

    public AccountMode Account { get; init; } = AccountMode.Lives;

    public TradingDay? From { get; init; }

    public TradingDay? To { get; init; }
}

/// <summary>From a request and a configuration to a finished run in its folder.</summary>
internal static class BacktestRun
{
    public const string ModelStrategy = "model";

    /// <summary>Runs it, stores it under <c>runs/</c>, and returns it with its folder. The same request gives the same bytes in the same folder.</summary>
    /// <exception cref="UsageException">The request and the data do not fit together.</exception>
    public static (Run Run, string Folder) Execute(
        Workspace workspace,
        QuarterpointConfig config,
        BacktestRequest request,
        Terminal terminal,
        CancellationToken stop
    )
    {
        var set = DataSet.Open(workspace.Root, request.Data);
        var info = set.Info;
        var (source, traded) = InstrumentsOf(config, info, request.TradedAs);
        var calendar = SessionCalendar.Build(config.Calendar, source.Hours);
        var settings = EngineSettingsOf(config, traded, info.BarSeconds, calendar, request.Strategy);
        var venue = VenueSettingsOf(config, traded, info.BarSeconds, calendar);
        using var model = request.Model is null
            ? null
            : TradedModel.Open(workspace, config, request.Model, set, calendar, settings, request.From, request.To, stop);
        if (model is not null)
        {
            (settings, request) = (settings with { BreakEven = model.Gate }, request with { From = model.From, To = model.To });
            if (model.Note.Length > 0)
                terminal.Note(model.Note);
        }

        Backtest Make(EngineSettings engine, VenueSettings fills) =>
            new(new TradingEngine(engine, RuleOf(config, request.Strategy, info.BarSeconds)), new SimulatedVenue(fills), request.Account)
            {
                Forecaster = model?.Forecaster,
            };
        var test = Make(settings, venue);
        var envelope = request.Envelope.Select(guess => (Guess: guess, Test: Make(guess.Apply(settings), guess.Apply(venue)))).ToList();
        var progress = terminal.Progress($"backtest {request.Strategy} on {info.Name}");
        var balance = default(ClassBalance);
        var horizon = config.Horizon(info.BarSeconds);
        var gaps = new List<DataGap>();
        var rows = 0L;
        foreach (var columns in set.ReadContinuous(calendar, config.RollRule, request.From, request.To, stop))
        {
            balance += BalanceOf(columns, horizon, config.EndOfDay);
            gaps.AddRange(GapsOf(columns));
            test.Run(columns, stop);
            foreach (var (_, guess) in envelope)
                guess.Run(columns, stop);
            rows += columns.Count;
            progress.Report(Math.Min(0.999, (double)rows / info.Rows));
        }

        if (rows == 0)
            throw Days.NoBars(info.Name, request.From, request.To);
        progress.Report(1);

        var identity = new RunIdentity
        {
            Command = CommandOf(request),
            CodeVersion = Runner.Version,
            Strategy = model?.Name ?? NameOf(config, request.Strategy),
            Instrument = RunInstrument.Of(traded),
            Data = new RunData(info.Name, info.Fingerprint, info.Origin.Synthetic is not null, info.BarSeconds),
            Seed = request.Strategy == "random" ? (ulong)config.Strategies.RandomSeed : null,
            RailsOn = config.Limits.RailsOn,
            Fills = config.Fills,
            Account = request.Account,
            EndOfDay = config.EndOfDay,
            EntriesInEth = config.EntriesInEth,
            CommissionPerSide = config.Fees.CommissionPerSide,
            FeesPerSide = config.Fees.FeesPerSide,
            DailyLossLimit = config.Limits.RailsOn ? config.Limits.DailyLoss : null,
            First = default,
            Last = default,
            DataGaps = gaps,
            ClassBalance = new Reporting.Runs.ClassBalance(
                string.Create(CultureInfo.InvariantCulture, $"{horizon.HorizonSeconds} s, more than {horizon.ThresholdTicks} ticks, RTH"),
                balance.Down,
                balance.Flat,
                balance.Up
            ),
        };
        var result = test.Finish();
        var outcomes = envelope.Select(e => OutcomeOf(e.Guess, e.Test.Finish())).ToList();
        var run = Run.Of(
            identity with
            {
                First = result.First,
                Last = result.Last,
                Model = model?.Facts,
                Envelope = outcomes,
            },
            config.Snapshot,
            result
        );
        run = run with { Identity = run.Identity with { Findings = FindingsOf(run, config) } };
        run = run with
        {
            Prices = DayPrices.Collect(run.Trades, day => set.ReadContinuous(calendar, config.RollRule, day, day, stop)),
        };
        var folder = RunFolder.Write(workspace.Runs, IdOf(run), run, HtmlReport.Render(run), stop);
        return (run, folder);
    }

    /// <summary>The instrument that the data is of, and the one to trade on its prices.</summary>
    /// <exception cref="UsageException">Nobody could trade that one at these prices.</exception>
    public static (Instrument Source, Instrument Traded) InstrumentsOf(QuarterpointConfig config, DataSetInfo info, string? tradedAs)
    {
        if (info.IsAdjusted)
            throw new UsageException(
                $"The prices of '{info.Name}' were adjusted elsewhere: nobody traded at them, so they can give no fills. Import unadjusted data."
            );
        var source = config.Instruments[info.Instrument];
        var traded = tradedAs is null ? source : config.Instruments[tradedAs];
        if (traded.TickSizeNanos != source.TickSizeNanos || source.TickSizeNanos != info.TickSizeNanos)
            throw new UsageException(
                $"'{info.Name}' is {info.Instrument} data on a grid of {source.TickSize}; {traded.Symbol} has one of {traded.TickSize}, so its prices are not these."
            );
        return (source, traded);
    }

    public static EngineSettings EngineSettingsOf(
        QuarterpointConfig config,
        Instrument traded,
        int barSeconds,
        SessionCalendar calendar,
        string strategy
    ) =>
        new()
        {
            Instrument = traded,
            BarSeconds = barSeconds,
            Calendar = calendar,
            News = config.News,
            EndOfDay = config.EndOfDay,
            EntriesInEth = config.EntriesInEth,
            Contracts = config.Contracts,
            Stop = config.Stop,
            Target = config.Target ?? (strategy == "random" ? new TargetSettings { Kind = TargetKind.None } : new TargetSettings()),
            Trail = config.Trail,
            MaxHoldingSeconds = config.MaxHoldingSeconds,
            EntryType = config.EntryType,
            LimitOffset = new Ticks(config.LimitOffsetTicks),
            EntryTimeoutSeconds = config.EntryTimeoutSeconds,
            Fees = config.Fees,
            Limits = config.Limits,
        };

    public static VenueSettings VenueSettingsOf(QuarterpointConfig config, Instrument traded, int barSeconds, SessionCalendar calendar) =>
        new()
        {
            Instrument = traded,
            BarSeconds = barSeconds,
            Calendar = calendar,
            News = config.News,
            EndOfDay = config.EndOfDay,
            Fills = config.Fills,
            Slippage = config.Slippage,
            Fees = config.Fees,
            NativeBrackets = config.NativeBrackets,
            Latency = TimeSpan.FromMilliseconds(config.LatencyMilliseconds),
        };

    private static EnvelopeOutcome OutcomeOf(EnvelopeCase guess, BacktestResult result)
    {
        var performance = Performance.Of(result);
        return new EnvelopeOutcome(guess.Name, performance.Trades, (double)performance.NetPnl.InDollars, performance.Expectancy);
    }

    private static List<Finding> FindingsOf(Run run, QuarterpointConfig config)
    {
        var findings = BacktestDoctor.Examine(run.Performance, run.Identity.RailsOn, run.Identity.Envelope).ToList();
        var edges = config.AtEdges.Select(v => $"{v.Path} {v.Text}").ToList();
        if (edges.Count > 0)
        {
            findings.Add(
                new Finding(
                    Severity.Warning,
                    "At the edge of the range",
                    $"{string.Join(", ", edges)}: the end of what is allowed.",
                    "A best value at the end of its range is seldom the best: something else is wanted, or the result is chance."
                )
            );
        }

        if (run.Identity.Model is { SeesItsOwnPast: true })
        {
            findings.Insert(
                0,
                new Finding(
                    Severity.Alarm,
                    "The model knows these days",
                    "The run covers days that the model was trained or calibrated on.",
                    "Begin after its validation part, or use data it has never met."
                )
            );
        }

        if (run.Identity.Model is { GateBelowBreakEven: true })
        {
            findings.Insert(
                0,
                new Finding(
                    Severity.Alarm,
                    "The gate cannot cover its costs",
                    "The gate of confidence lies below what the bracket must win, and the break-even gate is off.",
                    "Turn strategies.model.breakEven on, or raise the gate."
                )
            );
        }

        return findings;
    }

    public static SignalRule RuleOf(QuarterpointConfig config, string strategy, int barSeconds) =>
        strategy switch
        {
            "trend" => new TrendRule(config.Strategies.TrendFast, config.Strategies.TrendSlow, config.Strategies.TrendReverses),
            "random" => new RandomRule(
                (ulong)config.Strategies.RandomSeed,
                config.Strategies.RandomEntrySeconds,
                config.Strategies.RandomHoldSeconds,
                barSeconds
            ),
            ModelStrategy => new ForecastRule(
                (int)Math.Round(config.Strategies.Model.Gate * 1_000_000),
                reverses: config.Strategies.Model.Reverses,
                byLowerBound: config.Strategies.Model.ByLowerBound
            ),
            _ => throw new UsageException($"There is no strategy '{strategy}'. Known: trend, random."),
        };

    private static string NameOf(QuarterpointConfig config, string strategy) =>
        strategy switch
        {
            "trend" => string.Create(
                CultureInfo.InvariantCulture,
                $"trend, averages of {config.Strategies.TrendFast} and {config.Strategies.TrendSlow} bars"
            ),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"random, seed {config.Strategies.RandomSeed}, enters after {config.Strategies.RandomEntrySeconds} s and leaves after {config.Strategies.RandomHoldSeconds} s on average"
            ),
        };

    private static ClassBalance BalanceOf(BarColumns columns, HorizonSettings horizon, EndOfDayPlan plan)
    {
        var balance = default(ClassBalance);
        foreach (var session in columns.Sessions)
        {
            var labels = new sbyte[session.RowCount];
            HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, plan).FlatBy, horizon, labels);
            balance += ClassBalance.Count(labels);
        }

        return balance;
    }

    /// <summary>Holes of over a minute between the bars of one session's RTH: where trades of this run could have stood open unseen.</summary>
    private static IEnumerable<DataGap> GapsOf(BarColumns columns)
    {
        foreach (var session in columns.Sessions)
        {
            if (!session.Session.HasRth)
                continue;
            var last = session.Session.RthOpen;
            for (var row = session.FirstRow; row < session.EndRow; row++)
            {
                var opens = columns[row].Opens;
                if (opens < session.Session.RthOpen)
                    continue;
                var end = Timestamp.Min(opens, session.Session.RthClose);
                if ((end - last).TotalSeconds > QualityCheck.LongestQuiet)
                    yield return new DataGap(last, end);
                if (opens >= session.Session.RthClose)
                    break;
                last = opens.AddSeconds(columns.BarSeconds);
            }
        }
    }

    /// <summary>The command that makes the run again; its settings are in the snapshot kept with it.</summary>
    private static string CommandOf(BacktestRequest request)
    {
        var command = new StringBuilder($"qp backtest --data {request.Data} ").Append(
            request.Model is null ? $"--strategy {request.Strategy}" : $"--model {request.Model}"
        );
        if (request.TradedAs is not null)
            command.Append(" --as ").Append(request.TradedAs);
        if (request.Account == AccountMode.Real)
            command.Append(" --account real");
        if (request.From is { } from)
            command.Append(" --from ").Append(from);
        if (request.To is { } to)
            command.Append(" --to ").Append(to);
        if (request.Envelope.Count != EnvelopeCase.Three.Count)
            command.Append(" --envelope ").Append(request.Envelope.Count == 0 ? "off" : "full");
        return command.Append(" --config config.yaml").ToString();
    }

    /// <summary>Readable, and keyed by content: data, configuration, request, and code.</summary>
    private static string IdOf(Run run)
    {
        var content = string.Join(
            '\n',
            run.Identity.Data.Fingerprint,
            run.Identity.ConfigurationHash,
            run.Identity.Command,
            run.Identity.CodeVersion,
            run.Identity.Model?.Hash
        );
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..10];
        var strategy = run.Identity.Model?.Name ?? run.Identity.Strategy.Split(',')[0];
        return $"{run.Identity.Data.Name}-{strategy}-{hash}";
    }
}
