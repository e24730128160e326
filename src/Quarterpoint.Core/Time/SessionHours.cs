namespace Quarterpoint.Core.Time;

/// <summary>
/// When a product's trading day opens and closes in New York. An opening later in the day than the close is that of the calendar day
/// before. <see cref="FromCalendar"/> takes the hours that the calendar states for each period.
/// </summary>
public readonly record struct SessionHours(TimeOnly Open, TimeOnly Close)
{
    /// <summary>18:00 to 17:00 with its historical changes: the calendar's own hours.</summary>
    public static readonly SessionHours CmeEquityIndex;

    public bool FromCalendar => Open == Close;

    public override string ToString() => FromCalendar ? "calendar" : $"{Open:HH:mm}-{Close:HH:mm}";
}
