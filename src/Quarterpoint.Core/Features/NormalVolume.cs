using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Features;

/// <summary>
/// The one thing that features carry across days: what volume is normal for each minute, from full days before. Sessions are passed in
/// order; each gets its normals before its own volume counts. A cheap pass over times and volumes, so that the costly one can take days
/// in any order.
/// </summary>
public sealed class NormalVolume
{
    /// <summary>Full days without which no minute has a normal volume; with more, the last 20 count.</summary>
    public const int LeastDays = 5;

    private readonly MinuteNorms _norms = new(LeastDays);
    private readonly long[] _minutes = new long[MinuteNorms.MinutesADay];

    /// <summary>Normal volume of each minute since the session's open, NaN where unknown: of a session whose bars are still to come.</summary>
    public float[] Begin(in TradingSession session)
    {
        _norms.EnterSession(session);
        var normals = new float[MinuteNorms.MinutesADay];
        _norms.CopyNormals(normals);
        return normals;
    }

    /// <summary>A bar of the session that was begun: its volume counts for later ones.</summary>
    public void Add(in Bar bar)
    {
        if (bar.Volume > 0)
            _norms.Add(bar.Opens, bar.Volume);
    }

    /// <summary>The same for a session whose bars are all there.</summary>
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
