using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Accounting;

/// <summary>A fall of equity below a peak: how deep, from when to when, and when the peak was reached again; null: not yet.</summary>
public readonly record struct DrawdownSpell(Money Depth, Timestamp Peak, Timestamp Trough, Timestamp? Recovered)
{
    /// <summary>Bars from the peak to the recovery, or to the last bar where there was none.</summary>
    public long Bars { get; init; }

    /// <summary>Trading days that ended in between; 0 for a fall that recovered on the day of its peak.</summary>
    public int Days { get; init; }
}

/// <summary>
/// Follows equity from bar to bar and remembers the deepest drawdowns and the longest time below a peak, in constant memory. The first value
/// is the first peak.
/// </summary>
public sealed class DrawdownTracker
{
    /// <summary>How many of the deepest drawdowns are kept.</summary>
    public const int MostKept = 10;

    private readonly List<DrawdownSpell> _deepest = new(MostKept + 1);
    private long _peak = long.MinValue;
    private Timestamp _peakTime;
    private long _peakBar;
    private int _peakDay;
    private long _trough = long.MinValue;
    private Timestamp _troughTime;

    private Timestamp _lastTime;
    private long _lastBar;
    private int _daysEnded;

    private TimeSpan _longest;
    private long _longestBars;
    private int _longestDays;

    /// <summary>The deepest of all, the one under way included; of depth zero where equity never fell.</summary>
    public DrawdownSpell Deepest => DeepestFirst is [var deepest, ..] ? deepest : default;

    /// <summary>The ten deepest, the deepest first and the earlier of two as deep; the one under way is among them, without a recovery.</summary>
    public IReadOnlyList<DrawdownSpell> DeepestFirst
    {
        get
        {
            var spells = new List<DrawdownSpell>(_deepest);
            if (IsUnderWater)
                Insert(spells, UnderWay);
            return spells;
        }
    }

    /// <summary>The longest time from a peak to its recovery, or to the last value where it has not recovered.</summary>
    public TimeSpan Longest => IsUnderWater && _lastTime - _peakTime > _longest ? _lastTime - _peakTime : _longest;

    /// <summary>The same in bars; perhaps of another drawdown.</summary>
    public long LongestBars => IsUnderWater ? Math.Max(_longestBars, _lastBar - _peakBar) : _longestBars;

    /// <summary>The same in trading days that ended; perhaps of another drawdown.</summary>
    public int LongestDays => IsUnderWater ? Math.Max(_longestDays, _daysEnded - _peakDay) : _longestDays;

    private bool IsUnderWater => _trough < _peak;

    private DrawdownSpell UnderWay =>
        new(new Money(_peak - _trough), _peakTime, _troughTime, null) { Bars = _lastBar - _peakBar, Days = _daysEnded - _peakDay };

    /// <summary>Takes the next value of equity.</summary>
    /// <param name="time">When equity had it.</param>
    /// <param name="equity">Profit and loss so far, or a balance.</param>
    /// <param name="bar">How many bars have closed by then.</param>
    public void Next(Timestamp time, Money equity, long bar)
    {
        var value = equity.MicroDollars;
        (_lastTime, _lastBar) = (time, bar);
        if (value >= _peak)
        {
            if (IsUnderWater)
                EndSpell();
            (_peak, _peakTime, _peakBar, _peakDay, _trough) = (value, time, bar, _daysEnded, value);
            return;
        }

        if (value < _trough)
            (_trough, _troughTime) = (value, time);
    }

    /// <summary>Notes that a trading day has ended; a drawdown goes on until a later value ends it.</summary>
    public void EndDay(Timestamp time, long bar)
    {
        (_lastTime, _lastBar) = (time, bar);
        _daysEnded++;
    }

    private static void Insert(List<DrawdownSpell> spells, in DrawdownSpell spell)
    {
        var place = spells.Count;
        while (place > 0 && spells[place - 1].Depth < spell.Depth)
            place--;
        if (place == MostKept)
            return;
        spells.Insert(place, spell);
        if (spells.Count > MostKept)
            spells.RemoveAt(MostKept);
    }

    private void EndSpell()
    {
        var spell = UnderWay with { Recovered = _lastTime };
        Insert(_deepest, spell);
        if (_lastTime - _peakTime > _longest)
            _longest = _lastTime - _peakTime;
        _longestBars = Math.Max(_longestBars, spell.Bars);
        _longestDays = Math.Max(_longestDays, spell.Days);
    }
}
