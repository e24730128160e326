using CsCheck;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.State;

/// <summary>States of an account to commit and to compare.</summary>
internal static class States
{
    public static readonly AccountKey Key = AccountKey.Of("simulated", "first", TradingMode.Paper);

    /// <summary>Everything that one event may commit.</summary>
    public static readonly Gen<Commit> AnyCommit =
        from risk in AnyEvent.Risk
        from epoch in Gen.Int[1, int.MaxValue]
        from open in Gen.Bool
        from at in Gen.Long
        from intents in AnyEvent.IntentOf(IntentKind.Enter).Array[0, 3]
        from notes in Gen.String[0, 40].Array[0, 2]
        select new Commit(new StoredState(0, epoch, open, [.. risk.ToBytes()], new Timestamp(at)), intents, notes);

    public static StoredState First(int dollars = 1_000) => At(1, dollars);

    /// <summary>A commit of that number, of an account with that balance.</summary>
    public static StoredState At(long commit, int dollars) =>
        new(
            commit,
            0,
            false,
            [.. RiskState.Fresh(Core.Instruments.Money.FromDollars(dollars)).ToBytes()],
            Timestamp.FromUnixSeconds(1_709_650_800 + commit)
        );

    public static bool AreSame(StoredState? a, StoredState? b) =>
        a is null || b is null ? a == b : a.Risk.SequenceEqual(b.Risk) && a with { Risk = b.Risk } == b;

    public sealed record Commit(StoredState State, Intent[] Intents, string[] Notes)
    {
        public IntentBuffer Buffer()
        {
            var buffer = new IntentBuffer();
            foreach (var intent in Intents)
                buffer.Add(intent);
            return buffer;
        }

        public HistoryEntry[] History() => [.. Notes.Select(note => new HistoryEntry(0, State.At, "note", note))];
    }
}
