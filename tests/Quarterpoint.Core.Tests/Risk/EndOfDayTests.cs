using System.Globalization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Risk;

[Trait("Spec", "R13")]
public sealed class EndOfDayTests
{
    private static string Times(int year, int month, int day, EndOfDayPlan plan)
    {
        var end = EndOfDay.Of(SessionCalendar.CmeEquityIndex.Find(TradingDay.On(year, month, day))!.Value, plan);
        string Clock(Timestamp time) => NewYork.Local(time).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Join(' ', [Clock(end.ReduceAt), Clock(end.CutoffAt), Clock(end.ExitAt), Clock(end.FlatBy)]);
    }

    [Theory]
    [InlineData(2024, 3, 5, "16:00:00 16:15:00 16:25:00 16:30:00", "15:35:00 15:50:00 16:00:00 16:05:00")] // any day
    [InlineData(2024, 3, 8, "16:00:00 16:15:00 16:25:00 16:30:00", "15:35:00 15:50:00 16:00:00 16:05:00")] // before clocks go forward
    [InlineData(2024, 3, 11, "16:00:00 16:15:00 16:25:00 16:30:00", "15:35:00 15:50:00 16:00:00 16:05:00")] // after
    [InlineData(2024, 11, 4, "16:00:00 16:15:00 16:25:00 16:30:00", "15:35:00 15:50:00 16:00:00 16:05:00")] // after they went back
    [InlineData(2021, 6, 25, "15:45:00 16:00:00 16:10:00 16:15:00", "15:35:00 15:50:00 16:00:00 16:05:00")] // the last with a halt
    [InlineData(2021, 6, 28, "16:00:00 16:15:00 16:25:00 16:30:00", "15:35:00 15:50:00 16:00:00 16:05:00")] // the first without
    [InlineData(2024, 5, 27, "12:00:00 12:15:00 12:25:00 12:30:00", "12:00:00 12:15:00 12:25:00 12:30:00")] // 13:00
    [InlineData(2024, 7, 3, "12:15:00 12:30:00 12:40:00 12:45:00", "12:15:00 12:30:00 12:40:00 12:45:00")] // 13:15
    [InlineData(2020, 11, 27, "12:15:00 12:30:00 12:40:00 12:45:00", "12:15:00 12:30:00 12:40:00 12:45:00")] // 13:15 while there were halts
    [InlineData(2021, 4, 2, "08:15:00 08:30:00 08:40:00 08:45:00", "08:15:00 08:30:00 08:40:00 08:45:00")] // 09:15
    [InlineData(2025, 1, 9, "08:30:00 08:45:00 08:55:00 09:00:00", "08:30:00 08:45:00 08:55:00 09:00:00")] // 09:30
    public void A_day_ends_at_the_times_of_its_plan(int year, int month, int day, string plan, string topstepX)
    {
        Assert.Equal(plan, Times(year, month, day, EndOfDayPlan.Plan));
        Assert.Equal(topstepX, Times(year, month, day, EndOfDayPlan.TopstepX));
    }

    /// <summary>
    /// No day of the calendar so far closes after the venue's own cut of 16:10 and before its usual time; a close at exactly 16:30 does not
    /// count as early.
    /// </summary>
    [Theory]
    [InlineData(16, 40, true, "16:05:00")]
    [InlineData(16, 20, true, "15:50:00")]
    [InlineData(16, 29, false, "15:59:00")]
    [InlineData(16, 30, false, "16:30:00")]
    public void A_close_after_the_venues_own_cut_is_early_all_the_same(int hour, int minute, bool isEarly, string flatBy)
    {
        var day = new DateOnly(2024, 3, 5);
        var session = SessionCalendar.CmeEquityIndex.Find(TradingDay.From(day))!.Value with
        {
            Close = NewYork.At(day, new TimeOnly(hour, minute)),
            IsEarlyClose = isEarly,
        };
        Assert.Equal(
            flatBy,
            NewYork.Local(EndOfDay.Of(session, EndOfDayPlan.Plan).FlatBy).ToString("HH:mm:ss", CultureInfo.InvariantCulture)
        );
    }

    [Theory]
    [InlineData(2024, 3, 8, 21)]
    [InlineData(2024, 3, 11, 20)]
    [InlineData(2024, 11, 1, 20)]
    [InlineData(2024, 11, 4, 21)]
    [InlineData(2027, 3, 15, 20)]
    [InlineData(2027, 11, 8, 21)]
    [Trait("Spec", "K3")]
    public void A_day_is_flat_by_half_past_four_in_New_York_whatever_that_is_in_UTC(int year, int month, int day, int utcHour)
    {
        var end = EndOfDay.Of(SessionCalendar.CmeEquityIndex.Find(TradingDay.On(year, month, day))!.Value, EndOfDayPlan.Plan);

        Assert.Equal(new DateTime(year, month, day, utcHour, 30, 0, DateTimeKind.Utc), end.FlatBy.ToUtc());
    }

    [Fact]
    public void On_every_day_the_venue_still_trades_when_all_must_be_flat()
    {
        foreach (var session in SessionCalendar.CmeEquityIndex.Sessions)
        {
            foreach (var plan in Enum.GetValues<EndOfDayPlan>())
            {
                var end = EndOfDay.Of(session, plan);
                Assert.True(session.Open < end.ReduceAt && end.FlatBy <= session.Close, $"{session.Day} {plan}");
                Assert.False(session.HasHalt && end.FlatBy > session.HaltStart, $"{session.Day} {plan} lies beyond its halt");
                Assert.True(
                    plan == EndOfDayPlan.Plan || end.FlatBy <= NewYork.At(session.Day.Date, new TimeOnly(16, 5)),
                    $"{session.Day} lies beyond the venue's own cut"
                );
            }
        }
    }
}
