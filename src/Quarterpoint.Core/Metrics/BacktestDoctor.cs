using System.Globalization;

namespace Quarterpoint.Core.Metrics;

/// <summary>How serious a finding is.</summary>
public enum Severity : byte
{
    Note,
    Warning,
    Alarm,
}

/// <summary>One finding about a run, in plain words: what was seen, what it means, and what to do.</summary>
public sealed record Finding(Severity Severity, string Title, string Meaning, string Advice);

/// <summary>The result of the same run under another assumption about fills (SPEC N7), in dollars.</summary>
public sealed record EnvelopeOutcome(string Name, int Trades, double NetPnl, double? Expectancy);

/// <summary>What is known of a run beside its figures and may make it worth nothing.</summary>
public sealed record RunDoubts
{
    /// <summary>Settings that were chosen at the end of their range, each as its path and value.</summary>
    public IReadOnlyList<string> AtEdges { get; init; } = [];

    /// <summary>The run covers days that its model was trained or calibrated on.</summary>
    public bool ModelKnowsTheseDays { get; init; }

    /// <summary>The gate of confidence lies below what the bracket must win, and the gate of break-even is off.</summary>
    public bool GateBelowBreakEven { get; init; }
}

/// <summary>
/// Examines a run for signs that its result misleads (SPEC N16). The thresholds are judgement, not theory. A run without findings can still
/// be bad.
/// </summary>
public static class BacktestDoctor
{
    /// <summary>With fewer trades no result is significant.</summary>
    public const int LeastTrades = 100;
    private const double HighCostShare = 0.5;
    private const double HighAmbiguousShare = 0.05;
    private const double ConcentratedShare = 0.5;
    private const int ConcentratedDays = 5;
    private const double SuspiciousSharpe = 4;
    private const double SuspiciousProfitFactor = 3;
    private const double HighStaleShare = 0.01;

    /// <summary>What makes the whole run worthless stands first, then what its figures show, then what its settings do.</summary>
    /// <param name="run">The run's metrics.</param>
    /// <param name="railsOn">Whether the limits of money and pace were on.</param>
    /// <param name="envelope">The same run under other assumptions about fills; null: not computed.</param>
    /// <param name="doubts">What else is known of the run; null: nothing.</param>
    public static IReadOnlyList<Finding> Examine(
        Performance run,
        bool railsOn,
        IReadOnlyList<EnvelopeOutcome>? envelope = null,
        RunDoubts? doubts = null
    )
    {
        var findings = new List<Finding>();
        if (doubts is { GateBelowBreakEven: true })
            findings.Add(
                new Finding(
                    Severity.Alarm,
                    "The gate cannot cover its costs",
                    "The gate of confidence lies below what the bracket must win, and the break-even gate is off.",
                    "Turn strategies.model.breakEven on, or raise the gate."
                )
            );
        if (doubts is { ModelKnowsTheseDays: true })
            findings.Add(
                new Finding(
                    Severity.Alarm,
                    "The model knows these days",
                    "The run covers days that the model was trained or calibrated on.",
                    "Begin after its validation part, or use data it has never met."
                )
            );
        findings.AddRange(OfFigures(run, railsOn, envelope));
        if (doubts is { AtEdges.Count: > 0 })
            findings.Add(
                new Finding(
                    Severity.Warning,
                    "At the edge of the range",
                    $"{string.Join(", ", doubts.AtEdges)}: the end of what is allowed.",
                    "A best value at the end of its range is seldom the best: something else is wanted, or the result is chance."
                )
            );
        return findings;
    }

    private static List<Finding> OfFigures(Performance run, bool railsOn, IReadOnlyList<EnvelopeOutcome>? envelope)
    {
        var findings = new List<Finding>();
        void Add(Severity severity, string title, string meaning, string advice) =>
            findings.Add(new Finding(severity, title, meaning, advice));

        if (!railsOn)
            Add(
                Severity.Alarm,
                "Limits were off",
                "No limit of money or pace acted, so nobody could have traded this.",
                "Use it to check the backtester, never to judge a strategy."
            );
        if (run.Trades == 0)
        {
            Add(
                Severity.Warning,
                "Nothing was traded",
                "No entry passed its gates; the counts of refusals say which one stopped them.",
                "Look at the reasons before loosening anything: often no trade is the right answer."
            );
            return findings;
        }

        FewTrades(run, Add);
        Costs(run, Add);
        Significance(run, Add);
        Fills(run, Add);
        Concentration(run, Add);
        Suspicion(run, Add);
        Account(run, Add);
        Fragility(envelope, Add);
        return findings;
    }

    private static void FewTrades(Performance run, Action<Severity, string, string, string> add)
    {
        if (run.Trades < LeastTrades)
            add(
                Severity.Warning,
                "Too few trades",
                Say($"{run.Trades} trades say little; under {LeastTrades} a result is not significant."),
                "Take a longer span before believing either outcome."
            );
    }

