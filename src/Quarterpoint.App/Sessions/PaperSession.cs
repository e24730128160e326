using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;
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
internal sealed class PaperSession
{
    public const string VenueName = "simulated";

    private readonly VerbCall _call;
    private readonly PaperRequest _request;
    private readonly PaperTape _tape;
    private readonly TradedModel? _model;
    private readonly CancellationToken _stop;
    private readonly List<RoundTrip> _trades = [];
    private readonly List<RiskFact> _facts = [];
    private int _bars;

    private PaperSession(VerbCall call, PaperRequest request, PaperTape tape, TradedModel? model, CancellationToken stop) =>
        (_call, _request, _tape, _model, _stop) = (call, request, tape, model, stop);

    public static PaperOutcome Run(
        VerbCall call,
        QuarterpointConfig config,
        PaperRequest request,
        string accountName,
        string? socketPath,
        CancellationToken stop
    )
    {
        var tape = PaperTape.Open(call.Workspace, config, request);
        using var model = request.Model is null
            ? null
            : TradedModel.Open(call.Workspace, tape.Trading, request.Model, tape.Set, request.From, request.To, stop);
        if (model is not null)
        {
            request = request with { From = model.From, To = model.To };
            tape = PaperTape.Open(call.Workspace, config, request);
            if (model.Note.Length > 0)
                call.Terminal.Note(model.Note);
        }

        using var account = AccountFolder.Take(
            call.Workspace.State,
            AccountKey.Of(VenueName, accountName, TradingMode.Paper),
            AccountFolder.HomeOf(call.Machine.Variables)
        );
        var opening = account.Open();
        if (opening.Finding == Finding.Unknown)
            throw new UsageException(
                $"The account '{accountName}' has no risk state yet: a first start is yours to make. "
                    + $"Begin it with: qp risk init --account {accountName}"
            );
        if (opening.Why.Length > 0)
            call.Terminal.Warn(opening.Why);
        return new PaperSession(call, request, tape, model, stop).Run(account, opening, socketPath);
    }

    private PaperOutcome Run(AccountFolder account, Opening opening, string? socketPath)
    {
        var terminal = _call.Terminal;
        var mailbox = new Mailbox();
        var path = socketPath ?? PaperVenueProcess.SocketOf(account.Folder);
        using var link = new PaperLink(PaperVenueProcess.Reach(path, _call.Machine.Dotnet, VenueArguments(path), _stop), _tape.Id, mailbox);
        using var stream = _model is null ? null : new ForecastStream(ModelFolder.Load(_call.Workspace.Models, _request.Model!));
        var progress = terminal.Progress($"paper session on {_request.Tape}");
        using var loop = new SessionLoop(account, Settings(stream, progress), link, mailbox);
        using var kill = new KillSwitch(account, loop, link, terminal.Warn);
        SessionOutcome outcome;
        try
        {
            outcome = loop.Run(opening, _stop);
        }
        catch (SessionException)
        {
            // Refused is only a session of an account that holds nothing: its venue is of no use to the next one, which has other settings.
            link.SayGoodbye();
            throw;
        }

        progress.Report(1);

        // Where flat is not proved, the venue stays for the next session, which closes what is held.
        if (outcome.IsFlat)
            link.SayGoodbye();
        if (_bars == 0 && opening.Known is { IsSessionOpen: false } known)
            terminal.Warn(
                $"Nothing of this tape was left to trade: the account was traded until {known.At}, and time does not run back. "
                    + "For an earlier tape begin another account (qp risk init --account NAME)."
            );
        return new PaperOutcome(outcome, _trades, _facts, account.JournalFolder);
    }

    private SessionSettings Settings(ForecastStream? stream, IProgress<double> progress)
    {
        var (first, last) = Span();
        return new SessionSettings
        {
            Setup = _tape.Setup(_model).ToText(),
            MakeEngine = SessionSetup.MakeEngine,
            MakeForecaster = stream is null ? null : () => new StreamForecaster(stream, DaysBefore),
            OnTrade = _trades.Add,
            OnRisk = _facts.Add,
            OnAlarm = _call.Terminal.Warn,
            OnBar = time =>
            {
                _bars++;
                progress.Report(Math.Clamp((time - first) / (last - first), 0, 0.999));
            },
        };
    }

    private IEnumerable<Core.MarketData.BarColumns> DaysBefore(TradingDay day) =>
        _tape.Set.ReadContinuous(
            _tape.Trading.Calendar,
            _tape.Trading.Config.RollRule,
            new TradingDay(day.Number - TradedModel.WarmUpDays),
            new TradingDay(day.Number - 1),
            _stop
        );

    /// <summary>From where to where the tape runs, for the progress bar.</summary>
    private (Timestamp First, Timestamp Last) Span()
    {
        var calendar = _tape.Trading.Calendar;
        Timestamp? Opens(TradingDay? day) => day is { } known ? calendar.Find(known)?.Open : null;
        Timestamp? Closes(TradingDay? day) => day is { } known ? calendar.Find(known)?.Close : null;
        var first = Opens(_request.From) ?? Timestamp.FromUtc(DateTime.SpecifyKind(_tape.Set.Info.First, DateTimeKind.Utc));
        var last = Closes(_request.To) ?? Timestamp.FromUtc(DateTime.SpecifyKind(_tape.Set.Info.Last, DateTimeKind.Utc));
        return (first, Timestamp.Max(last, first.AddSeconds(1)));
    }

    /// <summary>The venue plays what this session was told to trade, under the same settings.</summary>
    private List<string> VenueArguments(string path)
    {
        List<string> arguments =
        [
            typeof(PaperSession).Assembly.Location,
            PaperVenueProcess.Verb,
            "--tape",
            _request.Tape,
            "--strategy",
            _request.Strategy,
            "--socket",
            path,
            "--speed",
            _request.Speed.ToString(CultureInfo.InvariantCulture),
            "--workspace",
            _call.Workspace.Root,
        ];
        if (_request.TradedAs is { } symbol)
            arguments.AddRange(["--as", symbol]);
        if (_request.From is { } from)
            arguments.AddRange(["--from", from.ToString()]);
        if (_request.To is { } to)
            arguments.AddRange(["--to", to.ToString()]);
        arguments.AddRange(_call.SettingsAsTyped());
        return arguments;
    }
}
