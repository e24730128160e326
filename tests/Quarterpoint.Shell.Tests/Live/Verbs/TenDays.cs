using System.Diagnostics;
using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.Wire;
using Quarterpoint.Shell.Tests.App;
using Quarterpoint.Shell.Tests.Live.Journal;

namespace Quarterpoint.Shell.Tests.Live.Verbs;

/// <summary>
/// A paper session over ten days is replayed by its journal, bit for bit; and whoever changes a byte of it, or with every hash in order an
/// intent, is found (SPEC T9, N12).
/// </summary>
[Trait("Spec", "T9")]
[Trait("Spec", "N12")]
public sealed class TenDays(ITestOutputHelper output) : IDisposable
{
    private readonly Qp _qp = new();

    private string Journals => Path.Combine(_qp.Workspace, "state", "simulated-first-paper", "journal");

    public void Dispose() => _qp.Dispose();

    [Fact]
    public async Task A_session_over_ten_days_replays_bit_for_bit_and_one_changed_byte_or_intent_is_named()
    {
        await TinyMarket.ImportTenDays(_qp);
        await Replays(["--tape", TinyMarket.Name, .. TinyMarket.Trading, .. Qp.Set("trading.contracts=1")]);
        await EveryFileIsHeld();
        await Forged(
            RecordKind.Commit,
            payload => ChangeIntent(payload, intent => intent with { Side = intent.Side.Opposite() }),
            "intent Intent"
        );
        await Forged(
            RecordKind.Commit,
            payload => ChangeIntent(payload, intent => intent with { Size = intent.Size + 1 }),
            "intent Intent"
        );
        await Forged(RecordKind.Commit, payload => ChangeIntent(payload, intent => intent with { Tag = intent.Tag + 1 }), "intent Intent");
        await Forged(RecordKind.Commit, DropIntents, "that the engine asks for at event");
        await Forged(RecordKind.Commit, ChangeRisk, "another risk state");
        await Forged(RecordKind.Event, WorsenFill, "another risk state");
        var replay = await _qp.Json("replay", Journals);
        Assert.True(replay.GetProperty("equal").GetBoolean());
    }

    /// <summary>Ten whole days of a made-up market, day and night, as a session of a person would be.</summary>
    [Fact(Explicit = true)]
    public async Task Ten_whole_days_replay_bit_for_bit()
    {
        await _qp.Json("data", "generate", "--name", "noise", "--months", "1", "--start", "2024-03", "--seed", "5");
        await Replays(["--tape", "noise", "--from", "2024-03-04", "--to", "2024-03-15", .. TinyMarket.Trading]);
        await EveryFileIsHeld();
    }

    private async Task Replays(string[] paper)
    {
        await _qp.Json("risk", "init", "--account", "first");
        var started = Stopwatch.GetTimestamp();
        var (code, told, error) = await _qp.Run(["paper", "--account", "first", .. paper, "--json"]);
        Assert.True(code is ExitCode.Done or ExitCode.RiskHalt, error);
        var session = JsonDocument.Parse(told).RootElement;
        var took = Stopwatch.GetElapsedTime(started);
        var (trades, events) = (session.GetProperty("trades").GetInt32(), session.GetProperty("events").GetInt64());
        Assert.True(session.GetProperty("flat").GetBoolean() && trades > 20, $"{trades} trades");
        started = Stopwatch.GetTimestamp();
        var replay = await _qp.Json("replay", Journals);
        output.WriteLine(
            $"[measured] {session.GetProperty("state")}, {events} events, {trades} trades, {replay.GetProperty("intents")} intents, "
                + $"{replay.GetProperty("refusals")} refusals in {replay.GetProperty("files")} files: equal; session "
                + $"{took.TotalSeconds:0.0} s, replay {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"
        );
        Assert.Equal(
            (true, 10, events, trades, true),
            (
                replay.GetProperty("equal").GetBoolean(),
                replay.GetProperty("files").GetInt32(),
                replay.GetProperty("events").GetInt64(),
                replay.GetProperty("trades").GetInt32(),
                replay.GetProperty("ended").GetBoolean()
            )
        );
    }

