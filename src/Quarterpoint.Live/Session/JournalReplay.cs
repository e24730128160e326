using Quarterpoint.Core;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>What a replay compared.</summary>
/// <param name="Files">Files of the journal.</param>
/// <param name="Events">Events fed to the engine.</param>
/// <param name="Commits">Commits compared: intents and risk state, bit for bit.</param>
/// <param name="Intents">Intents among them.</param>
/// <param name="Refusals">Refusals compared, with their numbers.</param>
/// <param name="Trades">Trades that the engine closed.</param>
/// <param name="HasEnded">Whether the session came to its end; else it was cut off, or still runs.</param>
/// <param name="IsTorn">Whether the last file ends within a record.</param>
public sealed record ReplayReport(
    int Files,
    long Events,
    long Commits,
    long Intents,
    long Refusals,
    long Trades,
    bool HasEnded,
    bool IsTorn
);

/// <summary>
/// Feeds a journal to the engine and compares everything it decided with what is written (SPEC N12, T9). Each file is held to the hash
/// chain, its first state to the engine's at the end of the file before.
/// </summary>
public static class JournalReplay
{
    /// <param name="path">
    /// A file of a journal, or a folder with the files of one or more sessions; of a folder the newest session counts.
    /// </param>
    /// <exception cref="BadInputException">
    /// Something is not as it was written, or not as the engine decides; the message names file, record, and place.
    /// </exception>
    public static ReplayReport Run(
        string path,
        Func<string, TradingEngine> makeEngine,
        CancellationToken stop,
        Action<double>? progress = null
    )
    {
        var files = FilesOf(path);
        ReplayedSession? before = null;
        var report = new ReplayReport(0, 0, 0, 0, 0, 0, false, false);
        foreach (var file in files)
        {
            stop.ThrowIfCancellationRequested();
            var session = ReplayedSession.Read(file, makeEngine, null);
            if (before is not null)
                CheckJoint(before, session);
            else if (session.Header.File != 1 && path != file)
                throw new BadInputException(path, $"{Path.GetFileName(file)} as its first file", "the file that the session began with");
            report = new ReplayReport(
                report.Files + 1,
                report.Events + session.Events,
                report.Commits + session.Commits,
                report.Intents + session.Intents,
                report.Refusals + session.Refusals,
                report.Trades + session.Trades,
                session.HasEnded,
                session.IsTorn
            );
            before = session;
            progress?.Invoke((double)report.Files / files.Count);
        }

        return report;
    }

    private static void CheckJoint(ReplayedSession before, ReplayedSession session)
    {
        if (before.IsTorn)
            throw new BadInputException(
                before.Path,
                "an end within a record",
                $"a whole file: {Path.GetFileName(session.Path)} goes on from it"
            );
        if (!session.Header.Previous.AsSpan().SequenceEqual(before.Head))
            throw new BadInputException(
                session.Path,
                "a header that goes on from another file",
                $"one that goes on from {Path.GetFileName(before.Path)}"
            );
        if (before.HasUncommitted)
            throw new BadInputException(
                before.Path,
                "an end before the commit of its last event",
                $"a whole file: {Path.GetFileName(session.Path)} goes on from it"
            );
        if (session.FirstSeq != before.Seq || session.FirstCommit != before.CommitNumber)
            throw new BadInputException(
                session.Path,
                $"event {session.FirstSeq} and commit {session.FirstCommit} to go on from",
                $"event {before.Seq} and commit {before.CommitNumber}"
            );
        if (!before.Engine.SaveState().AsSpan().SequenceEqual(session.FirstState))
            throw new BadInputException(session.Path, "another first state", $"the engine's at the end of {Path.GetFileName(before.Path)}");
    }

    private static IReadOnlyList<string> FilesOf(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new BadInputException(path, "no such file", "a journal: a file of it, or its folder");
        var all = Directory.EnumerateFiles(path, "*.qpj").Order(StringComparer.Ordinal).ToList();
        if (all.Count == 0)
            throw new BadInputException(path, "no file that ends with .qpj", "a journal");
        var session = Path.GetFileName(all[^1]).Split('-')[0];
        return [.. all.Where(file => Path.GetFileName(file).StartsWith(session + "-", StringComparison.Ordinal))];
    }
}
