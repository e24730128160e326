using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>One latch that is held, since when, and until when; <see cref="Timestamp.Never"/> where no instant ends it.</summary>
public readonly record struct HeldLatch(Latch Latch, Timestamp Since, Timestamp Until);

/// <summary>The latches of one account. They are independent: holding or releasing one never touches another.</summary>
public sealed class LatchBoard
{
    private readonly Timestamp[] _since = new Timestamp[LatchTable.Rows.Count];
    private readonly Timestamp[] _until = new Timestamp[LatchTable.Rows.Count];

    /// <summary>Latches of <see cref="LatchEffect.Blocks"/> that are set to halve instead (R18, R20).</summary>
    private readonly Latch _halving;

    public LatchBoard(Latch halvingInstead = Latch.None) =>
        _halving =
            halvingInstead
            | LatchTable.Rows.Where(row => row.Effect == LatchEffect.Halves).Aggregate(Latch.None, (set, row) => set | row.Latch);

    /// <summary>All latches that are held, as flags.</summary>
    public Latch Held { get; private set; }

    /// <summary>Those held that keep anything from opening.</summary>
    public Latch Blocking => Held & ~_halving;

    /// <summary>How often a new entry is halved now.</summary>
    public int Reductions => System.Numerics.BitOperations.PopCount((uint)(Held & _halving));

    /// <summary>Only a person ends it, or nobody.</summary>
    public bool IsFinal => (Held & LatchTable.Final) != 0;

    /// <summary>Nothing may stay open.</summary>
    public bool MustBeFlat => (Held & LatchTable.Flattening) != 0;

    /// <summary>The earliest instant that ends one.</summary>
    public Timestamp NextRelease { get; private set; } = Timestamp.Never;

    /// <summary>The strictest of the states that the latches ask for.</summary>
    public TradingState State
    {
        get
        {
            if (Blocking != Latch.None)
                return LatchTable.Strictest(Blocking).State;
            return Held != Latch.None ? TradingState.Reducing : TradingState.Active;
        }
    }

    public bool Has(Latch latch) => (Held & latch) != 0;

    /// <summary>Whether this latch halves new entries instead of blocking them.</summary>
    public bool Halves(Latch latch) => (_halving & latch) != 0;

    /// <summary>When the latch was first held; the epoch where it is not.</summary>
    public Timestamp SinceOf(Latch latch) => Has(latch) ? _since[LatchTable.Of(latch).Index] : default;

    /// <summary>What instant ends the latch; <see cref="Timestamp.Never"/> for none, the epoch where it is not held.</summary>
    public Timestamp UntilOf(Latch latch) => Has(latch) ? _until[LatchTable.Of(latch).Index] : default;

    /// <summary>Holds a latch. Where it is held already the later end counts (SPEC R15). False where nothing changed.</summary>
    public bool Hold(Latch latch, Timestamp now, Timestamp until)
    {
        var index = LatchTable.Of(latch).Index;
        if (Has(latch))
        {
            if (until <= _until[index])
                return false;
            _until[index] = until;
        }
        else
        {
            Held |= latch;
            (_since[index], _until[index]) = (now, until);
        }

        RefreshNextRelease();
        return true;
    }

    /// <summary>Ends a latch; false where it was not held.</summary>
    public bool Release(Latch latch)
    {
        if (!Has(latch))
            return false;
        Held &= ~latch;
        var index = LatchTable.Of(latch).Index;
        (_since[index], _until[index]) = (default, default);
        RefreshNextRelease();
        return true;
    }

    /// <summary>One of the latches whose instant has come, or none.</summary>
    public Latch DueAt(Timestamp now)
    {
        if (now < NextRelease)
            return Latch.None;
        foreach (var row in LatchTable.Rows)
        {
            if (Has(row.Latch) && _until[row.Index] <= now)
                return row.Latch;
        }

        return Latch.None;
    }

    public void Clear()
    {
        Held = Latch.None;
        Array.Clear(_since);
        Array.Clear(_until);
        NextRelease = Timestamp.Never;
    }

    /// <summary>Those held, in the table's order.</summary>
    public IReadOnlyList<HeldLatch> ToList() =>
        [.. LatchTable.Rows.Where(row => Has(row.Latch)).Select(row => new HeldLatch(row.Latch, _since[row.Index], _until[row.Index]))];

    public void Archive(StateArchive archive)
    {
        var held = Held;
        archive.Value(ref held);
        Held = held & LatchTable.All;
        archive.Values(_since.AsSpan());
        archive.Values(_until.AsSpan());
        RefreshNextRelease();
    }

    private void RefreshNextRelease()
    {
        NextRelease = Timestamp.Never;
        foreach (var row in LatchTable.Rows)
        {
            if (Has(row.Latch))
                NextRelease = Timestamp.Min(NextRelease, _until[row.Index]);
        }
    }
}
