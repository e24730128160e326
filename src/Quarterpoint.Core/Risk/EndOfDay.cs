using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>Which clock the end of the day follows (SPEC R13).</summary>
public enum EndOfDayPlan : byte
{
    /// <summary>16:00, 16:15, 16:25, flat by 16:30.</summary>
    Plan,

    /// <summary>15:35, 15:50, 16:00, flat by 16:05: the venue itself cuts at 16:10.</summary>
    TopstepX,
}

/// <summary>
/// The four instants that end a trading day: new size is halved from <see cref="ReduceAt"/>, nothing opens from <see cref="CutoffAt"/>,
/// market exits at <see cref="ExitAt"/>, flat by <see cref="FlatBy"/>, always.
/// </summary>
public readonly record struct EndOfDay(Timestamp ReduceAt, Timestamp CutoffAt, Timestamp ExitAt, Timestamp FlatBy)
{
    private static readonly TimeSpan ReduceBefore = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan CutoffBefore = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ExitBefore = TimeSpan.FromMinutes(5);

    private static readonly TimeOnly PlanFlatBy = new(16, 30);
    private static readonly TimeOnly VenueCut = new(16, 10);
    private static readonly TimeSpan VenueMargin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EarlyCloseMargin = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Both plans keep the same distances, so a day is its flat-by time. A close before 16:30 (an early close, or the 16:15 halt of trading
    /// days before 2021-06-28) brings it forward; nothing ever puts it back.
    /// </summary>
    public static EndOfDay Of(in TradingSession session, EndOfDayPlan plan)
    {
        var date = session.Day.Date;
        var flatBy = NewYork.At(date, PlanFlatBy);
        if (plan == EndOfDayPlan.TopstepX)
            flatBy = NewYork.At(date, VenueCut) - VenueMargin;
        if (session.HasHalt)
            flatBy = Timestamp.Min(flatBy, session.HaltStart);
        if (session.Close < flatBy || session.IsEarlyClose)
        {
            flatBy = Timestamp.Min(flatBy, session.Close - EarlyCloseMargin);
            flatBy = Timestamp.Min(flatBy, NewYork.At(date, VenueCut) - VenueMargin);
        }

        return new EndOfDay(flatBy - ReduceBefore, flatBy - CutoffBefore, flatBy - ExitBefore, flatBy);
    }
}
