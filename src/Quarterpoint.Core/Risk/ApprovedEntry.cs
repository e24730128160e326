using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// An entry that passed the gate. There is one way to have one: to ask a <see cref="RiskGate"/> for a size and be approved. The
/// constructor is private even to Core, and the gate is sealed, so that no other code can make one or change its numbers.
/// <c>default</c> was approved by nobody: its size is 0, and no order can be made from it.
/// </summary>
public readonly record struct ApprovedEntry
{
    private ApprovedEntry(Side side, int size, Ticks stop, Ticks target)
    {
        Side = side;
        Size = size;
        Stop = stop;
        Target = target;
    }

    public Side Side { get; }

    /// <summary>In contracts, 1 or more; 0 where nobody approved anything.</summary>
    public int Size { get; }

    /// <summary>How far beyond the fill the stop lies.</summary>
    public Ticks Stop { get; }

    /// <summary>How far beyond the fill the target lies; 0 for none.</summary>
    public Ticks Target { get; }

    /// <summary>Asks the gate, and approves what it grants.</summary>
    internal static Verdict Ask(RiskGate gate, in EntryRequest request)
    {
        var size = gate.LargestSize(request, out var refusal);
        return size > 0 && request.Stop is { } stop
            ? Verdict.Approve(new ApprovedEntry(request.Side, size, stop, request.Target))
            : refusal;
    }
}
