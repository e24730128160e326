using System.Numerics;
using System.Runtime.InteropServices;
using Quarterpoint.Core;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Which hidden units a batch silences: a hash of each element's place, keyed by the batch's seed, so that masks are the same at any vector
/// width and depend on nothing drawn before. The library's generator took half of every step; this takes a twentieth.
/// </summary>
internal static class DropoutMask
{
    /// <summary>
    /// Fills about the share <paramref name="dropout"/> of the mask with 0, and the rest with 1 / (1 - dropout), which keeps the mean.
    /// </summary>
    public static void Fill(Span<float> mask, double dropout, ulong seed)
    {
        var random = new SplitMix64(seed);
        var (first, second) = unchecked(((uint)random.Next(), (uint)random.Next()));
        var threshold = (uint)(dropout * (1UL << 32));
        var kept = (float)(1 / (1 - dropout));
        var blocks = MemoryMarshal.Cast<float, Vector<float>>(mask);
        var width = Vector<float>.Count;
        var place = Vector.CreateSequence(0u, 1u);
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i] = Vector.ConditionalSelect(
                Vector.AsVectorSingle(Vector.LessThan(Hash(place, first, second), new Vector<uint>(threshold))),
                Vector<float>.Zero,
                new Vector<float>(kept)
            );
            place += new Vector<uint>((uint)width);
        }

        for (var i = blocks.Length * width; i < mask.Length; i++)
            mask[i] = Hash(new Vector<uint>((uint)i), first, second)[0] < threshold ? 0 : kept;
    }

    /// <summary>Two rounds of multiply and shift (the constants of Wellons' lowbias32), each keyed first.</summary>
    private static Vector<uint> Hash(Vector<uint> x, uint first, uint second)
    {
        x ^= new Vector<uint>(first);
        x ^= x >>> 16;
        x *= new Vector<uint>(0x7feb352d);
        x ^= x >>> 15;
        x += new Vector<uint>(second);
        x *= new Vector<uint>(0x846ca68b);
        x ^= x >>> 16;
        return x;
    }
}
