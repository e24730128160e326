using System.Globalization;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>What a step of a sequence does.</summary>
internal enum Act
{
    /// <summary>A trade that runs to its target, to its stop, gaps far beyond its stop, or is closed by a signal.</summary>
    Win,
    Lose,
    Gap,
    Leave,

    /// <summary>A trade, followed by a wish for the other side.</summary>
    Reverse,

    /// <summary>A wish, whatever its outcome.</summary>
    Wish,
    Bars,

    /// <summary>Sixteen minutes of a calm or wild market, with high or low volume, so that ATR warms up.</summary>
    Minutes,
    Wait,

    /// <summary>Moves to a few seconds around one of the times that end a day.</summary>
    Edge,
    NextDay,
    Trouble,
    Relief,
    Command,
    Quote,
    Foreign,
    Restart,
}

/// <summary>One step; the meaning of its numbers depends on the act.</summary>
internal readonly record struct Step(Act Act, int A, int B)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Act} {A} {B}");
}
