using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Quarterpoint.Core;

/// <summary>
/// Invariants, always on. A broken one is a bug in this program: nobody catches it to go on; the host cancels, flattens, halts, and
/// keeps the journal.
/// </summary>
public static class Require
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That([DoesNotReturnIf(false)] bool holds, string invariant)
    {
        if (!holds)
            Broken(invariant);
    }

    [DoesNotReturn]
    private static void Broken(string invariant) => throw new InvariantException(invariant);
}

public sealed class InvariantException(string invariant) : Exception("Broken invariant: " + invariant);
