using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quarterpoint.Data.Quality;

/// <summary>
/// What was found in a data set (SPEC D7, D4). Columns, holes, and shares are those of the continuous series without adjustment.
/// </summary>
public sealed record QualityReport
{
    private const int CurrentSchema = 1;

    // Longer lists do not help a reader, and the totals count everything.
    private const int ShownHoles = 20;
    private const int ShownDays = 20;

    /// <summary>Version of the JSON form.</summary>
    public int Schema { get; init; } = CurrentSchema;

    public required string Set { get; init; }

    /// <summary>A hash over the stored bars: the same bars give the same fingerprint.</summary>
    public required string Fingerprint { get; init; }

    public required string Instrument { get; init; }

    public required int BarSeconds { get; init; }

    /// <summary>Whether the source adjusted its prices, which then cannot give fills.</summary>
    public required bool IsAdjusted { get; init; }

    /// <summary>When the first stored bar opens, UTC.</summary>
    public required DateTime First { get; init; }

    /// <summary>When the last stored bar opens, UTC.</summary>
    public required DateTime Last { get; init; }

    public required IReadOnlyList<string> Contracts { get; init; }

    /// <summary>Bars of all contracts.</summary>
    public required long Rows { get; init; }

    /// <summary>Bars of the continuous series.</summary>
    public required long SeriesRows { get; init; }

    /// <summary>Sessions with at least one bar.</summary>
    public required int Sessions { get; init; }

    /// <summary>Rows of the sources that do not belong in the set, by reason, as the import counted them.</summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    /// <summary>Bad rows of the sources by what is wrong with them, as the import counted them.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>Bars at times without a session in the calendar.</summary>
    public required long RowsOutsideSessions { get; init; }

    /// <summary>Bars with a volume of 0; null where the set has no volume.</summary>
    public required long? ZeroVolumeRows { get; init; }

    public required IReadOnlyList<ColumnFacts> Columns { get; init; }

    /// <summary>Days that have a session in the calendar and no bar in the series.</summary>
    public required IReadOnlyList<DateOnly> MissingDays { get; init; }

    /// <summary>Holes of more than a minute in open hours.</summary>
    public required int HoleCount { get; init; }

    /// <summary>The length of all holes together.</summary>
    public required long HoleSeconds { get; init; }

    /// <summary>The longest holes, up to 1,000, in order of time.</summary>
    public required IReadOnlyList<Hole> Holes { get; init; }

    /// <summary>Times for which the calendar has no trading.</summary>
    public required IReadOnlyList<ScheduledGaps> Scheduled { get; init; }

    public required IReadOnlyList<FilledShare> Filled { get; init; }

    /// <summary>Bars that move by more than 20 % within a session.</summary>
    public required long ExtremeCount { get; init; }

    /// <summary>The first of them, up to 20.</summary>
    public required IReadOnlyList<ExtremeBar> Extremes { get; init; }

    public required IReadOnlyList<RollFact> Rolls { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, QualityJson.Default.QualityReport);

    /// <summary>The report as lines of text, for a terminal.</summary>
    public string InWords()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Line($"{Set}: {Rows:N0} bars of {BarSeconds} s, {Instrument}, {First:yyyy-MM-dd HH:mm:ss} to {Last:yyyy-MM-dd HH:mm:ss} UTC");
        Line($"  contracts: {string.Join(" ", Contracts)}");
        var adjusted = IsAdjusted ? ", prices adjusted by the source: no fills" : "";
        Line($"  continuous series: {SeriesRows:N0} bars in {Sessions} sessions{adjusted}");
        foreach (var (reason, rows) in Dropped)
            Line($"  dropped: {rows:N0} rows, {reason}");
        foreach (var (reason, rows) in Rejected)
            Line($"  rejected: {rows:N0} rows, {reason}");
        if (RowsOutsideSessions > 0)
            Line($"  outside any session: {RowsOutsideSessions:N0} bars, kept and not used");
        if (ZeroVolumeRows is null)
            Line($"  the source has no volume");
        else if (ZeroVolumeRows > 0)
            Line($"  without volume: {ZeroVolumeRows:N0} bars");
        foreach (var column in Columns)
            Line($"  {column.Name}: {column.Smallest} to {column.Largest}, mean {column.Mean:0.##}");
        foreach (var part in Filled)
            Line($"  {part.Part}: {part.Share:P1} of the time has a bar ({part.Bars:N0} of {part.Possible:N0})");
        foreach (var gaps in Scheduled)
            Line($"  closed for {NameOf(gaps.Kind)}: {gaps.Count} times, {gaps.Seconds / 3600.0:N1} h");
        var days = MissingDays.Take(ShownDays).Select(d => d.ToString(" yyyy-MM-dd", CultureInfo.InvariantCulture));
        var list = MissingDays.Count == 0 ? "" : ":" + string.Concat(days) + (MissingDays.Count > ShownDays ? " ..." : "");
        Line($"  days without data: {MissingDays.Count}{list}");
        Line($"  holes over {QualityCheck.LongestQuiet} s in open hours: {HoleCount:N0}, {HoleSeconds / 3600.0:N1} h in all");
        foreach (var hole in Holes.OrderByDescending(h => h.Seconds).Take(ShownHoles))
            Line($"    {hole.Start:yyyy-MM-dd HH:mm:ss} to {hole.End:yyyy-MM-dd HH:mm:ss}, {hole.Seconds:N0} s, {hole.Contract}");
        if (ExtremeCount > 0)
            Line($"  bars that move by more than 20 %: {ExtremeCount:N0}; the first:");
        foreach (var bar in Extremes)
            Line($"    {bar.Time:yyyy-MM-dd HH:mm:ss} {bar.Contract}: {bar.Open} {bar.High} {bar.Low} {bar.Close}");
        foreach (var roll in Rolls)
        {
            var jump = roll.Jump?.ToString("'a jump of '+0.00##;'a jump of '-0.00##;'no jump'", CultureInfo.InvariantCulture)
                ?? "no jump known, for lack of a common session";
            Line($"  roll {roll.Day:yyyy-MM-dd}: {roll.From} to {roll.To}, {jump}");
        }

        return text.ToString();
    }

    private static string NameOf(GapKind kind) =>
        kind switch
        {
            GapKind.EarlyClose => "the rest of the day after an early close",
            GapKind.Halt => "the daily pause",
            _ => "a " + kind.ToString().ToLowerInvariant(),
        };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QualityReport))]
internal sealed partial class QualityJson : JsonSerializerContext;
