using CsCheck;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>
/// A hundred thousand random accounts with wins, losses, gaps, ends of days, troubles, restarts, faults, and commands. At every event the
/// account is compared with one that is calculated from the facts alone, and every entry with all rules that may refuse it (SPEC section 5,
/// Q3).
/// </summary>
public sealed class RiskSequences(ITestOutputHelper output)
{
    private const int Sequences = 100_000;
    private const int LeastFired = 1_000;
    private const double LeastHeld = 0.01;
    private const double LeastFills = 10;

    [Fact]
    public void Whatever_happens_the_limits_hold_and_equity_is_what_the_facts_say()
    {
        var seen = new RiskCoverage();
        RiskSequence.Any.Sample(sequence => Live(sequence, seen), iter: Sequences);
        foreach (var line in seen.ToLines())
            output.WriteLine(line);

        Assert.True(seen.FillsASequence >= LeastFills, $"{seen.FillsASequence:0.0} fills a sequence");
        Assert.All(LatchTable.Rows, row =>
            Assert.True(seen.ShareOf(row) >= LeastHeld, $"{row.Latch} was held in {seen.ShareOf(row):0.00 %} of the sequences")
        );
        Assert.All(Enumerable.Range(1, RiskCoverage.Rows), row =>
            Assert.True(seen.Fired(row) >= LeastFired, $"R{row} fired {seen.Fired(row)} times")
        );
    }

    private static void Live(RiskSequence sequence, RiskCoverage seen)
    {
        try
        {
            RiskWorld.Live(sequence, seen);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{TraceOf(sequence)}\n{failure.StackTrace}");
        }
    }

    /// <summary>The events before the failure.</summary>
    private static string TraceOf(RiskSequence sequence)
    {
        var lines = new Queue<string>();
        try
        {
            RiskWorld.Live(sequence, new RiskCoverage(), line =>
            {
                lines.Enqueue(line);
                if (lines.Count > 60)
                    lines.Dequeue();
            });
        }
        catch (Exception)
        {
            // It is the same failure again.
        }

        return string.Join('\n', lines);
    }
}
