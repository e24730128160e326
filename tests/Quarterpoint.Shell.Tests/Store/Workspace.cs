using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Shell.Tests.Store;

/// <summary>A temporary folder, deleted when the test ends.</summary>
public sealed class Workspace : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("quarterpoint-test-").FullName;

    /// <summary>Every file and folder in it, hidden ones too.</summary>
    public IReadOnlyList<string> Everything =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                .Order(),
        ];

    public string At(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([Root, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public string Write(string name, string content)
    {
        var path = At(name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Bars and sets by hand.</summary>
internal static class StoreOf
{
    public static readonly DataSetOrigin ByHand = new() { Text = "by hand" };

    public static DataSetDescription Description(Instrument instrument, string name = "TEST", int barSeconds = 1) =>
        new()
        {
            Name = name,
            Instrument = instrument,
            BarSeconds = barSeconds,
        };

    public static uint Second(string utc) =>
        (uint)new DateTimeOffset(DateTime.Parse(utc, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeSeconds();

    public static Bar Flat(uint second, int ticks, uint volume = 1) =>
        new(second, new Price(ticks), new Price(ticks), new Price(ticks), new Price(ticks), volume);

    /// <summary>One bar at that price at each hour of a session, so that a session has few rows and known ends.</summary>
    public static Bar[] Hourly(TradingDay day, int ticks, uint volume, SessionCalendar? calendar = null)
    {
        var session = (calendar ?? SessionCalendar.CmeEquityIndex).Find(day)!.Value;
        var bars = new List<Bar>();
        for (var second = session.Open.UnixSeconds; second < session.Close.UnixSeconds; second += 3600)
            bars.Add(Flat((uint)second, ticks, volume));
        return [.. bars];
    }

    public static IEnumerable<TradingDay> Days(TradingDay first, TradingDay last)
    {
        foreach (var session in SessionCalendar.CmeEquityIndex.Sessions.ToArray())
        {
            if (session.Day >= first && session.Day <= last)
                yield return session.Day;
        }
    }
}
