using System.Runtime.InteropServices;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>
/// The trades of one interval. <see cref="OpenTime"/> is the interval's first second, in Unix seconds (UTC). The bar is known only at its
/// close, one bar length later.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Bar(uint OpenTime, Price Open, Price High, Price Low, Price Close, uint Volume)
{
    /// <summary>The first instant of its interval.</summary>
    public Timestamp Opens => Timestamp.FromUnixSeconds(OpenTime);

    /// <summary>Whether open and close lie between low and high.</summary>
    public bool IsConsistent => Low <= Open && Low <= Close && Open <= High && Close <= High;
}

/// <summary>Best bid and ask. A size of zero means that nobody quotes that side.</summary>
public readonly record struct Quote(Price Bid, Price Ask, uint BidSize, uint AskSize)
{
    /// <summary>Whether both sides are quoted and the bid is below the ask. Only then does it tell where the market is.</summary>
    public bool IsTwoSided => BidSize > 0 && AskSize > 0 && Bid < Ask;
}

/// <summary>
/// One trade in the market. <see cref="Aggressor"/> is the side that initiated it, <see cref="Side.None"/> where unknown.
/// </summary>
public readonly record struct Print(Price Price, uint Size, Side Aggressor);
