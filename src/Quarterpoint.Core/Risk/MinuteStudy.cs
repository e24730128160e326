using Quarterpoint.Core.Features;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// What stops and slippage need of the recent past: ATR(14) and the last swing high and low of completed 1-minute bars (SPEC R11). Where
/// the data's own bars are longer than a minute, of those bars.
/// </summary>
public struct MinuteStudy
{
    /// <summary>Completed minutes in the average true range (R11).</summary>
    public const int AtrPeriod = 14;

    /// <summary>Seconds without a bar that are filled with flat ones; after more, everything is cold (SPEC D4).</summary>
    public const int FilledGapSeconds = 60;

    private BarAggregator _minutes;
    private WilderAtr _atr = new(AtrPeriod);
    private int _barSeconds;
    private uint _lastEnd;

    /// <summary>
    /// The last five completed bars' extremes, oldest first; a swing is the middle one where it stands out from its neighbours.
    /// </summary>
    private Five _highs;
    private Five _lows;
    private long _seen;
    private Price _swingHigh;
    private Price _swingLow;
    private uint _minuteOpen;
    private uint _minuteVolume;
    private int _hasSwingHigh;
    private int _hasSwingLow;

    public MinuteStudy(int barSeconds)
    {
        _barSeconds = barSeconds;
        _minutes = new BarAggregator(Math.Max(60, barSeconds));
    }

    /// <summary>ATR in ticks; null until 15 bars have completed.</summary>
    public readonly double? Atr => _atr.IsWarm ? _atr.Value : null;

    /// <summary>When the minute that completed last began, in Unix seconds, and how much was traded in it.</summary>
    public readonly (uint OpenTime, uint Volume) LastMinute => (_minuteOpen, _minuteVolume);

    /// <summary>The last high with two lower highs on either side.</summary>
    public readonly Price? SwingHigh => _hasSwingHigh != 0 ? _swingHigh : null;

    public readonly Price? SwingLow => _hasSwingLow != 0 ? _swingLow : null;

    /// <summary>True where a minute completed with this bar.</summary>
    public bool Next(in Bar bar)
    {
        if (bar.OpenTime > _lastEnd + FilledGapSeconds && _lastEnd != 0)
            Reset();
        _lastEnd = bar.OpenTime + (uint)_barSeconds;
        if (_minutes.Extend(bar, _barSeconds))
            return false;
        return Advance(bar);
    }

    public void Reset()
    {
        _minutes.Reset();
        _atr.Reset();
        _lastEnd = 0;
        _seen = 0;
        _hasSwingHigh = 0;
        _hasSwingLow = 0;
    }

    private bool Advance(in Bar bar)
    {
        var completed = false;
        while (_minutes.CloseBefore(bar.OpenTime, out var minute))
        {
            Complete(minute);
            completed = true;
        }

        if (_minutes.Add(bar, _barSeconds, out var last))
        {
            Complete(last);
            completed = true;
        }

        return completed;
    }

    private void Complete(in Bar minute)
    {
        _atr.Next(minute.High.InTicks, minute.Low.InTicks, minute.Close.InTicks);
        (_minuteOpen, _minuteVolume) = (minute.OpenTime, minute.Volume);
        _highs.Push(minute.High.InTicks);
        _lows.Push(minute.Low.InTicks);
        if (++_seen < 5)
            return;
        if (_highs.MiddleIsHighest)
            (_swingHigh, _hasSwingHigh) = (new Price(_highs.C), 1);
        if (_lows.MiddleIsLowest)
            (_swingLow, _hasSwingLow) = (new Price(_lows.C), 1);
    }

    private struct Five
    {
        public int A;
        public int B;
        public int C;
        public int D;
        public int E;

        public readonly bool MiddleIsHighest => C > A && C > B && C > D && C > E;

        public readonly bool MiddleIsLowest => C < A && C < B && C < D && C < E;

        public void Push(int value) => (A, B, C, D, E) = (B, C, D, E, value);
    }
}
