using System.Collections.Immutable;
using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>A session as its journal's newest file tells it: the engine made again, and what was under way when it was cut off.</summary>
internal sealed class ReplayedSession
{
    private readonly Dictionary<long, Intent> _asked = [];
    private readonly Dictionary<long, ImmutableArray<byte>> _commits = [];
    private readonly List<RiskFact> _lateFacts = [];

    private ReplayedSession(string path, JournalHeader header, TradingEngine engine, IBarForecaster? forecaster)
    {
        (Path, Header, Engine, Forecaster) = (path, header, engine, forecaster);
    }

    public string Path { get; }

    public JournalHeader Header { get; }

    public TradingEngine Engine { get; }

    public IBarForecaster? Forecaster { get; }

    /// <summary>Whether the first event, Started, is there.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Number of the last event.</summary>
    public long Seq { get; private set; }

    public TradingDay Day { get; private set; }

    public long CommitNumber { get; private set; }

    public ImmutableArray<byte> CommittedRisk { get; private set; } = [];

    /// <summary>The intents of the last commit.</summary>
    public IntentBuffer LastCommitted { get; } = new();

    /// <summary>Intents of the last event, which no commit follows.</summary>
    public IntentBuffer Uncommitted { get; } = new();

    /// <summary>Whether the last event left something to commit and was cut off before it was.</summary>
    public bool HasUncommitted { get; private set; }

    /// <summary>Whether the engine refused an entry at the last event, and the journal does not say so.</summary>
    public bool OwesRefusal { get; private set; }

    /// <summary>The engine's counters as of the last commit.</summary>
    public long RiskVersion { get; private set; }

    public long PeakVersion { get; private set; }

    /// <summary>What became of latches after the last commit.</summary>
    public IReadOnlyList<RiskFact> LateFacts => _lateFacts;

    /// <summary>Where the next record goes.</summary>
    public long Length { get; private set; }

    public byte[] Head { get; private set; } = [];

    /// <summary>Requests about orders that were committed and have no answer, in order.</summary>
    public IEnumerable<Intent> Outstanding =>
        _asked.Values.Where(intent => intent.Kind != IntentKind.Query).OrderBy(intent => intent.RequestId);

    /// <summary>Queries without an answer.</summary>
    public IEnumerable<Intent> Questions =>
        _asked.Values.Where(intent => intent.Kind == IntentKind.Query).OrderBy(intent => intent.RequestId);

    /// <summary>How many events were fed to the engine.</summary>
    public long Events { get; private set; }

    public long Commits { get; private set; }

    public long Intents { get; private set; }

    public long Refusals { get; private set; }

    public long Trades { get; private set; }

    /// <summary>Whether the session came to its end in this file.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether the file ends within a record.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>The event and the commit that the file goes on from.</summary>
    public long FirstSeq { get; private set; }

    public long FirstCommit { get; private set; }

    /// <summary>The engine's state that the file begins with.</summary>
    public byte[] FirstState { get; private set; } = [];

    /// <exception cref="BadInputException">The journal is damaged, or does not replay to what it says.</exception>
    public static ReplayedSession Read(string path, Func<string, TradingEngine> makeEngine, IBarForecaster? forecaster)
    {
        using var reader = new JournalReader(path);
        var session = new ReplayedSession(path, reader.Header, makeEngine(reader.Header.Setup), forecaster);
        while (reader.Next())
            session.Take(reader);
        session.Length = reader.Length;
        session.Head = reader.Head.ToArray();
        session.IsTorn = reader.IsTorn;
        return session;
    }

    /// <summary>Whether the journal knows the store's commit with the same risk state, bit for bit, or begins behind it.</summary>
    public bool Agrees(StoredState stored) =>
        !_commits.TryGetValue(stored.Commit, out var risk) || risk.AsSpan().SequenceEqual(stored.Risk.AsSpan());

    private void Take(JournalReader reader)
    {
        switch (reader.Kind)
        {
            case RecordKind.Snapshot:
                var (seq, commit, state) = reader.Read((ref Wire.ByteReader from) => (from.Long(), from.Long(), from.Bytes().ToArray()));
                (Seq, CommitNumber, FirstState) = (seq, commit, state);
                (FirstSeq, FirstCommit) = (seq, commit);
                if (state.Length > 0)
                {
                    Hold(reader, () => Engine.LoadState(state));
                    HasStarted = true;
                }

                NoteVersions();
                Day = Engine.Risk.Day.Day;
                break;
            case RecordKind.Event:
                Take(reader, reader.Read(Wire.EventCodec.Read));
                break;
            case RecordKind.Refusal:
                Take(reader, reader.Read(JournalRefusal.Read));
                break;
            case RecordKind.End:
                HasEnded = true;
                break;
            case RecordKind.Commit:
                Take(reader, reader.Read(JournalCommit.Read));
                break;
            default:
                break;
        }
    }

