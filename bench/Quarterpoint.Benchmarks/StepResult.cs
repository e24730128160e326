using System.Globalization;

namespace Quarterpoint.Benchmarks;

/// <summary>
/// How long one unit of work took, in microseconds: half of them took less than <see cref="P50"/>, and so on. <see cref="Bytes"/> is what
/// each allocated, where that was counted.
/// </summary>
internal sealed record Latency(double P50, double P99, double P999, double? Bytes)
{
    /// <param name="ticks">The time of each, in ticks of the stopwatch; the span is sorted.</param>
    /// <param name="bytes">What all of them together allocated.</param>
    public static Latency Of(Span<long> ticks, long? bytes)
    {
        ticks.Sort();
        var perTick = 1e6 / System.Diagnostics.Stopwatch.Frequency;
        return new Latency(
            ticks[ticks.Length / 2] * perTick,
            ticks[(int)(ticks.Length * 0.99)] * perTick,
            ticks[(int)(ticks.Length * 0.999)] * perTick,
            (double?)bytes / ticks.Length
        );
    }
}

/// <summary>What one step took. Processor time is that of the whole process, with the start of the runtime and compilation.</summary>
internal sealed record StepResult
{
    public required string Name { get; init; }

    public required long Rows { get; init; }

    public required double WallSeconds { get; init; }

    public required double UserSeconds { get; init; }

    public required double SystemSeconds { get; init; }

    public required long PeakBytes { get; init; }

    /// <summary>For engine steps only.</summary>
    public int? TradesPerMillionBars { get; init; }

    /// <summary>For engine steps only: the share of bars in a position.</summary>
    public double? ShareInPosition { get; init; }

    /// <summary>For engine steps only: bytes allocated for each bar.</summary>
    public double? BytesPerBar { get; init; }

    /// <summary>For steps that take one bar or row at a time.</summary>
    public Latency? Latency { get; init; }

    /// <summary>The limit of the 99.9th percentile: 10 ms from tick to decision (SPEC M5), 1 s from signal to order (SPEC T8).</summary>
    public double MostMilliseconds { get; init; } = 10;

    /// <summary>What the whole may take at most: 53 s for the pipeline (SPEC D2), 2 s until a report is drawn.</summary>
    public double MostSeconds { get; init; } = 53;

    /// <summary>For training only: its speed, with loading, as a share of the speed of the bare step in the same run.</summary>
    public double? ShareOfBareStep { get; init; }

    public double CpuSeconds => UserSeconds + SystemSeconds;

    public double MillionRowsPerSecond => Rows / WallSeconds / 1e6;

    public double NanosecondsPerRow => WallSeconds * 1e9 / Rows;

    /// <summary>
    /// What exceeds the plan's limits: 53 s and 4 GB for the pipeline, 60 s for a million bars, 10 ms from tick to decision (SPEC D2, X10,
    /// M5).
    /// </summary>
    public IEnumerable<string> BeyondFloor()
    {
        if (BytesPerBar is null && WallSeconds > MostSeconds)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name}: {WallSeconds:0.0} s of {MostSeconds:0} s");
        if (PeakBytes > 4L << 30)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name}: {PeakBytes / 1e9:0.00} GB of 4 GB");
        if (BytesPerBar is not null && NanosecondsPerRow * 1e-3 > 60)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name}: {NanosecondsPerRow * 1e-3:0.0} s per million bars of 60 s");
        if (Latency?.P999 > MostMilliseconds * 1000)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name}: {Latency.P999 / 1000:0.0} ms of {MostMilliseconds:0} ms");
    }

    public override string ToString() =>
        ShareOfBareStep is { } share
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Name, -44} {Rows / WallSeconds / 1e3:0} k samples/s with loading  {share:0.00} of the bare step"
            )
        : Latency is { } latency
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Name, -44} p50 {latency.P50:0.0} us  p99 {latency.P99:0.0} us  p99.9 {latency.P999:0.0} us  "
                    + $"{Each(latency)}{Rows:N0} of them"
            )
        : BytesPerBar is { } bytes
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Name, -44} {MillionRowsPerSecond, 6:0.0} M bars/s  {NanosecondsPerRow, 5:0.0} ns/bar  "
                    + $"{TradesPerMillionBars, 6:N0} trades/M bars  {ShareInPosition, 5:0 %} in position  {bytes:0.00} B/bar"
            )
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Name, -44} {WallSeconds, 5:0.00} s wall  {UserSeconds, 5:0.00} user + {SystemSeconds:0.00} sys CPU s  "
                + $"{MillionRowsPerSecond, 5:0.0} M rows/s  {CpuSeconds * 1e9 / Rows, 5:0.0} CPU ns/row  "
                + $"{PeakBytes / 1e9:0.00} GB peak  {Rows:N0} rows"
        );

    private static string Each(Latency latency) =>
        latency.Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:0.00} B each  ") : "";
}
