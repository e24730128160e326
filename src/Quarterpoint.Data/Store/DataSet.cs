using System.Globalization;
using System.Security.Cryptography;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Parquet;

namespace Quarterpoint.Data.Store;

/// <summary>
/// A stored data set, open for reading. Contracts are joined into a continuous series as they are read: the files keep raw prices, and only
/// the rows of each session's leading contract are read.
/// </summary>
public sealed class DataSet
{
    private readonly Instrument _grid;
    private readonly IReadOnlyList<IReadOnlyList<StoredSession>> _sessions;

    private DataSet(string folder, DataSetInfo info, IReadOnlyList<IReadOnlyList<StoredSession>> sessions)
    {
        Folder = folder;
        Info = info;
        _sessions = sessions;
        _grid = new Instrument
        {
            Symbol = info.Instrument,
            Name = info.Instrument,
            TickSizeNanos = info.TickSizeNanos,
            TickValue = default,
        };
    }

    /// <summary>The set's description.</summary>
    public DataSetInfo Info { get; }

    internal string Folder { get; }

    /// <summary>Names of the complete sets in a workspace, sorted.</summary>
    public static IReadOnlyList<string> Names(string workspace) => DataSetFolder.Names(workspace);

    /// <exception cref="BadInputException">There is no such set, it is of another version, or its files do not belong together.</exception>
    public static DataSet Open(string workspace, string name)
    {
        DataSetFolder.CheckName(name);
        DataSetFolder.RecoverIfAbandoned(workspace, name);
        var folder = DataSetFolder.FolderOf(workspace, name);
        var infoPath = Path.Combine(folder, DataSetFolder.InfoFileName);
        if (!File.Exists(infoPath))
        {
            var others = Names(workspace);
            throw new BadInputException(
                folder,
                "no data set",
                others.Count == 0 ? "a set that has been imported: the workspace has none" : "one of " + string.Join(", ", others)
            );
        }

        var info = DataSetInfoFile.Read(infoPath);
        var sessionsPath = Path.Combine(folder, SessionTable.FileName);
        if (!File.Exists(sessionsPath))
            throw new BadInputException(sessionsPath, "nothing", "the table of sessions that belongs to the set");
        var table = File.ReadAllBytes(sessionsPath);
        if (Convert.ToHexStringLower(SHA256.HashData(table)) != info.SessionsSha256)
            throw new BadInputException(sessionsPath, "a table that has been changed", "the unchanged table: import the set again");
        foreach (var file in info.Contracts.SelectMany(c => c.Files))
        {
            var found = new FileInfo(Path.Combine(folder, file.Path));
            if (!found.Exists || found.Length != file.Bytes)
            {
                throw new BadInputException(
                    found.FullName,
                    found.Exists ? $"{found.Length} bytes" : "nothing",
                    $"a file of {file.Bytes} bytes: import the set again"
                );
            }
        }

        return new DataSet(folder, info, SessionTable.Read(table, sessionsPath, info.Contracts));
    }

    /// <summary>Which contract leads on each day. A series without contracts leads on all its days.</summary>
    /// <param name="rule">When the lead changes.</param>
    /// <param name="next">A day after the last stored one, such as tomorrow, whose leader is decided too.</param>
    /// <exception cref="BadInputException">The rule needs volume, and the set has none.</exception>
    public RollSchedule Rolls(RollRule rule, TradingDay? next = null)
    {
        if (Info.Contracts.Count == 1 && Info.Contracts[0].Month is null)
        {
            var days = _sessions[0].Select(s => s.Day).Concat(next is { } day ? [day] : []);
            return new RollSchedule([.. days.Select(d => new LeadContract(d, 0, default))], []);
        }

        if (rule is RollRule.ByVolume && !Info.HasVolume && Info.Contracts.Count > 1)
            throw new BadInputException(Folder, "a set without volume", "volume, or a roll a fixed number of days before expiry");
        var histories = Info.Contracts.Select(
            (c, i) =>
                new ContractHistory(
                    c.Symbol,
                    c.Month!.Value,
                    [.. _sessions[i].Select(s => new ContractSession(s.Day, s.Volume, s.LastClose))]
                )
        );
        return ContractRolls.Decide([.. histories], rule, CalendarTable.CmeEquityIndex, next);
    }