    private static void Significance(Performance run, Action<Severity, string, string, string> add)
    {
        if (run.ExpectancyIntervalByDay is { Low: <= 0, High: >= 0 } interval)
            add(
                Severity.Note,
                "Not distinguishable from zero",
                Say($"The mean trade lies between {Dollars(interval.Low)} and {Dollars(interval.High)} with 95 % confidence."),
                "With an edge, the whole interval would lie above zero."
            );
    }

    private static void Fills(Performance run, Action<Severity, string, string, string> add)
    {
        if (run.AmbiguousShare > HighAmbiguousShare)
            add(
                Severity.Warning,
                "Many ambiguous bars",
                Say($"In {run.AmbiguousShare:0.0 %} of the trades one bar held both stop and target; the stop was taken."),
                "Use shorter bars or wider brackets; the envelope shows what the order of prices inside a bar is worth."
            );
        var stale = run.BookedTrades + run.LateTrades;
        if (stale > HighStaleShare * run.Trades)
            add(
                Severity.Warning,
                "Fills at stale prices",
                Say($"{stale} trades ended at a price that nobody had just traded at (no bar at the deadline, or a hole in the data)."),
                "Check the data's gaps near the end of the day."
            );
    }

    private static void Suspicion(Performance run, Action<Severity, string, string, string> add)
    {
        if (run.Trades >= LeastTrades && (run.Sharpe > SuspiciousSharpe || run.ProfitFactor > SuspiciousProfitFactor))
            add(
                Severity.Alarm,
                "Too good to be true",
                Say($"Sharpe {run.Sharpe:0.0}, profit factor {run.ProfitFactor:0.0}: markets do not pay that for bars alone."),
                "Look for a leak first: a feature that knows the future, labels across a split, fills that were not there. "
                    + "Only a synthetic market with a planted edge does this honestly."
            );
    }

    private static void Account(Performance run, Action<Severity, string, string, string> add)
    {
        if (run.Lives > 0)
            add(
                Severity.Warning,
                "Accounts were used up",
                Say($"A limit ended {run.Lives} accounts during the run; the total adds them up as if each could be replaced."),
                "Read the result of one real account (--account real) beside it."
            );
        if (run.Violations > 0)
            add(
                Severity.Alarm,
                "Violations",
                Say($"{run.Violations} times a rule of the day could not be kept."),
                "See the list in the report; each has its time."
            );
    }

    private static void Costs(Performance run, Action<Severity, string, string, string> add)
    {
        var costs = (run.Commission + run.Slippage).InDollars;
        var gross = run.GrossPnl.InDollars;
        if (gross <= 0)
        {
            add(
                Severity.Warning,
                "No edge before costs",
                Say($"Before costs the run made {Dollars(gross)}; costs were {Dollars(costs)}."),
                "Lower costs cannot help: there is no profit for them to eat."
            );
            return;
        }

        var share = (double)(costs / gross);
        if (share > HighCostShare)
            add(
                Severity.Warning,
                "Costs eat the edge",
                Say($"Costs of {Dollars(costs)} are {share:0 %} of what was made before them."),
                "Trade less often and for more: wider brackets, a higher gate."
            );
    }

    private static void Concentration(Performance run, Action<Severity, string, string, string> add)
    {
        var net = run.NetPnl.InDollars;
        if (net <= 0 || run.DaysTraded <= ConcentratedDays)
            return;
        var best = run.Daily.Select(d => d.Net.InDollars).OrderDescending().Take(ConcentratedDays).Sum();
        var share = (double)(best / net);
        if (share > ConcentratedShare && run.DaysTraded > 2 * ConcentratedDays)
            add(
                Severity.Warning,
                "A few days made it",
                Say($"The best {ConcentratedDays} of {run.DaysTraded} days made {share:0 %} of the net."),
                "Ask what was special about those days, and whether it will come again."
            );
    }

    private static void Fragility(IReadOnlyList<EnvelopeOutcome>? envelope, Action<Severity, string, string, string> add)
    {
        if (envelope is null || envelope.Count < 2)
            return;
        var worst = envelope.MinBy(e => e.NetPnl)!;
        var best = envelope.MaxBy(e => e.NetPnl)!;
        if (worst.NetPnl < 0 && best.NetPnl > 0)
            add(
                Severity.Warning,
                "The sign depends on the fills",
                Say($"From {Dollars(worst.NetPnl)} ({worst.Name}) to {Dollars(best.NetPnl)} ({best.Name}) for the same decisions."),
                "Count the pessimistic one; the truth is not in these bars."
            );
    }

    private static string Dollars(double amount) => amount.ToString("$#,0.00;-$#,0.00", CultureInfo.InvariantCulture);

    private static string Dollars(decimal amount) => Dollars((double)amount);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
