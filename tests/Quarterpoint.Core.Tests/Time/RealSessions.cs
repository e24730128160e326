using System.Globalization;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;
using ZstdSharp;

namespace Quarterpoint.Core.Tests.Time;

/// <summary>The calendar against five years of real trading: the Nasdaq future's minutes of 2019 to 2023.</summary>
public sealed class RealSessions
{
    private static readonly SessionCalendar Calendar = SessionCalendar.CmeEquityIndex;

    /// <summary>Gaps in the data, not in trading (CALENDAR.md): first and last minute of the sessions that they cut.</summary>
    private static readonly Dictionary<string, (string First, string Last)> Holes = new()
    {
        ["2020-02-28"] = ("2020-02-27 18:00", "2020-02-28 10:58"),
        ["2020-06-30"] = ("2020-06-29 18:00", "2020-06-30 10:10"),
        ["2020-07-01"] = ("2020-06-30 20:00", "2020-07-01 16:59"),
    };

    /// <summary>Six minutes in five years have a row although the market is closed: a stray print at the edge of a break.</summary>
    private static readonly string[] Strays =
    [
        "2019-03-01 17:00",
        "2019-11-07 16:15",
        "2020-03-30 16:29",
        "2020-03-31 16:29",
        "2020-03-31 17:59",
        "2020-04-01 16:29",
    ];

    [Fact]
    [Trait("Spec", "K3")]
    [Trait("Spec", "K5")]
    [Trait("Spec", "K6")]
    public void Trading_ends_where_the_calendar_says_and_contracts_where_they_expire()
    {
        var found = new Dictionary<TradingDay, (long First, long Last)>();
        var lastOfContract = new Dictionary<ContractMonth, long>();
        var outside = new List<long>();
        for (var year = 2019; year <= 2023; year++)
        {
            var path = SharedFolder.Find("real", "nq_databento_1m", $"NQ.FUT_ohlcv-1m_{year}.csv.zst");
            Assert.SkipWhen(path is null, $"needs ../shared/real/nq_databento_1m/NQ.FUT_ohlcv-1m_{year}.csv.zst");
            foreach (var (minute, symbol) in Minutes(path!))
            {
                var time = Timestamp.FromUnixSeconds(minute);
                if (Calendar.At(time) is not { } session || session.PhaseAt(time) == SessionPhase.Halt)
                {
                    outside.Add(minute);
                    continue;
                }

                found[session.Day] = found.TryGetValue(session.Day, out var span)
                    ? (Math.Min(span.First, minute), Math.Max(span.Last, minute))
                    : (minute, minute);
                Assert.True(ContractMonth.TryParse(symbol, "NQ", session.Day, out var month), symbol);
                lastOfContract[month] = minute;
            }
        }

        Assert.Equal(Strays, outside.Select(minute => Local(minute)));
        foreach (var session in Calendar.Sessions)
        {
            if (session.Day.Date.Year is < 2019 or > 2023)
                continue;
            Assert.True(found.TryGetValue(session.Day, out var span), $"{session.Day}: no trade");
            if (Holes.TryGetValue(session.Day.ToString(), out var hole))
            {
                Assert.Equal(hole, (Local(span.First), Local(span.Last)));
                continue;
            }

            Assert.True(span.First == session.Open.UnixSeconds, $"{session.Day} begins at {Local(span.First)}");
            Assert.True(span.Last == session.Close.UnixSeconds - 60, $"{session.Day} ends with {Local(span.Last)}");
        }

        // The last minute in which an expired contract traded is the one before 09:30 on its expiry.
        var expired = lastOfContract.Where(c => c.Key.Ordinal <= new ContractMonth(2023, 12).Ordinal).ToList();
        Assert.Equal(20, expired.Count);
        foreach (var (month, last) in expired)
            Assert.Equal(NewYork.At(month.Expiry(CalendarTable.CmeEquityIndex).Date, new TimeOnly(9, 29)).UnixSeconds, last);
    }

    private static string Local(long second) =>
        NewYork.Local(Timestamp.FromUnixSeconds(second)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Minute and symbol of every row of an outright contract.</summary>
    private static IEnumerable<(long Minute, string Symbol)> Minutes(string path)
    {
        using var reader = new StreamReader(new DecompressionStream(File.OpenRead(path)));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var symbol = line[(line.LastIndexOf(',') + 1)..];
            if (symbol.Contains('-', StringComparison.Ordinal))
                continue;
            var time = DateTime.ParseExact(
                line.AsSpan(0, 16),
                "yyyy-MM-ddTHH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
            );
            yield return (Timestamp.FromUtc(time).UnixSeconds, symbol);
        }
    }
}
