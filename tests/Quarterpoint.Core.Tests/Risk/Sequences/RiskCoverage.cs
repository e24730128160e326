using System.Globalization;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>
/// What all sequences together have met: a property about something that never happened proves nothing. Counted from several threads.
/// </summary>
internal sealed class RiskCoverage
{
    public const int Rows = 25;

    private readonly long[] _rows = new long[Rows + 1];
    private readonly long[] _latches = new long[LatchTable.Rows.Count];
    private long _sequences;
    private long _fills;
    private long _events;

    public long Sequences => _sequences;

    public double FillsASequence => (double)_fills / _sequences;

    /// <summary>A row of SPEC section 5 took effect.</summary>
    public void Fire(int row) => Interlocked.Increment(ref _rows[row]);

    public long Fired(int row) => _rows[row];

    /// <summary>Share of the sequences in which that latch was held.</summary>
    public double ShareOf(LatchRow row) => (double)_latches[row.Index] / _sequences;

    public void NoteRefusals(ReadOnlySpan<long> refusals)
    {
        foreach (
            var (rule, row) in (ReadOnlySpan<(Rule, int)>)
                [
                    (Rule.TradeRisk, 3),
                    (Rule.BalanceFloor, 6),
                    (Rule.SurvivalCheck, 7),
                    (Rule.SizeZero, 8),
                    (Rule.LowConfidence, 10),
                    (Rule.StopUnavailable, 11),
                    (Rule.EndOfDayCutoff, 13),
                    (Rule.Cooldown, 24),
                ]
        )
            Interlocked.Add(ref _rows[row], refusals[(int)rule]);
        foreach (var count in refusals)
            Interlocked.Add(ref _rows[22], count);
    }

    /// <summary>A sequence is over.</summary>
    public void Add(Latch held, int fills, long events)
    {
        Interlocked.Increment(ref _sequences);
        Interlocked.Add(ref _fills, fills);
        Interlocked.Add(ref _events, events);
        foreach (var row in LatchTable.Rows)
        {
            if ((held & row.Latch) != 0)
                Interlocked.Increment(ref _latches[row.Index]);
        }
    }

    public IEnumerable<string> ToLines()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"[measured] {_sequences:N0} sequences, {(double)_events / _sequences:0} events and {FillsASequence:0.0} fills each"
        );
        yield return "[measured] held in: "
            + string.Join(
                ", ",
                LatchTable.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Latch} {ShareOf(row):0.0 %}"))
            );
        yield return "[measured] fired: "
            + string.Join(
                ", ",
                Enumerable.Range(1, Rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"R{row} {_rows[row]:N0}"))
            );
    }
}
