using System.Globalization;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Time;

public sealed class SessionCalendarTests
{
    private static readonly SessionCalendar Calendar = SessionCalendar.CmeEquityIndex;

    private static Timestamp At(int year, int month, int day, int hour, int minute, int second = 0) =>
        NewYork.At(new DateOnly(year, month, day), new TimeOnly(hour, minute, second));

    private static TradingSession On(int year, int month, int day) => Calendar.Find(TradingDay.On(year, month, day))!.Value;

    /// <summary>The open and close of a trading day in New York time, or nothing if nothing trades.</summary>
    [Theory]
    [InlineData(2024, 3, 4, 17, 59, 59, null)] // the daily break
    [InlineData(2024, 3, 4, 18, 0, 0, "2024-03-05")]
    [InlineData(2024, 3, 5, 0, 0, 0, "2024-03-05")] // midnight changes nothing
    [InlineData(2024, 3, 5, 16, 59, 59, "2024-03-05")]
    [InlineData(2024, 3, 5, 17, 0, 0, null)]
    [InlineData(2024, 3, 8, 16, 59, 59, "2024-03-08")]
    [InlineData(2024, 3, 8, 17, 0, 0, null)] // the weekend
    [InlineData(2024, 3, 8, 18, 0, 0, null)]
    [InlineData(2024, 3, 9, 12, 0, 0, null)]
    [InlineData(2024, 3, 10, 17, 59, 59, null)] // the Sunday on which clocks went forward
    [InlineData(2024, 3, 10, 18, 0, 0, "2024-03-11")]
    [InlineData(2024, 11, 3, 18, 0, 0, "2024-11-04")] // and back
    [InlineData(2024, 12, 24, 13, 14, 59, "2024-12-24")]
    [InlineData(2024, 12, 24, 13, 15, 0, null)] // an early close
    [InlineData(2024, 12, 24, 18, 0, 0, null)] // the eve of a closed day
    [InlineData(2024, 12, 25, 17, 59, 59, null)]
    [InlineData(2024, 12, 25, 18, 0, 0, "2024-12-26")] // it reopens that evening
    [InlineData(2027, 12, 31, 16, 59, 59, "2027-12-31")]
    [InlineData(2028, 1, 3, 12, 0, 0, null)] // no row, no session
    [Trait("Spec", "K3")]
    [Trait("Spec", "R13")]
    public void A_trading_day_runs_from_18_to_17_and_has_the_date_it_ends_on(
        int year,
        int month,
        int day,
        int hour,
        int minute,
        int second,
        string? expected
    )
    {
        var session = Calendar.At(At(year, month, day, hour, minute, second));

        Assert.Equal(expected, session?.Day.ToString());
    }

    [Theory]
    [InlineData(2024, 3, 8, "2024-03-07T23:00:00Z", "2024-03-08T22:00:00Z")]
    [InlineData(2024, 3, 11, "2024-03-10T22:00:00Z", "2024-03-11T21:00:00Z")]
    [InlineData(2024, 11, 1, "2024-10-31T22:00:00Z", "2024-11-01T21:00:00Z")]
    [InlineData(2024, 11, 4, "2024-11-03T23:00:00Z", "2024-11-04T22:00:00Z")]
    [InlineData(2019, 3, 11, "2019-03-10T22:00:00Z", "2019-03-11T21:00:00Z")]
    [InlineData(2027, 11, 8, "2027-11-07T23:00:00Z", "2027-11-08T22:00:00Z")]
    [Trait("Spec", "K3")]
    public void A_session_opens_and_closes_by_the_clock_of_New_York(int year, int month, int day, string open, string close)
    {
        var session = On(year, month, day);

        Assert.Equal((open, close), (session.Open.ToString(), session.Close.ToString()));
    }

    [Theory]
    [InlineData(2024, 3, 5, 9, 29, 59, SessionPhase.Eth)]
    [InlineData(2024, 3, 5, 9, 30, 0, SessionPhase.Rth)]
    [InlineData(2024, 3, 5, 15, 59, 59, SessionPhase.Rth)]
    [InlineData(2024, 3, 5, 16, 0, 0, SessionPhase.Post)]
    [InlineData(2024, 3, 5, 16, 59, 59, SessionPhase.Post)]
    [InlineData(2024, 3, 5, 17, 0, 0, SessionPhase.Closed)]
    [InlineData(2024, 3, 5, 18, 0, 0, SessionPhase.Eth)] // the next day's
    [InlineData(2024, 3, 5, 16, 15, 0, SessionPhase.Post)]
    [InlineData(2021, 6, 25, 16, 14, 59, SessionPhase.Post)]
    [InlineData(2021, 6, 25, 16, 15, 0, SessionPhase.Halt)]
    [InlineData(2021, 6, 25, 16, 29, 59, SessionPhase.Halt)]
    [InlineData(2021, 6, 25, 16, 30, 0, SessionPhase.Post)]
    [InlineData(2021, 6, 28, 16, 15, 0, SessionPhase.Post)] // no halt any more
    [InlineData(2024, 7, 3, 13, 14, 59, SessionPhase.Rth)] // RTH ends with an earlier close
    [InlineData(2024, 7, 3, 13, 15, 0, SessionPhase.Closed)]
    [InlineData(2021, 4, 2, 9, 14, 59, SessionPhase.Eth)] // and there is none on such a day
    [InlineData(2021, 4, 2, 9, 15, 0, SessionPhase.Closed)]
    [InlineData(2024, 12, 25, 12, 0, 0, SessionPhase.Closed)]
    [Trait("Spec", "K3")]
    [Trait("Spec", "K4")]
    public void Phases(int year, int month, int day, int hour, int minute, int second, SessionPhase phase) =>
        Assert.Equal(phase, Calendar.PhaseAt(At(year, month, day, hour, minute, second)));

