namespace Quarterpoint.Reporting.Runs;

/// <summary>How a long series becomes one that a page can carry and still shows everything that a screen can.</summary>
internal static class Thinning
{
    /// <summary>
    /// First and last row, and the lowest and the highest of each stretch, in their order: what is dropped lies between rows that stay.
    /// </summary>
    /// <param name="stretches">Into how many the rows are cut; twice as many rows and two stay at most.</param>
    public static IReadOnlyList<T> KeepExtremes<T>(IReadOnlyList<T> rows, Func<T, long> height, int stretches)
    {
        if (rows.Count <= 2 * stretches)
            return rows;
        var kept = new List<T>((2 * stretches) + 2) { rows[0] };
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var first = 1 + (int)((long)(rows.Count - 2) * stretch / stretches);
            var end = 1 + (int)((long)(rows.Count - 2) * (stretch + 1) / stretches);
            var (low, high) = (first, first);
            for (var i = first; i < end; i++)
            {
                if (height(rows[i]) < height(rows[low]))
                    low = i;
                if (height(rows[i]) > height(rows[high]))
                    high = i;
            }

            kept.Add(rows[Math.Min(low, high)]);
            if (low != high)
                kept.Add(rows[Math.Max(low, high)]);
        }

        kept.Add(rows[^1]);
        return kept;
    }
}