    private void Take(JournalReader reader, EngineEvent e)
    {
        if (HasUncommitted)
            throw reader.Damage(
                $"event {e.Seq}",
                $"the commit of what event {Seq} asked for: {Uncommitted.Count} intents and a risk state"
            );
        if (e.Seq != Seq + 1)
            throw reader.Damage($"event {e.Seq}", $"event {Seq + 1}");
        if (OwesRefusal)
            throw reader.Damage($"event {e.Seq}", $"the refusal that the engine says at event {Seq}: {Engine.LastRefusal.Rule}");
        Events++;
        Uncommitted.Clear();
        var refusals = Engine.RefusalCount;
        Hold(reader, () => Engine.On(e, Uncommitted));
        OwesRefusal = Engine.RefusalCount != refusals;
        Seq = e.Seq;
        HasStarted = true;
        HasUncommitted = Uncommitted.Count > 0 || Engine.Risk.Version != RiskVersion;
        Trades += Engine.ClosedTrades.Count;
        Engine.ClearClosedTrades();
        _lateFacts.AddRange(Engine.Risk.Facts);
        Engine.ClearRiskFacts();
        if (Day == default)
            Day = Engine.Risk.Day.Day;
        switch (e.Kind)
        {
            case EventKind.SendResult:
                _asked.Remove(e.SendResult.RequestId);
                break;
            case EventKind.PositionReport:
                _asked.Remove(e.PositionReport.RequestId);
                break;
            case EventKind.VenueSnapshot:
                _asked.Remove(((VenueSnapshot)e.Detail!).RequestId);
                break;
            case EventKind.BarClosed when Forecaster is not null && Engine.Settings.Calendar.At(e.Bar.Opens) is { } session:
                Forecaster.Next(e.Bar, session, isAsked: false);
                break;
            default:
                break;
        }
    }

    /// <summary>What an engine cannot take was not written by one.</summary>
    private static void Hold(JournalReader reader, Action take)
    {
        try
        {
            take();
        }
        catch (Exception e) when (e is InvalidDataException or InvariantException)
        {
            throw reader.Damage($"what no engine takes: {e.Message}", "the state or the event of one");
        }
    }

    private void Take(JournalReader reader, JournalRefusal refusal)
    {
        var engine = Engine.LastRefusal;
        var own = new JournalRefusal(Seq, engine.Rule, engine.Observed, engine.Limit, engine.Binding);
        if (!OwesRefusal || refusal != own)
            throw reader.Damage($"{refusal}", OwesRefusal ? $"{own}, which is the engine's own" : "no refusal: the engine says none");
        OwesRefusal = false;
        Refusals++;
    }

    private void Take(JournalReader reader, JournalCommit commit)
    {
        if (commit.Cause != Seq || commit.Number != CommitNumber + 1)
            throw reader.Damage($"commit {commit.Number} of event {commit.Cause}", $"commit {CommitNumber + 1} of event {Seq}");
        if (OwesRefusal)
            throw reader.Damage($"commit {commit.Number}", $"the refusal that the engine says at event {Seq}: {Engine.LastRefusal.Rule}");
        Commits++;
        Intents += commit.Intents.Length;
        if (commit.Intents.Length != Uncommitted.Count)
            throw reader.Damage($"{commit.Intents.Length} intents", $"the {Uncommitted.Count} that the engine asks for at event {Seq}");
        LastCommitted.Clear();
        for (var i = 0; i < commit.Intents.Length; i++)
        {
            var intent = commit.Intents[i];
            if (intent != Uncommitted[i])
                throw reader.Damage($"intent {intent}", $"{Uncommitted[i]}, which the engine asks for at event {Seq}");
            LastCommitted.Add(intent);
            if (intent.Kind is not (IntentKind.Alarm or IntentKind.RequestBars))
                _asked[intent.RequestId] = intent;
        }

        if (!Engine.RiskSnapshot.ToBytes().AsSpan().SequenceEqual(commit.Risk.AsSpan()))
            throw reader.Damage("another risk state", $"the engine's own after event {Seq}");
        (CommitNumber, CommittedRisk) = (commit.Number, commit.Risk);
        _commits[commit.Number] = commit.Risk;
        Uncommitted.Clear();
        HasUncommitted = false;
        NoteVersions();
        _lateFacts.Clear();
    }

    private void NoteVersions() => (RiskVersion, PeakVersion) = (Engine.Risk.Version, Engine.Risk.PeakVersion);
}
