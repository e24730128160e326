using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Features;

/// <summary>
/// The only thing that features carry from day to day: the normal volume of each minute, learnt from earlier full days. Sessions are given
/// in order, and each gets its normals before its own volume counts. This pass reads only times and volumes and is cheap; the features
/// themselves can then be computed for days in any order.
/// </summary>
public sealed class NormalVolume
{
    /// <summary>Full days needed before any minute has a normal volume; of more, the last 20 count.</summary>
    public const int LeastDays = 5;

    private readonly MinuteNorms _norms = new(LeastDays);
    private readonly long[] _minutes = new long[MinuteNorms.MinutesADay];

    /// <summary>
    /// Begins a session whose bars are still to come. Returns the normal volume of each minute since its open, NaN where unknown.
    /// </summary>
    public float[] Begin(in TradingSession session)
    {
        _norms.EnterSession(session);
        var normals = new float[MinuteNorms.MinutesADay];
        _norms.CopyNormals(normals);
        return normals;
    }

    /// <summary>Takes a bar of the session that was begun; its volume counts for later sessions.</summary>
    public void Add(in Bar bar)
    {
        if (bar.Volume > 0)
            _norms.Add(bar.Opens, bar.Volume);
    }

    /// <summary>Takes a whole session at once, and returns what <see cref="Begin"/> returned before it.</summary>
    public float[] Next(BarColumns columns, in SessionRows session)
    {
        var normals = Begin(session.Session);
        if (columns.Volume is not { } volume)
            return normals;

        Array.Clear(_minutes);
        var open = (uint)session.Session.Open.UnixSeconds;
        for (var row = session.FirstRow; row < session.EndRow; row++)
            _minutes[Math.Min((columns.Time[row] - open) / 60, MinuteNorms.MinutesADay - 1)] += volume[row];
        for (var minute = 0; minute < _minutes.Length; minute++)
        {
            if (_minutes[minute] > 0)
                _norms.Note(session.Session.Open.AddSeconds(minute * 60L), _minutes[minute]);
        }

        return normals;
    }
}
