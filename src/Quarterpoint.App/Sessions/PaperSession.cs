using Quarterpoint.App.Configuration;
using Quarterpoint.App.Models;
using Quarterpoint.App.Verbs;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Inference;
using Quarterpoint.Live.Paper;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;

namespace Quarterpoint.App.Sessions;

/// <summary>How a paper session ended, with what it traded.</summary>
internal sealed record PaperOutcome(SessionOutcome Session, IReadOnlyList<RoundTrip> Trades, IReadOnlyList<RiskFact> Facts, string Journal);

/// <summary>Puts a paper session together: account, venue, engine, model, kill switch.</summary>
internal static class PaperSession
{
    public const string VenueName = "simulated";

    public static PaperOutcome Run(
        Invocation invocation,
        QuarterpointConfig config,
        PaperRequest request,
        string accountName,
        string? socketPath,
        CancellationToken stop
    )
    {
        var (workspace, terminal) = (invocation.Workspace, invocation.Terminal);
        var tape = PaperTape.Open(workspace, config, request);
        var engine = BacktestRun.EngineSettingsOf(config, tape.Traded, tape.Set.Info.BarSeconds, tape.Calendar, request.Strategy);
        using var model = request.Model is null
            ? null
            : TradedModel.Open(workspace, config, request.Model, tape.Set, tape.Calendar, engine, request.From, request.To, stop);
        if (model is not null)
        {
            request = request with { From = model.From, To = model.To };
            tape = PaperTape.Open(workspace, config, request);
            if (model.Note.Length > 0)
                terminal.Note(model.Note);
        }

        using var account = AccountFolder.Take(
            workspace.State,
            AccountKey.Of(VenueName, accountName, TradingMode.Paper),
            AccountFolder.HomeOf(invocation.Machine.Variables)
        );
        var opening = account.Open();
        if (opening.Finding == Finding.Unknown)
            throw new UsageException(
                $"The account '{accountName}' has no risk state yet: a first start is yours to make. Begin it with: qp risk init --account {accountName}"
            );
        if (opening.Why.Length > 0)
            terminal.Warn(opening.Why);

        var mailbox = new Mailbox();
        var path = socketPath ?? PaperVenueProcess.SocketOf(account.Folder);
        using var link = new PaperLink(
            PaperVenueProcess.Reach(path, invocation.Machine.Dotnet, VenueArguments(invocation, request, path), stop),
            tape.Id,
            mailbox
        );
        using var stream = model is null ? null : new ForecastStream(ModelFolder.Load(workspace.Models, request.Model!));
        var (trades, facts) = (new List<RoundTrip>(), new List<RiskFact>());
        var progress = terminal.Progress($"paper session on {request.Tape}");
        var (first, last) = SpanOf(tape, request);
        var bars = 0;
        var settings = new SessionSettings
        {
            Setup = tape.Setup(model).ToText(),
            MakeEngine = SessionSetup.MakeEngine,
            MakeForecaster = stream is null
                ? null
                : () =>
                    new StreamForecaster(stream, day =>
                        tape.Set.ReadContinuous(
                            tape.Calendar,
                            config.RollRule,
                            new TradingDay(day.Number - TradedModel.WarmUpDays),
                            new TradingDay(day.Number - 1),
                            stop
                        )
                    ),
            OnTrade = trades.Add,
            OnRisk = facts.Add,
            OnAlarm = terminal.Warn,
            OnBar = time =>
            {
                bars++;
                progress.Report(Math.Clamp((time - first) / (last - first), 0, 0.999));
            },
        };
        using var loop = new SessionLoop(account, settings, link, mailbox);
        using var kill = new KillSwitch(account, loop, link, terminal.Warn);
        var outcome = loop.Run(opening, stop);
        progress.Report(1);

        // Where flat is not proved the venue stays for the session that closes what is held.
        if (outcome.IsFlat)
            link.SayGoodbye();
        if (bars == 0 && opening.Known is { IsSessionOpen: false } known)
            terminal.Warn(
                $"Nothing of this tape was left to trade: the account was traded until {known.At}, and time does not run back. For an earlier tape begin another account (qp risk init --account NAME)."
            );
        return new PaperOutcome(outcome, trades, facts, account.JournalFolder);
    }

    private static (Timestamp First, Timestamp Last) SpanOf(PaperTape tape, PaperRequest request)
    {
        Timestamp? Opens(TradingDay? day) => day is { } known ? tape.Calendar.Find(known)?.Open : null;
        Timestamp? Closes(TradingDay? day) => day is { } known ? tape.Calendar.Find(known)?.Close : null;
        var first = Opens(request.From) ?? Timestamp.FromUtc(DateTime.SpecifyKind(tape.Set.Info.First, DateTimeKind.Utc));
        var last = Closes(request.To) ?? Timestamp.FromUtc(DateTime.SpecifyKind(tape.Set.Info.Last, DateTimeKind.Utc));
        return (first, Timestamp.Max(last, first.AddSeconds(1)));
    }

    /// <summary>The venue plays what this session was told to trade, under the same settings.</summary>
    private static List<string> VenueArguments(Invocation invocation, PaperRequest request, string path)
    {
        List<string> arguments =
        [
            typeof(PaperSession).Assembly.Location,
            PaperVenueVerb.Name,
            "--tape",
            request.Tape,
            "--strategy",
            request.Strategy,
            "--socket",
            path,
            "--speed",
            request.Speed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--workspace",
            invocation.Workspace.Root,
        ];
        if (request.TradedAs is { } symbol)
            arguments.AddRange(["--as", symbol]);
        if (request.From is { } from)
            arguments.AddRange(["--from", from.ToString()]);
        if (request.To is { } to)
            arguments.AddRange(["--to", to.ToString()]);
        foreach (var setting in invocation.Parse.GetValue(CommonOptions.Set) ?? [])
            arguments.AddRange(["--set", setting]);
        if (CommonOptions.FileNamed(invocation.Parse, invocation.Machine) is { } file)
            arguments.AddRange(["--config", Path.GetFullPath(file)]);
        return arguments;
    }
}
