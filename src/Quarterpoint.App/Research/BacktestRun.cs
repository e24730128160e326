using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Setup;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Store;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Research;

/// <summary>A finished run and the folder that holds it.</summary>
internal sealed record KeptRun(Run Run, string Folder);

/// <summary>From a request and a configuration to a finished run in its folder.</summary>
internal sealed class BacktestRun
{
    private readonly BacktestRequest _request;
    private readonly TradingSetup _setup;
    private readonly DataSet _set;
    private readonly TradedModel? _model;
    private readonly Backtest _test;
    private readonly List<(EnvelopeCase Guess, Backtest Test)> _envelope;

    private BacktestRun(BacktestRequest request, TradingSetup setup, DataSet set, TradedModel? model)
    {
        _model = model;
        _request = model is null ? request : request with { From = model.From, To = model.To };
        (_setup, _set) = (setup, set);
        var (engine, venue) = (setup.Engine() with { BreakEven = model?.Gate }, setup.Venue());
        _test = Make(engine, venue);
        _envelope = [.. request.Envelope.Select(guess => (guess, Make(guess.Apply(engine), guess.Apply(venue))))];
    }

    private QuarterpointConfig Config => _setup.Config;

    private HorizonSettings Horizon => Config.Horizon(_setup.BarSeconds);

    /// <summary>Runs it, keeps it under <c>runs/</c>, and returns it. The same request gives the same bytes in the same folder.</summary>
    /// <exception cref="UsageException">The request and the data do not fit together.</exception>
    public static KeptRun Execute(
        Workspace workspace,
        QuarterpointConfig config,
        BacktestRequest request,
        IProgress<ResearchNews> news,
        CancellationToken stop
    )
    {
        var set = DataSet.Open(workspace.Root, request.Data);
        var setup = TradingSetup.For(config, set.Info, request.TradedAs, request.Strategy);
        using var model = request.Model is null
            ? null
            : TradedModel.Open(workspace, setup, request.Model, set, request.From, request.To, stop);
        var run = new BacktestRun(request, setup, set, model);
        if (model is { Note.Length: > 0 })
            news.Report(new ResearchNews.Remark(model.Note));
        var notes = run.Pass(new ResearchStep(news, $"backtest {request.Strategy} on {set.Info.Name}"), stop);
        var result = run.Finish(notes, stop);
        return new KeptRun(result, RunKeeping.Keep(workspace.Runs, IdOf(result), result, stop));
    }

    private Backtest Make(EngineSettings engine, VenueSettings fills) =>
        new(new TradingEngine(engine, _setup.Rule()), new SimulatedVenue(fills), _request.Account) { Forecaster = _model?.Forecaster };

    /// <summary>Goes over the data once, with the run and all guesses about its fills side by side.</summary>
    private TapeNotes Pass(ResearchStep progress, CancellationToken stop)
    {
        var notes = new TapeNotes(Horizon, Config.EndOfDay);
        foreach (var columns in _set.ReadContinuous(_setup.Calendar, Config.RollRule, _request.From, _request.To, stop))
        {
            notes.Add(columns);
            _test.Run(columns, stop);
            foreach (var (_, guess) in _envelope)
                guess.Run(columns, stop);
            progress.Report(Math.Min(0.999, (double)notes.Rows / _set.Info.Rows));
        }

        if (notes.Rows == 0)
            throw EmptySpan.Of(_set.Info.Name, _request.From, _request.To);
        progress.Report(1);
        return notes;
    }

    private Run Finish(TapeNotes notes, CancellationToken stop)
    {
        var result = _test.Finish();
        var outcomes = _envelope.Select(e => OutcomeOf(e.Guess, e.Test.Finish())).ToList();
        var identity = IdentityOf(notes) with { First = result.First, Last = result.Last, Envelope = outcomes };
        var run = Run.Of(identity, Config.Snapshot, result);
        return run with
        {
            Identity = run.Identity with { Findings = FindingsOf(run) },
            Prices = DayPrices.Collect(run.Trades, day => _set.ReadContinuous(_setup.Calendar, Config.RollRule, day, day, stop)),
        };
    }

    private RunIdentity IdentityOf(TapeNotes notes) =>
        new()
        {
            Command = CommandOf(_request),
            CodeVersion = CodeVersion.Current,
            Strategy = _model?.Name ?? _setup.StrategyInWords,
            Instrument = RunInstrument.Of(_setup.Traded),
            Data = new RunData(_set.Info.Name, _set.Info.Fingerprint, _set.Info.Origin.Synthetic is not null, _setup.BarSeconds),
            Seed = _request.Strategy == TradingSetup.RandomStrategy ? (ulong)Config.Strategies.Random.Seed : null,
            RailsOn = Config.Limits.RailsOn,
            Fills = Config.Fills,
            Account = _request.Account,
            EndOfDay = Config.EndOfDay,
            EntriesInEth = Config.EntriesInEth,
            CommissionPerSide = Config.Fees.CommissionPerSide,
            FeesPerSide = Config.Fees.FeesPerSide,
            DailyLossLimit = Config.Limits.RailsOn ? Config.Limits.DailyLoss : null,
            First = default,
            Last = default,
            DataGaps = notes.Gaps,
            ClassBalance = new Reporting.Runs.ClassBalance(
                string.Create(CultureInfo.InvariantCulture, $"{Horizon.HorizonSeconds} s, more than {Horizon.ThresholdTicks} ticks, RTH"),
                notes.Balance.Down,
                notes.Balance.Flat,
                notes.Balance.Up
            ),
            Model = _model?.Facts,
        };

    private List<Finding> FindingsOf(Run run) =>
        [
            .. BacktestDoctor.Examine(
                run.Performance,
                run.Identity.RailsOn,
                run.Identity.Envelope,
                new RunDoubts
                {
                    AtEdges = [.. Config.AtEdges.Select(value => $"{value.Path} {value.Text}")],
                    ModelKnowsTheseDays = run.Identity.Model is { SeesItsOwnPast: true },
                    GateBelowBreakEven = run.Identity.Model is { GateBelowBreakEven: true },
                }
            ),
        ];

    private static EnvelopeOutcome OutcomeOf(EnvelopeCase guess, BacktestResult result)
    {
        var performance = Performance.Of(result);
        return new EnvelopeOutcome(guess.Name, performance.Trades, (double)performance.NetPnl.InDollars, performance.Expectancy);
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

    /// <summary>The folder's name: readable, and keyed by content (data, configuration, request, code, and model).</summary>
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