    /// <summary>
    /// Reads the continuous series, one month of trading days at a time. Other threads read the next month in the meantime, so memory holds
    /// two.
    /// </summary>
    /// <param name="calendar">The calendar that the set was written with.</param>
    /// <param name="rule">When the lead changes.</param>
    /// <param name="from">The first day; null: from the beginning.</param>
    /// <param name="to">The last day; null: to the end.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="BadInputException">A file is damaged, or the calendar is a different one.</exception>
    public IEnumerable<BarColumns> ReadContinuous(
        SessionCalendar calendar,
        RollRule rule,
        TradingDay? from = null,
        TradingDay? to = null,
        CancellationToken cancellation = default
    )
    {
        CheckCalendar(calendar);
        return InMonths([.. Leads(rule, from, to).GroupBy(run => run.Month).Select(month => Plan([.. month]))], calendar, cancellation);
    }

    /// <summary>Reads the whole continuous series at once; it takes about 24 bytes a row.</summary>
    /// <exception cref="BadInputException">A file is damaged, or the calendar is a different one.</exception>
    public BarColumns LoadContinuous(
        SessionCalendar calendar,
        RollRule rule,
        TradingDay? from = null,
        TradingDay? to = null,
        CancellationToken cancellation = default
    )
    {
        CheckCalendar(calendar);
        return Load(Plan([.. Leads(rule, from, to)]), calendar, cancellation);
    }

    /// <summary>Reads every file and compares its hash with the one from when it was written.</summary>
    /// <param name="progress">Receives the share done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="BadInputException">A file has changed.</exception>
    public void Verify(IProgress<double> progress, CancellationToken cancellation)
    {
        var files = Info.Contracts.SelectMany(c => c.Files).ToList();
        for (var i = 0; i < files.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(Folder, files[i].Path);
            using var stream = File.OpenRead(path);
            var found = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (found != files[i].Sha256)
                throw new BadInputException(path, 0, "sha256", found, $"{files[i].Sha256}: the file has changed since it was written");
            progress.Report((i + 1.0) / files.Count);
        }
    }

    private void CheckCalendar(SessionCalendar calendar)
    {
        var days = _sessions.Where(s => s.Count > 0).ToList();
        if (days.Count == 0)
            return;
        if (FilingDay.HashOf(calendar, days.Min(s => s[0].Day), days.Max(s => s[^1].Day)) != Info.CalendarSha256)
        {
            throw new BadInputException(
                Folder,
                "bars stored with other session times than the calendar has now",
                "the same session times: import the set again"
            );
        }
    }

    /// <summary>The rows of each day's leading contract; consecutive days of one file are joined.</summary>
    private IEnumerable<Run> Leads(RollRule rule, TradingDay? from, TradingDay? to)
    {
        var places = new int[Info.Contracts.Count];
        Run? current = null;
        foreach (var lead in Rolls(rule).Days)
        {
            var sessions = _sessions[lead.Contract];
            var place = places[lead.Contract];
            while (place < sessions.Count && sessions[place].Day < lead.Day)
                place++;
            places[lead.Contract] = place;
            if (place == sessions.Count || sessions[place].Day != lead.Day)
                continue;
            if (lead.Day < from || lead.Day > to)
                continue;

            var session = sessions[place];
            var contract = Info.Contracts[lead.Contract];
            var file = FileOf(contract, lead.Day);
            if (session.EndRow > file.Rows)
            {
                throw new BadInputException(
                    Path.Combine(Folder, SessionTable.FileName),
                    0,
                    "rows",
                    $"{session.EndRow} on {session.Day}",
                    $"at most {file.Rows}, the rows of {file.Path}"
                );
            }

            if (current is not null && ReferenceEquals(current.File, file))
            {
                current = current with { EndRow = session.EndRow };
                continue;
            }

            if (current is not null)
                yield return current;
            current = new Run(contract, file, session.FirstRow, session.EndRow, lead.Adjustment);
        }

        if (current is not null)
            yield return current;
    }

