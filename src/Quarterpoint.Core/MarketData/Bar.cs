using System.Runtime.InteropServices;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.MarketData;

/// <summary>
/// The trades of one interval. <see cref="OpenTime"/> is its stamp: the interval's first second, in Unix seconds of UTC; the bar is known
/// only at its close, one bar length later.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Bar(uint OpenTime, Price Open, Price High, Price Low, Price Close, uint Volume)
{
    public Timestamp Opens => Timestamp.FromUnixSeconds(OpenTime);

    /// <summary>A bar whose range holds its open and close.</summary>
    public bool IsConsistent => Low <= Open && Low <= Close && Open <= High && Close <= High;
}

/// <summary>Best bid and ask. A side of size zero is not quoted.</summary>
public readonly record struct Quote(Price Bid, Price Ask, uint BidSize, uint AskSize)
{
    /// <summary>Both sides are quoted, and do not cross or lock: only then does it say what the market is.</summary>
    public bool IsTwoSided => BidSize > 0 && AskSize > 0 && Bid < Ask;
}

/// <summary>One trade of the market; <see cref="Aggressor"/> is <see cref="Side.None"/> where the source does not say.</summary>
public readonly record struct Print(Price Price, uint Size, Side Aggressor);
