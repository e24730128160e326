namespace Quarterpoint.Core.Instruments;

/// <summary>Buy or sell, as +1 or -1, so that a side can multiply a distance. <c>default</c> is no side.</summary>
public enum Side : sbyte
{
    Sell = -1,
    None = 0,
    Buy = 1,
}

/// <summary>Arithmetic of sides.</summary>
public static class SideExtensions
{
    public static Side Opposite(this Side side) => (Side)(-(sbyte)side);

    /// <summary>1 for buy, -1 for sell, 0 for none.</summary>
    public static int Sign(this Side side) => (sbyte)side;
}
