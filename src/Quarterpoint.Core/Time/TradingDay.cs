using System.Globalization;

namespace Quarterpoint.Core.Time;

/// <summary>
/// The date that a session belongs to: the New York date on which it ends. For CME equity futures it runs from 18:00 on the calendar day
/// before to 17:00 (SPEC K3). <see cref="Number"/> counts days since 0001-01-01; <c>default</c> means no day.
/// </summary>
public readonly record struct TradingDay(int Number) : IComparable<TradingDay>
{
    public static TradingDay On(int year, int month, int day) => From(new DateOnly(year, month, day));

    public static TradingDay From(DateOnly date) => new(date.DayNumber);

    public DateOnly Date => DateOnly.FromDayNumber(Number);

    public static bool operator <(TradingDay left, TradingDay right) => left.Number < right.Number;

    public static bool operator >(TradingDay left, TradingDay right) => left.Number > right.Number;

    public static bool operator <=(TradingDay left, TradingDay right) => left.Number <= right.Number;

    public static bool operator >=(TradingDay left, TradingDay right) => left.Number >= right.Number;

    public int CompareTo(TradingDay other) => Number.CompareTo(other.Number);

    public override string ToString() => Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
