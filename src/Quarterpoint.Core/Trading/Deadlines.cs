using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// What the engine waits for. The order is that of urgency: of those due at one instant the first here is acted on first, so that an extra
/// Clock event anywhere changes nothing.
/// </summary>
internal enum Deadline
{
    /// <summary>The next edge of the trading day: its open, reduce, cut-off, exit, flat-by, close.</summary>
    DayEdge,

    /// <summary>A pause, or a halt for the day, ends.</summary>
    LatchRelease,

    /// <summary>An entry that has not filled is cancelled.</summary>
    EntryTimeout,

    /// <summary>The position's stop should be confirmed by now (SPEC N1).</summary>
    Protection,

    /// <summary>The longest time in a position is over.</summary>
    HoldingTime,

    /// <summary>What is still unknown is asked about again (SPEC N4).</summary>
    AskAgain,

    /// <summary>Orders that should not be there any more are looked for.</summary>
    Sweep,

    /// <summary>Orders of which more should have been heard by now are looked for. Everything sent and everything heard arms it.</summary>
    Watch,

    /// <summary>The step of the flatten ladder under way is tried again (SPEC N5).</summary>
    FlattenRetry,
}

/// <summary>
/// The one table of the engine's timers: what is awaited, until when, and which comes first. <see cref="Next"/> is kept, not searched for:
/// a bar costs one comparison.
/// </summary>
internal struct Deadlines
{
    private const int Count = (int)Deadline.FlattenRetry + 1;

    private Instants _at;

    /// <summary>The earliest of all; <see cref="Timestamp.Never"/> where nothing is awaited.</summary>
    public Timestamp Next { get; private set; }

    /// <summary>A table in which nothing is awaited.</summary>
    public static Deadlines None()
    {
        var table = new Deadlines();
        for (var i = 0; i < Count; i++)
            table._at[i] = Timestamp.Never;
        table.Next = Timestamp.Never;
        return table;
    }

    public readonly Timestamp this[Deadline what] => _at[(int)what];

    public readonly bool IsSet(Deadline what) => _at[(int)what] != Timestamp.Never;

    public void Set(Deadline what, Timestamp at)
    {
        var old = _at[(int)what];
        _at[(int)what] = at;
        if (at <= Next)
            Next = at;
        else if (old == Next)
            Refresh();
    }

    public void Clear(Deadline what) => Set(what, Timestamp.Never);

    /// <summary>
    /// The earliest that is due at <paramref name="now"/>, of several at one instant the most urgent. It stays in the table.
    /// </summary>
    public readonly bool TryFindDue(Timestamp now, out Deadline what)
    {
        what = default;
        if (now < Next)
            return false;
        while (_at[(int)what] != Next)
            what++;
        return true;
    }

    /// <summary>
    /// For the saved state, which holds each timer beside what it belongs to. <see cref="Refresh"/> follows when all are loaded.
    /// </summary>
    [UnscopedRef]
    public ref Timestamp At(Deadline what) => ref _at[(int)what];

    public void Refresh()
    {
        var next = Timestamp.Never;
        for (var i = 0; i < Count; i++)
            next = Timestamp.Min(next, _at[i]);
        Next = next;
    }

    [InlineArray(Count)]
    private struct Instants
    {
        private Timestamp _first;
    }
}
