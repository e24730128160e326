using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Reporting.Runs;

/// <summary>The words of SPEC X7 for what the program holds as numbers, in both directions.</summary>
internal static class TradeWords
{
    private static readonly (ExitReason Reason, string Word)[] Reasons =
    [
        (ExitReason.None, "none"),
        (ExitReason.Target, "target"),
        (ExitReason.Stop, "stop"),
        (ExitReason.EodFlatten, "eod_flatten"),
        (ExitReason.Signal, "signal"),
        (ExitReason.Risk, "risk"),
        (ExitReason.Time, "time"),
        (ExitReason.Manual, "manual"),
        (ExitReason.EndOfData, "end_of_data"),
    ];

    private static readonly (FillFlags Flag, string Word)[] Flags =
    [
        (FillFlags.Voided, "voided"),
        (FillFlags.Booked, "booked"),
        (FillFlags.Late, "late"),
        (FillFlags.Ambiguous, "ambiguous"),
        (FillFlags.EndOfData, "end_of_data"),
    ];

    public static string ReasonsExpected => string.Join(", ", Reasons.Select(reason => reason.Word));

    public static string FlagsExpected => "nothing, or some of " + string.Join(", ", Flags.Select(flag => flag.Word)) + " joined by |";

    public static string Of(Side side) =>
        side switch
        {
            Side.Buy => "long",
            Side.Sell => "short",
            _ => "none",
        };

    public static string Of(ExitReason reason) => Reasons[(int)reason].Word;

    public static string Of(FillFlags flags) =>
        flags == FillFlags.None ? "" : string.Join('|', Flags.Where(flag => (flags & flag.Flag) != 0).Select(flag => flag.Word));

    public static bool TryParse(ReadOnlySpan<char> word, out Side side)
    {
        side = word switch
        {
            "long" => Side.Buy,
            "short" => Side.Sell,
            _ => Side.None,
        };
        return side != Side.None;
    }

    public static bool TryParse(string word, out ExitReason reason)
    {
        var place = Array.FindIndex(Reasons, known => known.Word == word);
        reason = place < 0 ? default : Reasons[place].Reason;
        return place >= 0;
    }

    public static bool TryParse(string words, out FillFlags flags)
    {
        flags = FillFlags.None;
        if (words.Length == 0)
            return true;
        foreach (var word in words.Split('|'))
        {
            var place = Array.FindIndex(Flags, known => known.Word == word);
            if (place < 0)
                return false;
            flags |= Flags[place].Flag;
        }

        return true;
    }
}
