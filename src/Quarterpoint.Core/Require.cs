using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Quarterpoint.Core;

/// <summary>
/// Checks invariants, in every build. A broken one is a bug in this program, and no code catches it to carry on: the host cancels orders,
/// flattens, halts, and keeps the journal.
/// </summary>
public static class Require
{
    /// <param name="holds">The condition.</param>
    /// <param name="invariant">What must be true, as a sentence, for the message.</param>
    /// <exception cref="InvariantException">The condition is false.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That([DoesNotReturnIf(false)] bool holds, string invariant)
    {
        if (!holds)
            Broken(invariant);
    }

    [DoesNotReturn]
    private static void Broken(string invariant) => throw new InvariantException(invariant);
}

/// <summary>An invariant is broken: a bug in this program.</summary>
public sealed class InvariantException(string invariant) : Exception("Broken invariant: " + invariant);
