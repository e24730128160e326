using Quarterpoint.Core.Features;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Inference;
using Quarterpoint.Live.Session;

namespace Quarterpoint.App.Sessions;

/// <summary>
/// Asks a model bar by bar in a session. It learns which volume is normal from the days of the tape before the first, and goes on
/// learning from each bar.
/// </summary>
/// <param name="stream">The model.</param>
/// <param name="before">Gives the bars of the days before a day, in order.</param>
internal sealed class StreamForecaster(ForecastStream stream, Func<TradingDay, IEnumerable<BarColumns>> before) : IBarForecaster
{
    private readonly NormalVolume _volume = new();
    private TradingDay _day;

    public EngineEvent? Next(in Bar bar, in TradingSession session, bool isAsked)
    {
        if (session.Day != _day)
            Begin(session);
        _volume.Add(bar);
        var silence = stream.Next(bar, 0, 0, out var forecast);
        if (!isAsked)
            return null;
        return silence is { } why ? EngineEvent.ForecastAbsent(bar.Opens, why) : EngineEvent.Forecasted(bar.Opens, forecast);
    }

    private void Begin(in TradingSession session)
    {
        if (_day == default)
        {
            foreach (var columns in before(session.Day))
            {
                foreach (var past in columns.Sessions)
                    _volume.Next(columns, past);
            }
        }

        _day = session.Day;
        stream.BeginSession(session, _volume.Begin(session));
    }
}
