using System.Runtime.CompilerServices;

namespace Quarterpoint.Core;

/// <summary>
/// The only source of randomness. It has 64 bits of state and gives the same draws on every machine and runtime. Algorithm: Steele, Lea,
/// Flood, "Fast splittable pseudorandom number generators" (2014).
/// </summary>
public struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>All there is to save: a generator with the same state goes on with the same draws.</summary>
    public ulong State
    {
        readonly get => _state;
        set => _state = value;
    }

    /// <summary>The next 64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>Uniform in [0, 1), with 53 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double NextUnit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound), by Lemire's multiplication; the bias is below bound / 2^64.</summary>
    public int NextBelow(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>An independent generator for each name; the same seed and name give the same draws.</summary>
    public static SplitMix64 Stream(ulong seed, ulong name)
    {
        var mixer = new SplitMix64(seed ^ unchecked(name * 0xD1B54A32D192ED03));
        return new SplitMix64(mixer.Next());
    }
}