    [Fact]
    [Trait("Spec", "K4")]
    public void A_day_that_closes_by_half_past_nine_has_no_RTH()
    {
        Assert.False(On(2021, 4, 2).HasRth);
        Assert.False(On(2025, 1, 9).HasRth);
        Assert.True(On(2024, 7, 3).HasRth);
    }

    /// <summary>SPEC K5 and CALENDAR.md, year by year: closed days; closes at 13:00; at 13:15; at another time.</summary>
    [Theory]
    [InlineData(2019, "01-01 04-19 12-25", "01-21 02-18 05-27 07-04 09-02 11-28", "07-03 11-29 12-24", "")]
    [InlineData(2020, "01-01 04-10 12-25", "01-20 02-17 05-25 07-03 09-07 11-26", "11-27 12-24", "")]
    [InlineData(2021, "01-01 12-24", "01-18 02-15 05-31 07-05 09-06 11-25", "11-26", "04-02 09:15")]
    [InlineData(2022, "04-15 12-26", "01-17 02-21 05-30 06-20 07-04 09-05 11-24", "11-25", "")]
    [InlineData(2023, "01-02 12-25", "01-16 02-20 05-29 06-19 07-04 09-04 11-23", "07-03 11-24", "04-07 09:15")]
    [InlineData(2024, "01-01 03-29 12-25", "01-15 02-19 05-27 06-19 07-04 09-02 11-28", "07-03 11-29 12-24", "")]
    [InlineData(2025, "01-01 04-18 12-25", "01-20 02-17 05-26 06-19 07-04 09-01 11-27", "07-03 11-28 12-24", "01-09 09:30")]
    [InlineData(2026, "01-01 12-25", "01-19 02-16 05-25 06-19 07-03 09-07 11-26", "11-27 12-24", "04-03 09:15")]
    [InlineData(2027, "01-01 03-26 12-24", "01-18 02-15 05-31 06-18 07-05 09-06 11-25", "11-26", "")]
    [Trait("Spec", "K5")]
    public void The_days_that_differ_are_these_and_no_others(int year, string closed, string atOne, string atQuarterPast, string other)
    {
        var expected = new Dictionary<DateOnly, TimeOnly?>();
        DateOnly Day(string monthAndDay) => DateOnly.ParseExact($"{year}-{monthAndDay}", "yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var day in closed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            expected.Add(Day(day), null);
        foreach (var day in atOne.Split(' '))
            expected.Add(Day(day), new TimeOnly(13, 0));
        foreach (var day in atQuarterPast.Split(' '))
            expected.Add(Day(day), new TimeOnly(13, 15));
        if (other.Length > 0)
            expected.Add(Day(other[..5]), TimeOnly.ParseExact(other[6..], "HH:mm", CultureInfo.InvariantCulture));

        for (var date = new DateOnly(year, 1, 1); date.Year == year; date = date.AddDays(1))
        {
            var session = Calendar.Find(TradingDay.From(date));
            var isWeekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            var differs = expected.TryGetValue(date, out var close);
            Assert.Equal(!isWeekend && !(differs && close is null), session is not null);
            if (session is not { } found)
                continue;
            Assert.Equal(differs, found.IsEarlyClose);
            Assert.Equal(NewYork.At(date, close ?? new TimeOnly(17, 0)), found.Close);
        }
    }

    [Fact]
    [Trait("Spec", "K5")]
    public void Every_row_of_the_reference_table_holds_and_its_years_have_no_other()
    {
        var path = SharedFolder.Find("reference", "cme_equity_calendar_2019_2026.csv");
        Assert.SkipWhen(path is null, "needs ../shared/reference/cme_equity_calendar_2019_2026.csv");
        var rows = File.ReadAllLines(path!)[1..].Select(line => line.Split(',')).ToList();
        Assert.Equal(94, rows.Count);
        foreach (var row in rows)
        {
            var day = TradingDay.From(DateOnly.ParseExact(row[0], "yyyy-MM-dd", CultureInfo.InvariantCulture));
            var session = Calendar.Find(day);
            if (row[3] == "CLOSED")
            {
                Assert.Null(session);
                continue;
            }

            Assert.True(session is { IsEarlyClose: true }, row[0]);
            Assert.Equal(NewYork.At(day.Date, TimeOnly.ParseExact(row[4], "HH:mm", CultureInfo.InvariantCulture)), session!.Value.Close);
        }

        var (first, last) = (new DateOnly(2019, 1, 1), new DateOnly(2026, 12, 31));
        var days = Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays);
        Assert.Equal(rows.Count, days.Count(day => CalendarTable.CmeEquityIndex.ExceptionOn(day) is not null));
    }

