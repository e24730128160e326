using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Metrics;

/// <summary>How many results lie from <see cref="From"/>, which is included, to <see cref="To"/>, which is not.</summary>
public readonly record struct ResultBin(Money From, Money To, int Count)
{
    /// <summary>
    /// Bins of one round width (1, 2, 2.5, or 5 times a power of ten dollars, a quarter at least) that begin at whole multiples of it, so
    /// that none holds both wins and losses. Empty bins are left out.
    /// </summary>
    /// <param name="about">How many bins there are about, from the worst result to the best.</param>
    public static IReadOnlyList<ResultBin> Of(IReadOnlyCollection<Money> results, int about)
    {
        if (results.Count == 0)
            return [];
        var reach = results.Max() - results.Min();
        var width = RoundWidth(Math.Max(reach.MicroDollars / about, Money.MicrosPerDollar / 4));
        return
        [
            .. results
                .GroupBy(result => FloorDivide(result.MicroDollars, width))
                .OrderBy(bin => bin.Key)
                .Select(bin => new ResultBin(new Money(bin.Key * width), new Money((bin.Key + 1) * width), bin.Count())),
        ];
    }

    private static long RoundWidth(long atLeast)
    {
        for (var power = 10L; ; power *= 10)
        {
            foreach (var width in (ReadOnlySpan<long>)[power, 2 * power, 5 * power / 2, 5 * power])
            {
                if (width >= atLeast)
                    return width;
            }
        }
    }

    private static long FloorDivide(long value, long by) => (value >= 0 ? value : value - by + 1) / by;
}
