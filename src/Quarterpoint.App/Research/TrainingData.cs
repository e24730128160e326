using Quarterpoint.App.Configuration;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;

namespace Quarterpoint.App.Research;

/// <summary>
/// A data set as samples. Features are recomputed at every reading, days in parallel, so that memory holds two months of bars and the
/// samples of one epoch, however long the set is. What crosses days, the normal volume of each minute, is learnt in one pass beforehand.
/// </summary>
internal sealed class TrainingData
{
    private readonly Dictionary<TradingDay, float[]> _normals = [];
    private readonly List<TradingDay> _days = [];
    private readonly SessionCalendar _calendar;
    private readonly RollRule _rolls;
    private readonly EndOfDayPlan _endOfDay;

    private TrainingData(DataSet set, SessionCalendar calendar, QuarterpointConfig config)
    {
        Set = set;
        Windows = FeatureWindows.For(set.Info.BarSeconds);
        Horizon = config.Horizon(set.Info.BarSeconds);
        _calendar = calendar;
        _rolls = config.RollRule;
        _endOfDay = config.EndOfDay;
    }

    public DataSet Set { get; }

    public FeatureWindows Windows { get; }

    public HorizonSettings Horizon { get; }

    public IReadOnlyList<TradingDay> Days => _days;

    public bool HasBidAskVolume { get; private set; }

    public static TrainingData Open(
        DataSet set,
        SessionCalendar calendar,
        QuarterpointConfig config,
        TradingDay? from,
        TradingDay? to,
        IProgress<double> progress,
        CancellationToken stop
    )
    {
        var data = new TrainingData(set, calendar, config);
        var volume = new NormalVolume();
        var rows = 0L;
        foreach (var columns in set.ReadContinuous(calendar, config.RollRule, from, to, stop))
        {
            data.HasBidAskVolume = columns.BidVolume is not null && columns.AskVolume is not null;
            foreach (var session in columns.Sessions)
            {
                data._days.Add(session.Session.Day);
                data._normals[session.Session.Day] = volume.Next(columns, session);
            }

            rows += columns.Count;
            progress.Report(Math.Min(0.999, (double)rows / set.Info.Rows));
        }

        progress.Report(1);
        return data;
    }

    public IEnumerable<BarColumns> Read(DaySpan span, CancellationToken stop) =>
        Set.ReadContinuous(_calendar, _rolls, span.First, span.Last, stop);

    /// <summary>One sample a horizon's length of every labelled stretch, in order of time.</summary>
    /// <param name="span">Which days.</param>
    /// <param name="phase">Where the stretches of a day begin, in seconds after its open.</param>
    /// <param name="stop">Stops between two sessions.</param>
    public Samples Pick(DaySpan span, Func<TradingDay, int> phase, CancellationToken stop)
    {
        var features = new List<float>();
        var classes = new List<sbyte>();
        var options = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount };
        foreach (var columns in Read(span, stop))
        {
            var picked = new (List<float> Features, List<sbyte> Classes)[columns.Sessions.Count];
            Parallel.For(
                0,
                picked.Length,
                options,
                () => new SessionSampler(Windows, HasBidAskVolume, Horizon, _endOfDay),
                (i, _, sampler) =>
                {
                    var session = columns.Sessions[i];
                    picked[i] = ([], []);
                    sampler.Pick(
                        columns,
                        session,
                        _normals[session.Session.Day],
                        phase(session.Session.Day),
                        picked[i].Features,
                        picked[i].Classes
                    );
                    return sampler;
                },
                _ => { }
            );
            foreach (var (rows, labels) in picked)
            {
                features.AddRange(rows);
                classes.AddRange(labels);
            }
        }

        return new Samples(FeatureCatalogue.Columns(Windows).Count, classes.Count, [.. features], [.. classes]);
    }
}
