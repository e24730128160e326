using Quarterpoint.Core.Features;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// Picks rows of a session to learn from: labelled and warm ones, one in each stretch of a horizon's length, because the labels of
/// neighbouring rows overlap and say nearly the same. Where the stretches begin changes from epoch to epoch, so that in time every row is
/// seen. Sessions are independent: several samplers may work on several sessions at once.
/// </summary>
public sealed class SessionSampler
{
    private readonly FeatureSet _set;
    private readonly HorizonSettings _horizon;
    private readonly EndOfDayPlan _endOfDay;
    private readonly float[] _row;
    private sbyte[] _labels = [];

    public SessionSampler(FeatureWindows windows, bool hasBidAskVolume, HorizonSettings horizon, EndOfDayPlan endOfDay)
    {
        horizon.CheckFits(windows.BarSeconds);
        _set = new FeatureSet(windows, hasVolume: true, hasBidAskVolume);
        _horizon = horizon;
        _endOfDay = endOfDay;
        _row = new float[_set.Width];
    }

    /// <summary>Features a row.</summary>
    public int Width => _set.Width;

    /// <summary>
    /// How many seconds after the open the stretches of that day begin in that epoch: the same for the same seed on every machine.
    /// </summary>
    public static int Phase(ulong seed, int epoch, int day, int horizonSeconds) =>
        SplitMix64.Stream(seed, ((ulong)(uint)epoch << 32) | (uint)day).NextBelow(horizonSeconds);

    /// <summary>Adds the rows picked from one session to the two lists.</summary>
    /// <param name="columns">The bars.</param>
    /// <param name="session">The session.</param>
    /// <param name="normalVolume">The normal volume of each minute, from the days before.</param>
    /// <param name="phase">Seconds from the open to the first stretch.</param>
    /// <param name="features">Receives <see cref="Width"/> values for each row picked.</param>
    /// <param name="classes">Receives the class of each row picked.</param>
    public void Pick(
        BarColumns columns,
        in SessionRows session,
        ReadOnlySpan<float> normalVolume,
        int phase,
        List<float> features,
        List<sbyte> classes
    )
    {
        if (_labels.Length < session.RowCount)
            _labels = new sbyte[session.RowCount];
        HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, _endOfDay).FlatBy, _horizon, _labels);
        _set.BeginSession(session.Session, normalVolume);
        var stretch = (uint)_horizon.HorizonSeconds;
        var start = (uint)session.Session.Open.UnixSeconds + (uint)phase - stretch;
        var last = uint.MaxValue;
        for (var i = 0; i < session.RowCount; i++)
        {
            var at = session.FirstRow + i;
            var waits = _set.Step(columns[at], columns.BidVolume?[at] ?? 0, columns.AskVolume?[at] ?? 0, _row);
            if (waits != Warmup.None || _labels[i] == MoveClass.None)
                continue;
            var number = (columns.Time[at] - start) / stretch;
            if (number == last)
                continue;
            last = number;
            features.AddRange(_row);
            classes.Add(_labels[i]);
        }
    }
}
