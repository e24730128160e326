using System.Globalization;

namespace Quarterpoint.Core.Metrics;

/// <summary>How much a finding should worry.</summary>
public enum Severity : byte
{
    Note,
    Warning,
    Alarm,
}

/// <summary>One thing seen in a run, in plain words, with what to do about it.</summary>
public sealed record Finding(Severity Severity, string Title, string Meaning, string Advice);

/// <summary>Net P&amp;L of the same run under another guess about fills (SPEC N7).</summary>
public sealed record EnvelopeOutcome(string Name, int Trades, double NetPnl, double? Expectancy);

/// <summary>
/// Examines a run for what makes backtests lie (SPEC N16). The thresholds are judgement, not theory, and stand here where they can be seen;
/// a run without a finding is not thereby good.
/// </summary>
public static class BacktestDoctor
{
    public const int LeastTrades = 100;
    private const double HighCostShare = 0.5;
    private const double HighAmbiguousShare = 0.05;
    private const double ConcentratedShare = 0.5;
    private const int ConcentratedDays = 5;
    private const double SuspiciousSharpe = 4;
    private const double SuspiciousProfitFactor = 3;
    private const double HighStaleShare = 0.01;

    public static IReadOnlyList<Finding> Examine(Performance run, bool railsOn, IReadOnlyList<EnvelopeOutcome>? envelope = null)
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

        if (run.Trades < LeastTrades)
            Add(
                Severity.Warning,
                "Too few trades",
                Say($"{run.Trades} trades say little; under {LeastTrades} a result is not significant."),
                "Take a longer span before believing either outcome."
            );
        Costs(run, Add);
        if (run.ExpectancyIntervalByDay is { Low: <= 0, High: >= 0 } interval)
            Add(
                Severity.Note,
                "Not told from zero",
                Say($"The mean trade lies between {Dollars(interval.Low)} and {Dollars(interval.High)} with 95 % confidence."),
                "An edge would lie above zero as a whole."
            );
        if (run.AmbiguousShare > HighAmbiguousShare)
            Add(
                Severity.Warning,
                "Many ambiguous bars",
                Say($"In {run.AmbiguousShare:0.0 %} of the trades one bar held both stop and target; the stop was taken."),
                "Use shorter bars or wider brackets; look at the envelope for what the order inside the bar is worth."
            );
        var stale = run.BookedTrades + run.LateTrades;
        if (stale > HighStaleShare * run.Trades)
            Add(
                Severity.Warning,
                "Fills at stale prices",
                Say($"{stale} trades ended at a price that nobody had just traded at (no bar at the deadline, or a hole in the data)."),
                "Check the data's gaps near the end of the day."
            );
        Concentration(run, Add);
        if (run.Trades >= LeastTrades && (run.Sharpe > SuspiciousSharpe || run.ProfitFactor > SuspiciousProfitFactor))
            Add(
                Severity.Alarm,
                "Too good to be true",
                Say($"Sharpe {run.Sharpe:0.0}, profit factor {run.ProfitFactor:0.0}: markets do not pay that for bars alone."),
                "Look for a leak first: a feature that knows the future, labels across a split, fills that were not there. A made-up market with a planted edge does this honestly."
            );
        if (run.Lives > 0)
            Add(
                Severity.Warning,
                "Accounts were used up",
                Say($"A limit ended {run.Lives} accounts on the way; the total adds them up as if each could be replaced."),
                "Read the result of one real account (--account real) beside it."
            );
        if (run.Violations > 0)
            Add(
                Severity.Alarm,
                "Violations",
                Say($"{run.Violations} times a rule of the day could not be kept."),
                "See the list in the report; each has its time."
            );
        Fragility(envelope, Add);
        return findings;
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
                "Lower costs cannot help: there is nothing to keep."
            );
            return;
        }

        var share = (double)(costs / gross);
        if (share > HighCostShare)
            add(
                Severity.Warning,
                "Costs eat the edge",
                Say($"Costs of {Dollars(costs)} are {share:0 %} of what was made before them."),
                "Fewer and larger trades: wider brackets, a higher gate."
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