    private StoredFile FileOf(StoredContract contract, TradingDay day)
    {
        var name = day.Date.ToString("yyyy-MM", CultureInfo.InvariantCulture) + ".parquet";
        return contract.Files.FirstOrDefault(f => f.Path.EndsWith(name, StringComparison.Ordinal))
            ?? throw new BadInputException(
                Path.Combine(Folder, DataSetFolder.InfoFileName),
                $"no file of {contract.Symbol} for {day.Date:yyyy-MM}",
                "one, because the contract has sessions in that month"
            );
    }

    private ChunkPlan Plan(IReadOnlyList<Run> runs)
    {
        var pieces = new List<FilePiece>();
        var segments = new List<ContractSegment>();
        var target = 0;
        foreach (var run in runs)
        {
            var path = Path.Combine(Folder, run.File.Path);
            for (var row = run.FirstRow; row < run.EndRow; )
            {
                // Pieces end where row groups do, so that no group is read by two threads.
                var end = Math.Min(run.EndRow, row - (row % BarFileWriter.GroupRows) + BarFileWriter.GroupRows);
                pieces.Add(new FilePiece(path, row, end - row, target + row - run.FirstRow));
                row = end;
            }

            if (segments.Count > 0 && segments[^1].Contract == run.Contract.Symbol && segments[^1].Adjustment == run.Adjustment)
                segments[^1] = segments[^1] with { RowCount = segments[^1].RowCount + run.Rows };
            else
                segments.Add(new ContractSegment(target, run.Rows, run.Contract.Symbol, run.Adjustment));
            target += run.Rows;
        }

        return new ChunkPlan(pieces, segments, target);
    }

    private IEnumerable<BarColumns> InMonths(IReadOnlyList<ChunkPlan> plans, SessionCalendar calendar, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ReadAhead<BarColumns>? ahead = null;
        try
        {
            for (var i = 0; i < plans.Count; i++)
            {
                var chunk = ahead is null ? Load(plans[i], calendar, stop.Token) : ahead.Take();
                ahead = null;
                if (i + 1 < plans.Count)
                {
                    var next = plans[i + 1];
                    ahead = new ReadAhead<BarColumns>(() => Load(next, calendar, stop.Token));
                }

                yield return chunk;
            }
        }
        finally
        {
            // The caller may stop before the end.
            stop.Cancel();
            ahead?.Abandon();
        }
    }

    private BarColumns Load(ChunkPlan plan, SessionCalendar calendar, CancellationToken cancellation)
    {
        var sessions = new List<SessionRows>();
        var columns = ColumnLoader.Allocate(plan.Rows, Info.BarSeconds, Info.HasVolume, Info.HasBidAskVolume, plan.Segments, sessions);
        ColumnLoader.Fill(plan.Pieces, columns, _grid, new ParquetReadOptions(), cancellation);
        for (var segment = 0; segment < plan.Segments.Count; segment++)
        {
            var rows = plan.Segments[segment];
            sessions.AddRange(
                SessionMap.Assign(columns.Time.AsSpan(rows.FirstRow, rows.RowCount), rows.FirstRow, segment, calendar, out _)
            );
        }

        return columns;
    }

    /// <summary>Consecutive rows of one file.</summary>
    private sealed record Run(StoredContract Contract, StoredFile File, int FirstRow, int EndRow, Ticks Adjustment)
    {
        public int Rows => EndRow - FirstRow;

        public string Month => Path.GetFileName(File.Path);
    }

    private sealed record ChunkPlan(IReadOnlyList<FilePiece> Pieces, IReadOnlyList<ContractSegment> Segments, int Rows);
}
