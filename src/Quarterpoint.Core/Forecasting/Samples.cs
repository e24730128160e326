namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// Labelled rows: features one row after another, <see cref="Width"/> floats each, and the class of each row (SPEC L1). The arrays may be
/// longer than <see cref="Count"/> rows.
/// </summary>
public sealed record Samples(int Width, int Count, float[] Features, sbyte[] Classes)
{
    /// <summary>Share of each class, DOWN, FLAT, UP, among the rows.</summary>
    public double[] ClassShares()
    {
        var counts = new double[3];
        for (var i = 0; i < Count; i++)
            counts[Classes[i]]++;
        return [.. counts.Select(count => count / Count)];
    }

    /// <summary>The features of one row, counted from 0.</summary>
    public ReadOnlySpan<float> Row(int index) => Features.AsSpan(index * Width, Width);
}
