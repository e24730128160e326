using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Labels;

/// <summary>The three classes of SPEC L1, in the order of a model's outputs.</summary>
public static class MoveClass
{
    public const sbyte Down = 0;
    public const sbyte Flat = 1;
    public const sbyte Up = 2;

    /// <summary>No label: the horizon crosses the end of trading, a long gap, or the end of the data.</summary>
    public const sbyte None = -1;
}

/// <summary>Which bars are labelled. Features are computed over the whole session in any case (SPEC D3).</summary>
public enum LabelledBars : byte
{
    /// <summary>09:30 to 16:00, or to the early close; horizons end there.</summary>
    Rth,

    /// <summary>18:00 to 09:30; horizons end at the flat-by time.</summary>
    Eth,

    /// <summary>Both.</summary>
    RthAndEth,
}

/// <summary>What a label asks: how far the price has moved after the horizon (SPEC L1, L2).</summary>
public sealed record HorizonSettings
{
    /// <summary>A horizon never crosses a longer gap without a bar.</summary>
    internal const int LongestGapSeconds = 60;

    /// <summary>How far ahead the label looks; a multiple of the bar length.</summary>
    public int HorizonSeconds { get; init; } = 30;

    /// <summary>A move counts as up or down only where it is larger: with 3 ticks, from 4 ticks on.</summary>
    public double ThresholdTicks { get; init; } = 3.0;

    /// <summary>The least move that counts, in whole ticks; how much larger it is on average, no label says.</summary>
    public double LeastMoveTicks() => Math.Floor(ThresholdTicks) + 1;

    /// <summary>Which bars are labelled.</summary>
    public LabelledBars Bars { get; init; } = LabelledBars.Rth;

    /// <summary>The default for bars of that length: 30 s for bars under 30 s, otherwise five bars (SPEC D4).</summary>
    public static HorizonSettings For(int barSeconds) => new() { HorizonSeconds = barSeconds < 30 ? 30 : 5 * barSeconds };

    /// <summary>Checks that the horizon is a whole number of bars.</summary>
    /// <exception cref="ArgumentException">The horizon is shorter than a bar or no multiple of it.</exception>
    public void CheckFits(int barSeconds)
    {
        if (HorizonSeconds < barSeconds || HorizonSeconds % barSeconds != 0)
            throw new ArgumentException($"A horizon of {HorizonSeconds} s is shorter than a bar of {barSeconds} s or no multiple of it.");
    }
}

/// <summary>
/// Labels bars by the move over the horizon. The price at t + h is the close of the last bar stamped at or before t + h; no bar after t
/// means no move. A bar whose horizon crosses the end of its trading hours, a gap over 60 s, or the end of the data has no label (SPEC L3).
/// </summary>
public static class HorizonLabels
{
    /// <summary>Labels the rows of one session; no label looks into another session or contract.</summary>
    /// <param name="columns">The bars.</param>
    /// <param name="session">The session to label.</param>
    /// <param name="flatBy">The session's flat-by time, at which ETH horizons end.</param>
    /// <param name="settings">Horizon, threshold, and which bars.</param>
    /// <param name="labels">Receives one class for each row of the session, <see cref="MoveClass.None"/> where it has none.</param>
    /// <exception cref="ArgumentException">The horizon does not fit the bars.</exception>
    public static void Label(BarColumns columns, in SessionRows session, Timestamp flatBy, HorizonSettings settings, Span<sbyte> labels)
    {
        settings.CheckFits(columns.BarSeconds);
        labels[..session.RowCount].Fill(MoveClass.None);
        var rthOpen = (uint)session.Session.RthOpen.UnixSeconds;
        var rthClose = (uint)session.Session.RthClose.UnixSeconds;
        if (settings.Bars != LabelledBars.Eth && session.Session.HasRth)
            LabelRange(columns, session, rthOpen, rthClose, rthClose, settings, labels);
        if (settings.Bars == LabelledBars.Rth)
            return;
        var ethEnd = session.Session.HasRth ? rthOpen : (uint)session.Session.Close.UnixSeconds;
        LabelRange(columns, session, (uint)session.Session.Open.UnixSeconds, ethEnd, (uint)flatBy.UnixSeconds, settings, labels);
    }

    /// <summary>Labels the bars stamped in [from, to); a horizon that would end after <paramref name="end"/> gives no label.</summary>
    private static void LabelRange(
        BarColumns columns,
        in SessionRows session,
        uint from,
        uint to,
        uint end,
        HorizonSettings settings,
        Span<sbyte> labels
    )
    {
        var times = columns.Time.AsSpan(session.FirstRow, session.RowCount);
        var closes = columns.Close.AsSpan(session.FirstRow, session.RowCount);
        var length = (uint)columns.BarSeconds;
        var horizon = (uint)settings.HorizonSeconds;
        var threshold = settings.ThresholdTicks;
        var first = SessionMap.LowerBound(times, from);
        var past = SessionMap.LowerBound(times, to);

        // The last bar at or before t + h moves forward with t. A run ends at a long gap, which no horizon may cross.
        var target = first;
        var runEnd = first;
        for (var row = first; row < past; row++)
        {
            var at = times[row] + horizon;
            if (at + length > end)
                break;
            if (runEnd <= row)
                runEnd = EndOfRun(times, row, length);
            if (target < row)
                target = row;
            while (target + 1 < runEnd && times[target + 1] <= at)
                target++;

            // After the run's last bar nothing is known: the gap is too long, or the data ends.
            if (target + 1 == runEnd && times[target] < at)
                continue;
            var move = closes[target] - closes[row];
            labels[row] =
                move > threshold ? MoveClass.Up
                : move < -threshold ? MoveClass.Down
                : MoveClass.Flat;
        }
    }

    /// <summary>Index after the last row that is not separated from this one by a gap over 60 s.</summary>
    private static int EndOfRun(ReadOnlySpan<uint> times, int row, uint length)
    {
        var longest = length + HorizonSettings.LongestGapSeconds;
        var next = row + 1;
        while (next < times.Length && times[next] - times[next - 1] <= longest)
            next++;
        return next;
    }
}

/// <summary>How many bars of each class (SPEC L4).</summary>
public readonly record struct ClassBalance(long Down, long Flat, long Up, long Unlabelled)
{
    public long Labelled => Down + Flat + Up;

    /// <summary>The share of the labelled bars, from 0 to 1.</summary>
    public double ShareOf(long count) => Labelled == 0 ? 0 : (double)count / Labelled;

    public static ClassBalance operator +(ClassBalance a, ClassBalance b) =>
        new(a.Down + b.Down, a.Flat + b.Flat, a.Up + b.Up, a.Unlabelled + b.Unlabelled);

    public static ClassBalance Count(ReadOnlySpan<sbyte> labels)
    {
        long down = 0,
            flat = 0,
            up = 0;
        foreach (var label in labels)
        {
            if (label == MoveClass.Down)
                down++;
            else if (label == MoveClass.Flat)
                flat++;
            else if (label == MoveClass.Up)
                up++;
        }

        return new ClassBalance(down, flat, up, labels.Length - down - flat - up);
    }
}
