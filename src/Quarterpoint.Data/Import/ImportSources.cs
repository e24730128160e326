using System.Security.Cryptography;
using Quarterpoint.Core;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Import;

/// <summary>A file to be imported, and what its first rows tell.</summary>
internal sealed record ImportSource(
    string Path,
    long Bytes,
    string Sha256,
    SourceKind Kind,
    int? BarSeconds,
    bool HasVolume,
    bool HasBidAskVolume,
    long FirstNanos
);

/// <summary>Finds the files of an import, reads the beginning of each, and sorts them by time.</summary>
internal static class ImportSources
{
    private const int HashBlock = 1 << 20;
    private const int RowsToMeasure = 10_000;

    private static readonly string[] Endings = [".parquet", ".csv", ".txt", ".dbn"];
    private static readonly string[] Packings = ["", ".zst", ".gz"];

    /// <exception cref="BadInputException">A path does not exist, a folder has no data files, or a file has no rows.</exception>
    public static IReadOnlyList<ImportSource> Find(ImportRequest request, Func<string, IRowReader> open, CancellationToken cancellation)
    {
        var paths = request.Paths.SelectMany(FilesUnder).ToList();
        if (paths.Count == 0)
            throw new BadInputException("import", "no files", "at least one file or folder");
        var sources = new List<ImportSource>();
        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            sources.Add(LookInto(path, open, request.BadRows, cancellation));
        }

        foreach (var twins in sources.GroupBy(s => s.Sha256).Where(g => g.Count() > 1))
            throw new BadInputException(twins.Last().Path, $"the same content as {twins.First().Path}", "each file once");
        foreach (var other in sources)
        {
            if (other.Kind == sources[0].Kind)
                continue;
            string NameOf(SourceKind kind) => kind.ToString().ToLowerInvariant();
            throw new BadInputException(
                other.Path,
                NameOf(other.Kind),
                $"{NameOf(sources[0].Kind)}, as in {sources[0].Path}: an import has one kind of rows"
            );
        }

        return [.. sources.OrderBy(s => s.FirstNanos).ThenBy(s => s.Path, PathOrder.Instance)];
    }

    /// <summary>
    /// The length of the sources' bars: as requested, else as the format states it, else the smallest step between the times of one
    /// contract.
    /// </summary>
    /// <param name="sources">The files.</param>
    /// <param name="request">The import.</param>
    /// <param name="open">Opens a file.</param>
    /// <param name="isCertain">False where it was only measured: a time between two bars may then mean that the measure is wrong.</param>
    /// <exception cref="BadInputException">The length is stated differently in two places, or cannot be told.</exception>
    public static int BarSecondsOf(
        IReadOnlyList<ImportSource> sources,
        ImportRequest request,
        Func<string, IRowReader> open,
        out bool isCertain
    )
    {
        isCertain = true;
        if (request.BarSeconds is <= 0)
            throw new BadInputException("import", 0, "bar length", $"{request.BarSeconds}", "seconds above zero");
        if (sources[0].Kind == SourceKind.Trades)
            return request.BarSeconds ?? 1;
        var stated = request.BarSeconds;
        foreach (var source in sources)
        {
            if (source.BarSeconds is not { } own)
                continue;
            if (stated is { } other && other != own)
                throw new BadInputException(source.Path, $"bars of {own} s", $"bars of {other} s");
            stated = own;
        }

        if (stated is { } seconds)
            return seconds;
        isCertain = false;
        if (Measure(sources, open, out var unreadable) is { } measured)
            return measured;

        // A row that cannot be read is the more useful error than the missing length.
        if (unreadable is not null && request.BadRows == BadRowPolicy.Fail)
            throw unreadable;
        throw new BadInputException(sources[0].Path, "too few rows to tell the length of a bar", "the length of a bar (--bar SECONDS)");
    }

    /// <summary>
    /// The file itself, or the data files in a folder and below it, sorted as a person would. Names that begin with a dot or an underscore
    /// are skipped: other programs' notes.
    /// </summary>
    /// <exception cref="BadInputException">The folder holds no data files.</exception>
    internal static IEnumerable<string> FilesUnder(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        var files = Directory
            .EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(name => !Path.GetRelativePath(path, name).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '.' or '_'))
            .Where(name =>
                Endings.Any(ending => Packings.Any(packing => name.EndsWith(ending + packing, StringComparison.OrdinalIgnoreCase)))
            )
            .Order(PathOrder.Instance)
            .ToList();
        return files.Count > 0
            ? files
            : throw new BadInputException(path, "a folder without data files", $"files that end in {string.Join(", ", Endings)}");
    }

    private static ImportSource LookInto(string path, Func<string, IRowReader> open, BadRowPolicy policy, CancellationToken cancellation)
    {
        using var reader = open(path);
        var row = default(SourceRow);
        var first = FirstRow(reader, policy, ref row) ? row.TimeNanos : throw new BadInputException(path, "no rows", "at least one");
        return new ImportSource(
            path,
            new FileInfo(path).Length,
            HashOf(path, cancellation),
            reader.Kind,
            reader.BarSeconds,
            reader.HasVolume,
            reader.HasBidAskVolume,
            first
        );
    }

    private static bool FirstRow(IRowReader reader, BadRowPolicy policy, ref SourceRow row)
    {
        var rows = new BadRowSkipper(policy);
        while (true)
        {
            try
            {
                return reader.TryRead(ref row);
            }
            catch (BadInputException e) when (rows.MaySkip(e))
            {
                // The import itself reads this row again and counts it.
            }
        }
    }

    private static int? Measure(IReadOnlyList<ImportSource> sources, Func<string, IRowReader> open, out BadInputException? unreadable)
    {
        unreadable = null;
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        var smallest = long.MaxValue;
        var rows = 0;
        foreach (var source in sources)
        {
            using var reader = open(source.Path);
            var skipper = new BadRowSkipper(BadRowPolicy.Drop);
            var row = default(SourceRow);
            while (rows < RowsToMeasure)
            {
                try
                {
                    if (!reader.TryRead(ref row))
                        break;
                }
                catch (BadInputException e) when (skipper.MaySkip(e))
                {
                    unreadable ??= e;
                    continue;
                }

                rows++;
                var name = row.Symbol ?? "";
                if (last.TryGetValue(name, out var before) && row.TimeNanos > before)
                    smallest = Math.Min(smallest, row.TimeNanos - before);
                last[name] = row.TimeNanos;
            }
        }

        if (smallest == long.MaxValue)
            return null;
        return (int)Math.Clamp(smallest / Timestamp.NanosPerSecond, 1, int.MaxValue);
    }

    private static string HashOf(string path, CancellationToken cancellation)
    {
        using var file = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[HashBlock];
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = file.Read(block);
            if (read == 0)
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            hash.AppendData(block.AsSpan(0, read));
        }
    }
}
