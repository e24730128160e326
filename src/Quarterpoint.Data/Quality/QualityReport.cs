using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quarterpoint.Data.Quality;

/// <summary>Why there are no bars for a while (SPEC D4).</summary>
public enum GapKind
{
    /// <summary>Bars should be there: more than a minute without any inside a session's open hours.</summary>
    Missing,

    /// <summary>The daily pause between two trading days, or one inside a day (16:15 to 16:30 before 2021-06-28).</summary>
    Halt,
    Weekend,

    /// <summary>At least one weekday without a session.</summary>
    Holiday,

    /// <summary>From an early close to the evening of the same day.</summary>
    EarlyClose,
}

/// <summary>A hole inside open hours. Times are UTC; the end is when the next bar opens, or the session closes.</summary>
public sealed record Hole(DateTime Start, DateTime End, string Contract)
{
    public long Seconds => (End - Start).Ticks / TimeSpan.TicksPerSecond;
}

/// <summary>How often and how long the market was shut for that reason, from the first day of the data to the last.</summary>
public sealed record ScheduledGaps(GapKind Kind, int Count, long Seconds);

public sealed record ColumnFacts(string Name, decimal Smallest, decimal Largest, double Mean);

/// <summary>How much of a part of the day has bars: 1 where every second (minute) has one.</summary>
public sealed record FilledShare(string Part, long Bars, long Possible)
{
    public double Share => Possible == 0 ? 0 : (double)Bars / Possible;
}

/// <param name="Jump">In points: how far the new contract closed above the old one. Null where the two never traded on the same day.</param>
public sealed record RollFact(DateOnly Day, string From, string To, decimal? Jump);

/// <summary>A bar that moves by more than a fifth within a session.</summary>
public sealed record ExtremeBar(DateTime Time, string Contract, decimal Open, decimal High, decimal Low, decimal Close);

/// <summary>What was found in a data set (SPEC D7, D4). Columns, holes, and shares are those of the continuous series, unadjusted.</summary>
public sealed record QualityReport
{
    public const int CurrentSchema = 1;

    // Longer lists tell a reader nothing more; the totals count all.
    private const int ShownHoles = 20;
    private const int ShownDays = 20;

    public int Schema { get; init; } = CurrentSchema;

    public required string Set { get; init; }

    public required string Fingerprint { get; init; }

    public required string Instrument { get; init; }

    public required int BarSeconds { get; init; }

    public required bool IsAdjusted { get; init; }

    /// <summary>Opening times of the first and the last bar that is stored, UTC.</summary>
    public required DateTime First { get; init; }

    public required DateTime Last { get; init; }

    public required IReadOnlyList<string> Contracts { get; init; }

    /// <summary>Bars of all contracts.</summary>
    public required long Rows { get; init; }

    /// <summary>Bars of the continuous series.</summary>
    public required long SeriesRows { get; init; }

    public required int Sessions { get; init; }

    /// <summary>Rows of the sources that were not wanted, and rows that were wrong, by reason: as the import counted them.</summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    public required long RowsOutsideSessions { get; init; }

    /// <summary>Null where there are no volumes.</summary>
    public required long? ZeroVolumeRows { get; init; }

    public required IReadOnlyList<ColumnFacts> Columns { get; init; }

    /// <summary>Days with a session in the calendar and without a bar in the series.</summary>
    public required IReadOnlyList<DateOnly> MissingDays { get; init; }

    public required int HoleCount { get; init; }

    public required long HoleSeconds { get; init; }

    /// <summary>The longest ones, in order of time.</summary>
    public required IReadOnlyList<Hole> Holes { get; init; }

    public required IReadOnlyList<ScheduledGaps> Scheduled { get; init; }

    public required IReadOnlyList<FilledShare> Filled { get; init; }

    public required long ExtremeCount { get; init; }

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
        Line(
            $"  continuous series: {SeriesRows:N0} bars in {Sessions} sessions{(IsAdjusted ? ", prices adjusted by the source: no fills" : "")}"
        );
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
            Line($"  shut for {NameOf(gaps.Kind)}: {gaps.Count} times, {gaps.Seconds / 3600.0:N1} h");
        var days = MissingDays.Take(ShownDays).Select(d => d.ToString(" yyyy-MM-dd", CultureInfo.InvariantCulture));
        Line(
            $"  days without data: {MissingDays.Count}{(MissingDays.Count > 0 ? ":" : "")}{string.Concat(days)}{(MissingDays.Count > ShownDays ? " ..." : "")}"
        );
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
                ?? "no common session to take a jump from";
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
