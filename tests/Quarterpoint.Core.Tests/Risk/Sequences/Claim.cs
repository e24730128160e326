using System.Runtime.CompilerServices;
using System.Text;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>What must hold after every event; a sequence in which it does not has found a fault.</summary>
internal static class Claim
{
    public static void Hold(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Words what)
    {
        if (!condition)
            throw new InvalidOperationException(what.ToString());
    }

    public static void Hold(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException(what);
    }

    /// <summary>The text of a failure, composed only when there is one: the sequences make a hundred million claims.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Words
    {
        private readonly StringBuilder? _text;

        public Words(int literalLength, int formattedCount, bool condition, out bool isBroken)
        {
            _text = condition ? null : new StringBuilder(literalLength + (16 * formattedCount));
            isBroken = !condition;
        }

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);

        public override string ToString() => _text!.ToString();
    }
}
