namespace Quarterpoint.Core.Forecasting;

/// <summary>Labelled rows: features one row after another, <see cref="Width"/> floats each, and the class of each row (SPEC L1). Arrays may be longer.</summary>
public sealed record Samples(int Width, int Count, float[] Features, sbyte[] Classes)
{
    public ReadOnlySpan<float> Row(int index) => Features.AsSpan(index * Width, Width);
}
