using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;

namespace Quarterpoint.Testing;

/// <summary>
/// A model whose forecasts are scripted by the bar's second; for every other bar it has none. It counts how often it is asked.
/// </summary>
public sealed class ScriptedModel : IForecaster
{
    private readonly Dictionary<uint, ForecastFacts> _said = [];

    public int SessionsAsked { get; private set; }

    /// <param name="lowerBound">The lower bound of the likelier side's probability; if null, that probability itself.</param>
    public ScriptedModel Say(uint second, double down, double up, double? lowerBound = null)
    {
        var (d, u) = ((int)Math.Round(down * 1e6), (int)Math.Round(up * 1e6));
        _said[second] = new ForecastFacts(second, d, 1_000_000 - d - u, u, 0, 0)
        {
            LowerBound = (int)Math.Round((lowerBound ?? Math.Max(down, up)) * 1e6),
        };
        return this;
    }

    public void Forecast(BarColumns columns, in SessionRows session, Span<ForecastFacts> forecasts)
    {
        SessionsAsked++;
        for (var i = 0; i < session.RowCount; i++)
            forecasts[i] = _said.GetValueOrDefault(columns.Time[session.FirstRow + i]);
    }
}
