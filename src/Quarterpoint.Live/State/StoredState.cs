using System.Collections.Immutable;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Live.State;

/// <summary>The state of an account as of one commit.</summary>
/// <param name="Commit">Grows by one with each; the journal has the same numbers.</param>
/// <param name="Epoch">Which start of the account it belongs to.</param>
/// <param name="IsSessionOpen">Whether that start has not come to its end: then its journal goes on.</param>
/// <param name="Risk">The risk state, to the byte.</param>
/// <param name="At">The loop's time of the commit.</param>
public sealed record StoredState(long Commit, int Epoch, bool IsSessionOpen, ImmutableArray<byte> Risk, Timestamp At)
{
    /// <exception cref="InvalidDataException">The bytes are damaged or another version's.</exception>
    public RiskState ToRisk() => RiskState.FromBytes(Risk.AsMemory());
}

/// <summary>One line of an account's history.</summary>
public sealed record HistoryEntry(long Number, Timestamp At, string Kind, string Text);

/// <summary>What was found where the state of an account should be.</summary>
public enum Finding
{
    /// <summary>Nobody has ever begun this account.</summary>
    Unknown,

    Sound,

    /// <summary>It is known, and its state is gone.</summary>
    Missing,

    Damaged,

    /// <summary>The file is another account's.</summary>
    Foreign,
}
