using Quarterpoint.Core.MarketData;

namespace Quarterpoint.Core.Signals;

/// <summary>A model that speaks once a bar, a session at a time.</summary>
public interface IForecaster
{
    /// <summary>Sessions come in order, since what is normal for a minute is learnt from the days before.</summary>
    /// <param name="columns">The bars.</param>
    /// <param name="session">The session to forecast.</param>
    /// <param name="forecasts">One a row of the session; a row of which the model says nothing keeps
    /// <see cref="ForecastFacts.BarOpenTime"/> 0.</param>
    void Forecast(BarColumns columns, in SessionRows session, Span<ForecastFacts> forecasts);
}
