using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>SPEC R13 for CME equity-index futures, written again, independently of the program.</summary>
public static class DeadlineRule
{
    private static readonly DateOnly FirstDayWithoutHalt = new(2021, 6, 28);

    /// <summary>When the day must be flat, in New York.</summary>
    public static TimeOnly FlatBy(DateOnly date, EndOfDayPlan plan)
    {
        if (CalendarTable.CmeEquityIndex.ExceptionOn(date) is { Close: { } close })
            return close.AddMinutes(-30) < new TimeOnly(16, 5) ? close.AddMinutes(-30) : new TimeOnly(16, 5);
        if (plan == EndOfDayPlan.TopstepX)
            return new TimeOnly(16, 5);
        return date < FirstDayWithoutHalt ? new TimeOnly(16, 15) : new TimeOnly(16, 30);
    }
}
