using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>One output of a pipeline and when it claims to be known. Two are equal where every bit is.</summary>
public readonly record struct CausalSample(Timestamp KnownAt, uint BarTime, float[] Values);

/// <summary>
/// An output that changed although only the future did. Column -1: the output itself appeared, vanished, or changed its length.
/// </summary>
public sealed record CausalityBreach(Timestamp Cut, string Future, uint BarTime, int Column, float Before, float After)
{
    public override string ToString() =>
        $"column {Column} of the bar at {Timestamp.FromUnixSeconds(BarTime)} was {Before} and became {After} "
        + $"when the future from {Cut} on was {Future}";
}

/// <summary>
/// Shows that a pipeline does not look ahead (SPEC F10, N10). At random instants the future is cut off, and scrambled; every output that
/// claims to be known by then must stay the same, bit for bit. A breach proves a leak; no breach says only that none was found. Planted
/// leaks show that it can find them.
/// </summary>
public static class CausalityProof
{
    /// <summary>Turns bars into outputs, in order of their bars. It is called many times and keeps nothing between calls.</summary>
    public delegate IEnumerable<CausalSample> Pipeline(IReadOnlyList<ContractBars> market);

    /// <summary>Returns the first breach, or null where none was found.</summary>
    /// <param name="pipeline">What is examined.</param>
    /// <param name="market">The bars of every contract, in order of time.</param>
    /// <param name="barSeconds">A bar is known at its close.</param>
    /// <param name="cuts">How many instants are tried, each with the future removed and with another future.</param>
    /// <param name="seed">Same seed, same cuts.</param>
    public static CausalityBreach? Find(Pipeline pipeline, IReadOnlyList<ContractBars> market, int barSeconds, int cuts, ulong seed)
    {
        var random = new SplitMix64(seed);
        var times = market.SelectMany(c => c.Bars.Select(b => b.OpenTime)).Distinct().Order().ToArray();
        if (times.Length < 2)
            return null;
        var truth = pipeline(market).ToArray();
        for (var i = 0; i < cuts; i++)
        {
            var cut = Timestamp.FromUnixSeconds(times[1 + random.NextBelow(times.Length - 1)]);
            if (FindAt(pipeline, truth, market, barSeconds, cut, ref random) is { } breach)
                return breach;
        }

        return null;
    }

    /// <summary>
    /// The same at one chosen instant. Random cuts would miss an instant at which a pipeline claims to know much at once, such as all
    /// training samples at the end of their part.
    /// </summary>
    public static CausalityBreach? FindAt(Pipeline pipeline, IReadOnlyList<ContractBars> market, int barSeconds, Timestamp cut, ulong seed)
    {
        var random = new SplitMix64(seed);
        return FindAt(pipeline, [.. pipeline(market)], market, barSeconds, cut, ref random);
    }

    private static CausalityBreach? FindAt(
        Pipeline pipeline,
        CausalSample[] truth,
        IReadOnlyList<ContractBars> market,
        int barSeconds,
        Timestamp cut,
        ref SplitMix64 random
    )
    {
        if (Compare(truth, pipeline(Before(market, cut, barSeconds)), cut, "cut off") is { } lost)
            return lost;
        return Compare(truth, pipeline(Scrambled(market, cut, barSeconds, ref random)), cut, "scrambled");
    }

    private static CausalityBreach? Compare(CausalSample[] truth, IEnumerable<CausalSample> other, Timestamp cut, string future)
    {
        var found = new SortedDictionary<uint, float[]>();
        foreach (var sample in other)
        {
            if (sample.KnownAt <= cut)
                found[sample.BarTime] = sample.Values;
        }

        foreach (var sample in truth)
        {
            if (sample.KnownAt > cut)
                continue;
            if (!found.Remove(sample.BarTime, out var values))
                return new CausalityBreach(cut, future, sample.BarTime, -1, 1, 0);
            if (values.Length != sample.Values.Length)
                return new CausalityBreach(cut, future, sample.BarTime, -1, sample.Values.Length, values.Length);
            for (var column = 0; column < sample.Values.Length; column++)
            {
                if (BitConverter.SingleToUInt32Bits(sample.Values[column]) != BitConverter.SingleToUInt32Bits(values[column]))
                    return new CausalityBreach(cut, future, sample.BarTime, column, sample.Values[column], values[column]);
            }
        }

        // An output that only the other future causes, such as an order, is as much of a leak as one that it removes.
        foreach (var time in found.Keys)
            return new CausalityBreach(cut, future, time, -1, 0, 1);
        return null;
    }

    private static List<ContractBars> Before(IReadOnlyList<ContractBars> market, Timestamp cut, int barSeconds) =>
        [.. market.Select(c => new ContractBars(c.Contract, [.. c.Bars.Where(b => IsKnown(b, cut, barSeconds))]))];

    private static bool IsKnown(in Bar bar, Timestamp cut, int barSeconds) => bar.Opens.AddSeconds(barSeconds) <= cut;

    /// <summary>Another future: other prices, other volumes, some bars gone. What is known stays as it is.</summary>
    private static List<ContractBars> Scrambled(IReadOnlyList<ContractBars> market, Timestamp cut, int barSeconds, ref SplitMix64 random)
    {
        var scrambled = new List<ContractBars>();
        foreach (var contract in market)
        {
            var bars = new List<Bar>();
            foreach (var bar in contract.Bars)
            {
                if (IsKnown(bar, cut, barSeconds))
                {
                    bars.Add(bar);
                }
                else if (random.NextBelow(4) > 0)
                {
                    var shift = new Ticks(random.NextBelow(401) - 200);
                    var stretch = new Ticks(random.NextBelow(20));
                    bars.Add(
                        new Bar(
                            bar.OpenTime,
                            bar.Open + shift,
                            bar.High + shift + stretch,
                            bar.Low + shift - stretch,
                            bar.Close + shift,
                            (uint)random.NextBelow(100_000)
                        )
                    );
                }
            }

            scrambled.Add(new ContractBars(contract.Contract, bars));
        }

        return scrambled;
    }
}
