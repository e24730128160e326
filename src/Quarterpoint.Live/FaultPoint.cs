using System.Diagnostics;
using System.Globalization;

namespace Quarterpoint.Live;

/// <summary>
/// Labelled places at which this program may be cut off, so that a test can cut it off at each (RELIABILITY F01). Without the variable
/// QP_FAULT they do nothing. QP_FAULT=NAME:N ends the process, as SIGKILL does, when the place is reached for the Nth time;
/// QP_FAULT=trace:FILE writes down what is reached.
/// </summary>
internal static class FaultPoint
{
    private static readonly (string Name, int Count) Wanted = Parse(Environment.GetEnvironmentVariable("QP_FAULT"));
    private static readonly Dictionary<string, int> Seen = [];
    private static StreamWriter? _trace;

    public const string EventTaken = "event.taken";
    public const string EventJournalled = "event.journalled";
    public const string EngineAsked = "engine.asked";
    public const string CommitJournalled = "commit.journalled";
    public const string CommitSynced = "commit.synced";
    public const string StoreWritten = "store.written";
    public const string Committed = "committed";
    public const string Mirrored = "mirrored";
    public const string BeforeSend = "send.before";
    public const string AfterSend = "send.after";
    public const string BeforeTurnEnd = "turn.before";
    public const string AfterTurnEnd = "turn.after";
    public const string BeforeRotation = "rotate.before";
    public const string AfterRotation = "rotate.after";
    public const string Opened = "recover.opened";
    public const string Replayed = "recover.replayed";
    public const string Caught = "recover.caught-up";
    public const string Asked = "recover.asked";
    public const string Recovered = "recover.done";
    public const string BeforeEnd = "end.before";
    public const string AfterEnd = "end.after";

    /// <summary>All of them: a grid made of this list is complete by construction.</summary>
    public static IReadOnlyList<string> All { get; } =
    [.. typeof(FaultPoint).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    /// <summary>What the trace says beside the name; a session sets it to whether a position is open.</summary>
    public static Func<string>? Beside { get; set; }

    public static void Reach(string name)
    {
        if (Wanted.Name.Length == 0)
            return;
        var count = Seen[name] = Seen.GetValueOrDefault(name) + 1;
        if (Wanted.Count == 0)
        {
            _trace ??= new StreamWriter(Wanted.Name, append: true) { AutoFlush = true };
            _trace.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {count} {Beside?.Invoke()}"));
        }
        else if (name == Wanted.Name && count == Wanted.Count)
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private static (string Name, int Count) Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return ("", 0);
        var at = text.LastIndexOf(':');
        if (text.StartsWith("trace:", StringComparison.Ordinal))
            return (text["trace:".Length..], 0);
        return at > 0 && int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? (text[..at], count)
            : throw new InvalidOperationException($"QP_FAULT is '{text}'; expected NAME:N or trace:FILE.");
    }
}