    [Fact]
    public void Stock_hours_have_the_same_closures()
    {
        var stocks = SessionCalendar.For(new SessionHours(new TimeOnly(4, 0), new TimeOnly(20, 0)));
        var session = stocks.Find(TradingDay.On(2024, 7, 3))!.Value;

        Assert.Equal((At(2024, 7, 3, 4, 0), At(2024, 7, 3, 13, 15)), (session.Open, session.Close));
        Assert.False(stocks.Find(TradingDay.On(2021, 6, 25))!.Value.HasHalt);
        Assert.Null(stocks.Find(TradingDay.On(2024, 12, 25)));
        Assert.Equal("04:00-20:00", new SessionHours(new TimeOnly(4, 0), new TimeOnly(20, 0)).ToString());
    }

    [Fact]
    public void Sessions_are_found_by_day_and_by_time_and_none_outside_the_calendar()
    {
        Assert.Equal(TradingDay.On(2010, 6, 7), Calendar.FirstDay);
        Assert.Equal(TradingDay.On(2027, 12, 31), Calendar.LastDay);
        Assert.True(Calendar.IndexOf(TradingDay.On(2024, 12, 25)) < 0);
        var index = Calendar.IndexOf(TradingDay.On(2024, 3, 5));
        Assert.Equal(TradingDay.On(2024, 3, 5), Calendar.Sessions[index].Day);
        Assert.Equal(index, Calendar.FirstClosingAfter(At(2024, 3, 4, 17, 0)));
        Assert.Equal(index + 1, Calendar.FirstClosingAfter(At(2024, 3, 5, 17, 0)));
        Assert.Equal(Calendar.Sessions.Length, Calendar.FirstClosingAfter(Timestamp.Never));
    }

    [Theory]
    [InlineData("hours,2024-01-01,2024-12-31,Mon-Fri,18:00,17:00", "hours,FIRST DAY")]
    [InlineData("hours,2024-12-31,2024-01-01,Mon-Fri,18:00,17:00,", "hours,FIRST DAY")]
    [InlineData("hours,2024-01-01,2024-12-31,Fri-Mon,18:00,17:00,", "hours,FIRST DAY")]
    [InlineData("hours,2024-01-01,2024-12-31,Mon-Fri,18:00,17:00,16:30-16:15", "hours,FIRST DAY")]
    [InlineData("hours,2024-01-01,2024-12-31,Mon-Fri,18:00,25:00,", "hours,FIRST DAY")]
    [InlineData("closed,2024-13-01,X", "closed,DAY,NAME")]
    [InlineData("closed,2024-12-25,X\nclosed,2024-12-25,Y", "closed,DAY,NAME")]
    [InlineData("early,2024-12-24,X", "early,DAY,CLOSE,NAME")]
    [InlineData("late,2024-12-24", "a line that begins with hours, closed, or early")]
    public void A_bad_line_is_named_with_what_was_expected(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => CalendarTable.Parse("# a comment\n\n" + text, "mine.csv"));

        Assert.Contains($"mine.csv line {2 + text.Split('\n').Length}: '{text.Split('\n')[^1]}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calendar_can_be_written_by_hand()
    {
        var table = CalendarTable.Parse(
            "hours,2024-01-01,2024-01-05,Tue-Thu,18:00,17:00,16:15-16:30\nearly,2024-01-03,12:00,Test\nclosed,2024-01-04,Test",
            "mine.csv"
        );
        var calendar = SessionCalendar.Build(table, SessionHours.CmeEquityIndex);

        Assert.Equal([TradingDay.On(2024, 1, 2), TradingDay.On(2024, 1, 3)], calendar.Sessions.ToArray().Select(s => s.Day));
        Assert.True(calendar.Sessions[0].HasHalt);
        Assert.Equal((true, false), (calendar.Sessions[1].IsEarlyClose, calendar.Sessions[1].HasHalt));
        Assert.Equal(default, SessionCalendar.Build(CalendarTable.Parse("", "empty.csv"), SessionHours.CmeEquityIndex).FirstDay);
    }
}
