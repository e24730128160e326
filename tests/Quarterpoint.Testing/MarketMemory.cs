using Quarterpoint.Core;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>What an engine remembers from earlier days: what is normal for each minute.</summary>
public static class MarketMemory
{
    /// <summary>The memory of that many full days early in 2023, in which every minute had that ATR and volume.</summary>
    public static byte[] Of(int days, double atrTicks, double volume)
    {
        var (atr, volumes) = (new MinuteNorms(), new MinuteNorms());
        var sessions = SessionCalendar.CmeEquityIndex.Sessions;
        for (var day = SessionCalendar.CmeEquityIndex.IndexOf(TradingDay.On(2023, 1, 30)); days > 0; day++)
        {
            if (sessions[day].IsEarlyClose)
                continue;
            atr.EnterSession(sessions[day]);
            volumes.EnterSession(sessions[day]);
            for (var minute = 0; minute < MinuteNorms.MinutesADay; minute++)
            {
                atr.Note(sessions[day].Open.AddSeconds(60 * minute), atrTicks);
                volumes.Note(sessions[day].Open.AddSeconds(60 * minute), volume);
            }

            days--;
        }

        return StateArchive.Save(archive =>
        {
            archive.Expect(MarketBreakers.MemoryVersion, "version");
            atr.Archive(archive);
            volumes.Archive(archive);
        });
    }
}
