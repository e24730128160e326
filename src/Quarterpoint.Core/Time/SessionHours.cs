namespace Quarterpoint.Core.Time;

/// <summary>
/// When a product's trading day opens and closes, in New York time. An open later than the close belongs to the calendar day before. Equal
/// times mean the hours that the calendar states for each period: see <see cref="FromCalendar"/>.
/// </summary>
public readonly record struct SessionHours(TimeOnly Open, TimeOnly Close)
{
    /// <summary>18:00 to 17:00 with the changes of past years: the calendar's own hours.</summary>
    public static readonly SessionHours CmeEquityIndex;

    /// <summary>Whether the calendar's own hours apply instead of these two times.</summary>
    public bool FromCalendar => Open == Close;

    public override string ToString() => FromCalendar ? "calendar" : $"{Open:HH:mm}-{Close:HH:mm}";
}
