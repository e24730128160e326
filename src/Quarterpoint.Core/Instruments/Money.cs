using System.Globalization;

namespace Quarterpoint.Core.Instruments;

/// <summary>An amount of US dollars in whole millionths, so that no tick value and no fee is ever rounded.</summary>
public readonly record struct Money(long MicroDollars) : IComparable<Money>
{
    public const long MicrosPerDollar = 1_000_000;
    public static readonly Money Zero;

    /// <exception cref="ArgumentOutOfRangeException">The amount has more than six decimals and cannot be held exactly.</exception>
    public static Money FromDollars(decimal dollars)
    {
        var micros = dollars * MicrosPerDollar;
        if (micros != decimal.Truncate(micros))
            throw new ArgumentOutOfRangeException(nameof(dollars), dollars, "an amount has at most six decimals");
        return new Money((long)micros);
    }

    public decimal InDollars => (decimal)MicroDollars / MicrosPerDollar;

    public static Money operator +(Money left, Money right) => new(left.MicroDollars + right.MicroDollars);

    public static Money operator -(Money left, Money right) => new(left.MicroDollars - right.MicroDollars);

    public static Money operator -(Money value) => new(-value.MicroDollars);

    public static Money operator *(Money value, long factor) => new(value.MicroDollars * factor);

    public static bool operator <(Money left, Money right) => left.MicroDollars < right.MicroDollars;

    public static bool operator >(Money left, Money right) => left.MicroDollars > right.MicroDollars;

    public static bool operator <=(Money left, Money right) => left.MicroDollars <= right.MicroDollars;

    public static bool operator >=(Money left, Money right) => left.MicroDollars >= right.MicroDollars;

    public static Money Max(Money a, Money b) => a.MicroDollars >= b.MicroDollars ? a : b;

    public static Money Min(Money a, Money b) => a.MicroDollars <= b.MicroDollars ? a : b;

    public int CompareTo(Money other) => MicroDollars.CompareTo(other.MicroDollars);

    public override string ToString() => InDollars.ToString("$#,0.00####;-$#,0.00####", CultureInfo.InvariantCulture);
}
