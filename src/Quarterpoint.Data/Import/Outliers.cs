using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;

namespace Quarterpoint.Data.Import;

/// <summary>
/// Finds bars that no market makes within a session: with a range, or a jump from the previous close, of more than 20 %. The exchange halts
/// at 7 % overnight and at 20 % during the day. Such bars are reported and kept.
/// </summary>
internal sealed class Outliers(Instrument instrument)
{
    private const int Shown = 5;
    private const double Extreme = 0.20;

    private readonly List<string> _first = [];
    private long _count;

    public static bool IsExtreme(in Bar bar, Price? previousClose) =>
        (bar.High - bar.Low).Count > Extreme * Math.Abs(bar.Open.InTicks)
        || (previousClose is { } close && Math.Abs((bar.Open - close).Count) > Extreme * Math.Abs(close.InTicks));

    public void Look(ImportSeries series, in Bar bar)
    {
        if (!IsExtreme(bar, series.PreviousClose))
            return;
        _count++;
        if (_first.Count < Shown)
        {
            var before = series.PreviousClose is { } close ? ", the close before " + instrument.Format(close) : "";
            _first.Add(
                $"{bar.Opens} {series.Contract ?? instrument.Symbol}: "
                    + $"open {instrument.Format(bar.Open)}, high {instrument.Format(bar.High)}, "
                    + $"low {instrument.Format(bar.Low)}, close {instrument.Format(bar.Close)}{before}"
            );
        }
    }

    public IEnumerable<string> InWords() =>
        _count == 0 ? [] : [$"{_count} bars move by more than 20 % within a session; the first of them:", .. _first];
}
