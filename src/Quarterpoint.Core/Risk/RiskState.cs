using System.Collections.Immutable;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>
/// How a trading day stands: the equity at its 18:00 (R1), and its highest since (R2). <c>default</c> is a day that nobody has begun.
/// </summary>
public readonly record struct DayBook(TradingDay Day, Money Baseline, Money Peak);

/// <summary>
/// What must survive a restart, in whole numbers only (SPEC R21): balances, peaks, streaks, counts, and the durable latches. Balance
/// B = capital + gross realised P&amp;L - charged costs; equity E = B + open P&amp;L - the cost of closing.
/// </summary>
public sealed record RiskState
{
    /// <summary>Grows with every change of what is saved.</summary>
    public const int CurrentVersion = 2;

    /// <summary>R5 measures from it; it never moves.</summary>
    public required Money Capital { get; init; }

    /// <summary>Realised P&amp;L of this account so far, at fill prices, less what it was charged.</summary>
    public Money CarriedOver { get; init; }

    /// <summary>The highest equity so far, or since the last review; R4 measures from it.</summary>
    public required Money HighWater { get; init; }

    /// <summary>The trading day at its last save.</summary>
    public DayBook Day { get; init; }

    /// <summary>Losses in a row; pauses, restarts, and new days do not reset it (R15).</summary>
    public int LossStreak { get; init; }

    /// <summary>The highest trade id that is counted in this state: reports of trades up to it are repetitions.</summary>
    public long LastTrade { get; init; }

    /// <summary>Signed contracts held when this was saved. What became of them since, only the venue knows.</summary>
    public int Position { get; init; }

    /// <summary>No entry before this time, except for a reversal (R24).</summary>
    public Timestamp CooldownUntil { get; init; }

    public int EntriesToday { get; init; }

    /// <summary>The last entries, the oldest first: at most <see cref="EntryPace.Remembered"/>.</summary>
    public ImmutableArray<Timestamp> RecentEntries { get; init; } = [];

    /// <summary>The durable latches, in the table's order.</summary>
    public ImmutableArray<HeldLatch> Latches { get; init; } = [];

    /// <summary>Sessions so far in which money alone stood in the way: a restart every morning must not begin the count anew.</summary>
    public StarvationWatch Starvation { get; init; }

    /// <summary>B while flat: capital and what was realised so far.</summary>
    public Money Balance => Capital + CarriedOver;

    /// <summary>An account that has never traded.</summary>
    public static RiskState Fresh(Money capital) => new() { Capital = capital, HighWater = capital };

    /// <summary>The same state with one more latch, for decisions made outside a session: a first start, a kill by hand.</summary>
    public RiskState With(HeldLatch latch) =>
        this with
        {
            Latches = [.. Latches.Where(held => held.Latch != latch.Latch).Append(latch).OrderBy(held => (uint)held.Latch)],
        };

    /// <summary>
    /// A person has looked (SPEC R17): the high-water mark becomes the equity now, and what asked for a review is released. The start never
    /// moves, and what R5 ended stays ended.
    /// </summary>
    public RiskState Reviewed() =>
        IsKilled
            ? this
            : this with
            {
                HighWater = Balance,
                Latches = [.. Latches.Where(held => (held.Latch & LatchTable.Reviewed) == 0)],
                Starvation = default,
            };

    /// <summary>Whether R5 has ended the account for good.</summary>
    public bool IsKilled => Latches.Any(held => held.Latch == Latch.Killed);

    public byte[] ToBytes() => StateArchive.Save(archive => Visit(archive, this));

    /// <exception cref="InvalidDataException">The bytes are damaged, of another version, or describe an impossible state.</exception>
    public static RiskState FromBytes(ReadOnlyMemory<byte> bytes)
    {
        RiskState? state = null;
        StateArchive.Load(bytes, archive => state = Visit(archive, Fresh(default)));
        return state!;
    }

    public bool Equals(RiskState? other) => other is not null && ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    public override int GetHashCode() => unchecked((int)HighWater.MicroDollars ^ (Day.Day.Number << 8) ^ LossStreak);

    /// <summary>One method for both ways, so that they cannot drift apart.</summary>
    private static RiskState Visit(StateArchive archive, RiskState state)
    {
        archive.Expect(CurrentVersion, "version");
        var (capital, carried, highWater, day) = (state.Capital, state.CarriedOver, state.HighWater, state.Day);
        var (streak, position, cooldown, today, starvation, lastTrade) = (
            state.LossStreak,
            state.Position,
            state.CooldownUntil,
            state.EntriesToday,
            state.Starvation,
            state.LastTrade
        );
        archive.Value(ref capital);
        archive.Value(ref carried);
        archive.Value(ref highWater);
        var (number, baseline, peak) = day;
        archive.Value(ref number);
        archive.Value(ref baseline);
        archive.Value(ref peak);
        archive.Value(ref streak);
        archive.Value(ref position);
        archive.Value(ref cooldown);
        archive.Value(ref today);
        archive.Value(ref starvation);
        archive.Value(ref lastTrade);

        var entries = state.RecentEntries;
        var entryCount = CountOf(archive, entries.Length, EntryPace.Remembered, "entries");
        var sent = new Timestamp[entryCount];
        if (!archive.IsLoading)
            entries.CopyTo(sent);
        archive.Values(sent.AsSpan());

        var latchCount = CountOf(archive, state.Latches.Length, LatchTable.Rows.Count, "latches");
        var held = new HeldLatch[latchCount];
        for (var i = 0; i < latchCount; i++)
        {
            var (latch, since, until) = archive.IsLoading ? default : state.Latches[i];
            archive.Value(ref latch);
            archive.Value(ref since);
            archive.Value(ref until);
            if (System.Numerics.BitOperations.PopCount((uint)latch) != 1 || (latch & LatchTable.All) == 0)
                throw new InvalidDataException($"The saved state holds a latch {(uint)latch} that does not exist.");
            held[i] = new HeldLatch(latch, since, until);
        }

        return new RiskState
        {
            Capital = capital,
            CarriedOver = carried,
            HighWater = highWater,
            Day = new DayBook(number, baseline, peak),
            LossStreak = streak,
            Position = position,
            CooldownUntil = cooldown,
            EntriesToday = today,
            Starvation = starvation,
            LastTrade = lastTrade,
            RecentEntries = [.. sent],
            Latches = [.. held],
        };
    }

    private static int CountOf(StateArchive archive, int count, int most, string what)
    {
        archive.Value(ref count);
        if (count < 0 || count > most)
            throw new InvalidDataException($"The saved state has {count} {what}; at most {most} are possible.");
        return count;
    }
}
