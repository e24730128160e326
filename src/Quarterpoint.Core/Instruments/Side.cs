namespace Quarterpoint.Core.Instruments;

/// <summary>Buy is +1 and sell is -1, so that a side multiplies a distance. <c>default</c> is no side.</summary>
public enum Side : sbyte
{
    Sell = -1,
    None = 0,
    Buy = 1,
}

public static class SideExtensions
{
    public static Side Opposite(this Side side) => (Side)(-(sbyte)side);

    public static int Sign(this Side side) => (sbyte)side;
}
