using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;

namespace Quarterpoint.Core.Backtesting;

/// <summary>
/// Lets several backtests run over the same chunk one after another while the model is asked only once. Only the newest chunk is
/// remembered, so memory does not grow with the data.
/// </summary>
public sealed class RememberedForecasts(IForecaster model) : IForecaster
{
    private readonly OrderedDictionary<int, ForecastFacts[]> _sessions = [];
    private BarColumns? _columns;

    public void Forecast(BarColumns columns, in SessionRows session, Span<ForecastFacts> forecasts)
    {
        if (!ReferenceEquals(columns, _columns))
        {
            _sessions.Clear();
            _columns = columns;
        }

        if (!_sessions.TryGetValue(session.FirstRow, out var said))
        {
            said = new ForecastFacts[session.RowCount];
            model.Forecast(columns, session, said);
            _sessions.Add(session.FirstRow, said);
        }

        said.CopyTo(forecasts);
    }
}
