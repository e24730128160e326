using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Store;

/// <summary>
/// The span of time whose rows are stored under one trading day: from the end of the session before to the end of its own session, so that
/// no session is split between two files. Outside the calendar's years a UTC day takes its place.
/// </summary>
internal readonly record struct FilingDay(TradingDay Day, long From, long Until, long SessionOpen)
{
    private const long SecondsPerDay = 86_400;

    public bool Covers(uint second) => second >= From && second < Until;

    public bool IsInSession(uint second) => second >= SessionOpen;

    public static FilingDay At(uint second, SessionCalendar calendar)
    {
        var index = calendar.FirstClosingAfter(Timestamp.FromUnixSeconds(second));
        var sessions = calendar.Sessions;
        if (index < sessions.Length && (index > 0 || second >= sessions[index].Open.UnixSeconds))
        {
            var previous = index > 0 ? sessions[index - 1].Close : sessions[index].Open;
            return new FilingDay(
                sessions[index].Day,
                previous.UnixSeconds,
                sessions[index].Close.UnixSeconds,
                sessions[index].Open.UnixSeconds
            );
        }

        var midnight = second - (second % SecondsPerDay);
        var from = index == sessions.Length && index > 0 ? Math.Max(midnight, sessions[^1].Close.UnixSeconds) : midnight;
        var until =
            index < sessions.Length ? Math.Min(midnight + SecondsPerDay, sessions[index].Open.UnixSeconds) : midnight + SecondsPerDay;
        return new FilingDay(TradingDay.From(DateOnly.FromDateTime(DateTime.UnixEpoch.AddSeconds(second))), from, until, long.MaxValue);
    }

    /// <summary>A hash of the session times from one day to another. A set stored with other times cannot be read with these.</summary>
    public static string HashOf(SessionCalendar calendar, TradingDay first, TradingDay last)
    {
        var text = new StringBuilder();
        foreach (var session in calendar.Sessions)
        {
            if (session.Day >= first && session.Day <= last)
                text.Append(CultureInfo.InvariantCulture, $"{session.Day} {session.Open.UnixSeconds} {session.Close.UnixSeconds}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())));
    }
}