    /// <summary>A byte in the midst of each file: the file is named, the record, and the place.</summary>
    private async Task EveryFileIsHeld()
    {
        foreach (var path in Directory.EnumerateFiles(Journals).Order(StringComparer.Ordinal).ToList())
        {
            using (Changed(path, bytes => bytes[bytes.Length / 2] ^= 8))
            {
                var (code, _, error) = await _qp.Run("replay", Journals);
                Assert.Equal(ExitCode.Failed, code);
                Assert.Matches($"{Path.GetFileName(path)}, row [0-9]+, field record at byte [0-9]+", error);
            }
        }
    }

    /// <summary>The fifth record that can be changed so, with every hash behind it in order.</summary>
    private async Task Forged(RecordKind kind, Func<byte[], byte[]?> change, string words)
    {
        using var kept = new QuickFolder();
        QuickFolder.Copy(Journals, kept.Root);
        var (left, file) = (5, "");
        ForgedJournal.Write(Journals, (path, found, payload) =>
        {
            if (found != kind || left == 0 || change(payload) is not { } changed || --left > 0)
                return null;
            file = Path.GetFileName(path);
            return changed;
        });
        Assert.NotEqual("", file);
        var (code, _, error) = await _qp.Run("replay", Journals);
        Assert.True(code == ExitCode.Failed, $"{words}: {code}");
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Contains(file, error, StringComparison.Ordinal);
        QuickFolder.Copy(kept.Root, Journals);
    }

    private static byte[]? ChangeIntent(byte[] payload, Func<JournalledIntent, JournalledIntent> change)
    {
        var commit = CommitOf(payload);
        return commit.Intents.Any(IsOrder)
            ? Write(
                commit with
                {
                    Intents =
                    [
                        .. commit.Intents.Select(intent => IsOrder(intent) ? Intent.FromJournal(change(intent.ToJournal())) : intent),
                    ],
                }
            )
            : null;
    }

    private static byte[]? DropIntents(byte[] payload) =>
        CommitOf(payload) is { Intents.IsEmpty: false } commit ? Write(commit with { Intents = [] }) : null;

    private static byte[] ChangeRisk(byte[] payload)
    {
        var commit = CommitOf(payload);
        return Write(commit with { Risk = [.. commit.Risk[..^1], (byte)(commit.Risk[^1] ^ 1)] });
    }

    /// <summary>Not only what was decided: after another fill the engine counts another balance.</summary>
    private static byte[]? WorsenFill(byte[] payload)
    {
        var reader = new ByteReader(payload);
        var e = EventCodec.Read(ref reader);
        if (e.Kind != EventKind.Fill)
            return null;
        var changed = EngineEvent.Filled(e.Time, e.VenueTime, e.Fill with { Price = e.Fill.Price + new Ticks(1) });
        changed.Stamp(e.Time, e.Seq);
        var writer = new ByteWriter();
        EventCodec.Write(writer, changed);
        return writer.Written.ToArray();
    }

    private static bool IsOrder(Intent intent) => intent.Kind is IntentKind.Enter or IntentKind.PlaceExit;

    private static JournalCommit CommitOf(byte[] payload)
    {
        var reader = new ByteReader(payload);
        return JournalCommit.Read(ref reader);
    }

    private static byte[] Write(JournalCommit commit)
    {
        var (writer, intents) = (new ByteWriter(), new IntentBuffer());
        foreach (var intent in commit.Intents)
            intents.Add(intent);
        JournalCommit.Write(writer, commit.Number, commit.Cause, intents, commit.Risk.AsSpan());
        return writer.Written.ToArray();
    }

    private static Restored Changed(string path, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(path);
        byte[] changed = [.. bytes];
        change(changed);
        File.WriteAllBytes(path, changed);
        return new Restored(path, bytes);
    }

    /// <summary>Puts a file back as it was.</summary>
    private sealed class Restored(string path, byte[] bytes) : IDisposable
    {
        public void Dispose() => File.WriteAllBytes(path, bytes);
    }
}
