using System.Globalization;

namespace Quarterpoint.Core.Instruments;

/// <summary>A price level in whole ticks of its instrument. <c>default</c> is level zero, at which no future trades.</summary>
public readonly record struct Price(int InTicks) : IComparable<Price>
{
    public static Ticks operator -(Price left, Price right) => new(left.InTicks - right.InTicks);

    public static Price operator +(Price level, Ticks distance) => new(level.InTicks + distance.Count);

    public static Price operator -(Price level, Ticks distance) => new(level.InTicks - distance.Count);

    public static bool operator <(Price left, Price right) => left.InTicks < right.InTicks;

    public static bool operator >(Price left, Price right) => left.InTicks > right.InTicks;

    public static bool operator <=(Price left, Price right) => left.InTicks <= right.InTicks;

    public static bool operator >=(Price left, Price right) => left.InTicks >= right.InTicks;

    public static Price Min(Price a, Price b) => a.InTicks <= b.InTicks ? a : b;

    public static Price Max(Price a, Price b) => a.InTicks >= b.InTicks ? a : b;

    public int CompareTo(Price other) => InTicks.CompareTo(other.InTicks);

    public override string ToString() => InTicks.ToString(CultureInfo.InvariantCulture) + " ticks level";
}

/// <summary>A signed distance between two prices, in ticks.</summary>
public readonly record struct Ticks(int Count) : IComparable<Ticks>
{
    public static Ticks operator +(Ticks left, Ticks right) => new(left.Count + right.Count);

    public static Ticks operator -(Ticks left, Ticks right) => new(left.Count - right.Count);

    public static Ticks operator -(Ticks value) => new(-value.Count);

    public static Ticks operator *(Ticks value, int factor) => new(value.Count * factor);

    public static bool operator <(Ticks left, Ticks right) => left.Count < right.Count;

    public static bool operator >(Ticks left, Ticks right) => left.Count > right.Count;

    public static bool operator <=(Ticks left, Ticks right) => left.Count <= right.Count;

    public static bool operator >=(Ticks left, Ticks right) => left.Count >= right.Count;

    public int CompareTo(Ticks other) => Count.CompareTo(other.Count);

    public override string ToString() => Count.ToString("+0;-0;0", CultureInfo.InvariantCulture) + " ticks";
}
