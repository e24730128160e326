using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Risk;

/// <summary>Where the distance of a stop comes from (SPEC R11).</summary>
public enum StopKind : byte
{
    /// <summary>A multiple of ATR(14) of completed 1-minute bars, rounded up.</summary>
    Atr,

    /// <summary>A fixed number of ticks.</summary>
    Fixed,

    /// <summary>One tick beyond the last swing low (long) or high (short).</summary>
    Structure,
}

/// <summary>Where the distance of a target comes from.</summary>
public enum TargetKind : byte
{
    /// <summary>A multiple of the stop, rounded up.</summary>
    Multiple,
    Fixed,
    None,
}

/// <summary>How a stop follows the price beyond break-even (SPEC R12).</summary>
public enum TrailKind : byte
{
    None,
    Ticks,
    Atr,
}

/// <summary>How far the stop of a new trade lies from its entry (SPEC R11).</summary>
public sealed record StopSettings
{
    /// <summary>The venue takes no bracket closer than this.</summary>
    public const int LeastTicks = 4;

    public StopKind Kind { get; init; } = StopKind.Atr;

    public double AtrMultiple { get; init; } = 1.5;

    public int FixedTicks { get; init; } = 8;

    /// <summary>The closest stop this setting can ever give.</summary>
    public Ticks Smallest => new(Kind == StopKind.Fixed ? FixedTicks : LeastTicks);

    /// <summary>
    /// The distance for an entry near <paramref name="price"/>, or null: ATR still cold, no swing yet, or the swing on the wrong side.
    /// </summary>
    public Ticks? For(Side side, Price price, in MinuteStudy study)
    {
        switch (Kind)
        {
            case StopKind.Fixed:
                return new Ticks(FixedTicks);
            case StopKind.Atr:
                return study.Atr is { } atr ? new Ticks(Math.Max(LeastTicks, RoundUp(atr * AtrMultiple))) : null;
            default:
                var swing = side == Side.Buy ? study.SwingLow : study.SwingHigh;
                if (swing is not { } level)
                    return null;
                var distance = side == Side.Buy ? (price - level).Count + 1 : (level - price).Count + 1;
                return distance < 1 ? null : new Ticks(Math.Max(LeastTicks, distance));
        }
    }

    /// <summary>Up to a whole tick; a billionth above one is rounding, not distance.</summary>
    internal static int RoundUp(double ticks) => (int)Math.Ceiling(Math.Round(ticks, 9));
}

/// <summary>Where the profit target lies. The default is 1.5 times the stop (SPEC R11).</summary>
public sealed record TargetSettings
{
    /// <summary>What SPEC R11 asks for where nobody chose a target.</summary>
    public static readonly TargetSettings Default = new();

    /// <summary>No target: the stop, the rule, and the clock hold the exits.</summary>
    public static readonly TargetSettings None = new() { Kind = TargetKind.None };

    public TargetKind Kind { get; init; } = TargetKind.Multiple;

    public double Multiple { get; init; } = 1.5;

    public int FixedTicks { get; init; } = 12;

    /// <summary>Zero means no target.</summary>
    public Ticks For(Ticks stop) =>
        Kind switch
        {
            TargetKind.Multiple => new Ticks(StopSettings.RoundUp(stop.Count * Multiple)),
            TargetKind.Fixed => new Ticks(FixedTicks),
            _ => default,
        };
}

/// <summary>How the stop follows the price; it never moves away from it (SPEC R12).</summary>
public sealed record TrailSettings
{
    /// <summary>The reduce time's distance: from then on the stop is at most this far from the price.</summary>
    public const int LateTicks = 4;

    /// <summary>Profit in ticks from which the stop stands at break-even; 0 for never.</summary>
    public int BreakEvenAfterTicks { get; init; }

    public TrailKind Kind { get; init; } = TrailKind.None;

    public int Ticks { get; init; } = 8;

    public double AtrMultiple { get; init; } = 1.5;

    public bool IsActive => BreakEvenAfterTicks > 0 || Kind != TrailKind.None;

    /// <summary>
    /// Where the stop of a position belongs after a bar closed at <paramref name="close"/>: never farther from the price than it is now,
    /// and never at or beyond the price.
    /// </summary>
    public Price Follow(Side held, Price entry, Price stop, Price close, in MinuteStudy study, bool late)
    {
        var sign = held.Sign();
        var best = stop.InTicks * sign;
        var market = close.InTicks * sign;
        var profit = market - (entry.InTicks * sign);
        var armed = BreakEvenAfterTicks == 0 || profit >= BreakEvenAfterTicks || best >= entry.InTicks * sign;

        if (BreakEvenAfterTicks > 0 && profit >= BreakEvenAfterTicks)
            best = Math.Max(best, entry.InTicks * sign);
        if (armed && Kind == TrailKind.Ticks)
            best = Math.Max(best, market - Ticks);
        if (armed && Kind == TrailKind.Atr && study.Atr is { } atr)
            best = Math.Max(best, market - Math.Max(1, StopSettings.RoundUp(atr * AtrMultiple)));
        if (late)
            best = Math.Max(best, market - LateTicks);

        // A level at the price would trigger at once; it is only taken where it still tightens.
        best = Math.Max(stop.InTicks * sign, Math.Min(best, market - 1));
        return new Price(best * sign);
    }
}
