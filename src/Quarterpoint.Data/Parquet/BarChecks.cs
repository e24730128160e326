using System.Numerics;
using System.Runtime.CompilerServices;

namespace Quarterpoint.Data.Parquet;

/// <summary>Checks that all bars must pass, over whole columns at once.</summary>
internal static class BarChecks
{
    /// <summary>Index of the first time that is not later than the one before it; -1 where all are.</summary>
    // Fully optimised on first use: a load is over before the runtime would notice that this is a hot loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FirstNotIncreasing(ReadOnlySpan<uint> times)
    {
        var row = 1;
        for (; row <= times.Length - Vector<uint>.Count; row += Vector<uint>.Count)
        {
            var previous = new Vector<uint>(times[(row - 1)..]);
            var current = new Vector<uint>(times[row..]);
            if (!Vector.GreaterThanAll(current, previous))
                break;
        }

        for (; row < times.Length; row++)
        {
            if (times[row] <= times[row - 1])
                return row;
        }

        return -1;
    }

    /// <summary>Index of the first bar whose open or close lies outside its range; -1 where none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int FirstInconsistent(ReadOnlySpan<int> open, ReadOnlySpan<int> high, ReadOnlySpan<int> low, ReadOnlySpan<int> close)
    {
        var row = 0;
        for (; row <= open.Length - Vector<int>.Count; row += Vector<int>.Count)
        {
            var (o, h, l, c) = (
                new Vector<int>(open[row..]),
                new Vector<int>(high[row..]),
                new Vector<int>(low[row..]),
                new Vector<int>(close[row..])
            );
            var bad = Vector.LessThan(Vector.Min(o, c), l) | Vector.GreaterThan(Vector.Max(o, c), h);
            if (bad != Vector<int>.Zero)
                break;
        }

        for (; row < open.Length; row++)
        {
            if (Math.Min(open[row], close[row]) < low[row] || Math.Max(open[row], close[row]) > high[row])
                return row;
        }

        return -1;
    }
}
