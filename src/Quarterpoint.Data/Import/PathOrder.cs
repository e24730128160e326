namespace Quarterpoint.Data.Import;

/// <summary>Sorts paths as a person would: <c>month=2</c> comes before <c>month=10</c>.</summary>
internal sealed class PathOrder : IComparer<string>
{
    public static readonly PathOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var left = (x ?? "").AsSpan();
        var right = (y ?? "").AsSpan();
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var l = NextPart(ref left);
            var r = NextPart(ref right);
            var order =
                char.IsAsciiDigit(l[0]) && char.IsAsciiDigit(r[0]) ? CompareNumbers(l, r) : l.CompareTo(r, StringComparison.Ordinal);
            if (order != 0)
                return order;
        }

        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(x, y);
    }

    /// <summary>The next run of digits, or of anything else.</summary>
    private static ReadOnlySpan<char> NextPart(ref ReadOnlySpan<char> rest)
    {
        var isNumber = char.IsAsciiDigit(rest[0]);
        var length = 1;
        while (length < rest.Length && char.IsAsciiDigit(rest[length]) == isNumber)
            length++;
        var part = rest[..length];
        rest = rest[length..];
        return part;
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var l = left.TrimStart('0');
        var r = right.TrimStart('0');
        return l.Length != r.Length ? l.Length.CompareTo(r.Length) : l.CompareTo(r, StringComparison.Ordinal);
    }
}
