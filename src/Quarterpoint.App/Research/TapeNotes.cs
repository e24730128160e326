using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Quality;
using Quarterpoint.Reporting.Runs;
using ClassBalance = Quarterpoint.Core.Labels.ClassBalance;

namespace Quarterpoint.App.Research;

/// <summary>What a report says of the bars that a run went over: how many, where holes were, and how often the price moved.</summary>
internal sealed class TapeNotes(HorizonSettings horizon, EndOfDayPlan endOfDay)
{
    private readonly List<DataGap> _gaps = [];

    public long Rows { get; private set; }

    public ClassBalance Balance { get; private set; }

    /// <summary>
    /// Holes of over a minute between the bars of one session's RTH: where trades of the run could have stood open unseen.
    /// </summary>
    public IReadOnlyList<DataGap> Gaps => _gaps;

    public void Add(BarColumns columns)
    {
        Rows += columns.Count;
        foreach (var session in columns.Sessions)
        {
            var labels = new sbyte[session.RowCount];
            HorizonLabels.Label(columns, session, EndOfDay.Of(session.Session, endOfDay).FlatBy, horizon, labels);
            Balance += ClassBalance.Count(labels);
            if (session.Session.HasRth)
                _gaps.AddRange(GapsOf(columns, session));
        }
    }

    private static IEnumerable<DataGap> GapsOf(BarColumns columns, SessionRows session)
    {
        var last = session.Session.RthOpen;
        for (var row = session.FirstRow; row < session.EndRow; row++)
        {
            var opens = columns[row].Opens;
            if (opens < session.Session.RthOpen)
                continue;
            var end = Timestamp.Min(opens, session.Session.RthClose);
            if ((end - last).TotalSeconds > QualityCheck.LongestQuiet)
                yield return new DataGap(last, end);
            if (opens >= session.Session.RthClose)
                break;
            last = opens.AddSeconds(columns.BarSeconds);
        }
    }
}
