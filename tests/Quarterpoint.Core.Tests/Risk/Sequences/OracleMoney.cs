using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>
/// Money as cash in a box: what was paid and received, and contracts, never an average price. Money is in millionths of a dollar.
/// </summary>
internal sealed class OracleMoney(EngineSettings settings)
{
    private readonly long _tick = settings.Instrument.TickValue.MicroDollars;
    private readonly long _closing = settings.Fees.PerSide.MicroDollars;

    /// <summary>The price of what is held is paid out of it, and so it may be far below zero.</summary>
    public long Cash { get; private set; }

    /// <summary>Contracts; sold ones are negative.</summary>
    public int Position { get; private set; }

    /// <summary>The cash before the trade that is open, or before the last one.</summary>
    public long BeforeTrade { get; private set; }

    /// <summary>The account holds nothing but that cash.</summary>
    public void Begin(long cash) => (Cash, Position, BeforeTrade) = (cash, 0, cash);

    public void BeginTrade() => BeforeTrade = Cash;

    /// <summary>The cash, and what closing the position at that price would bring.</summary>
    public long Worth(int mark) => Cash + ((long)Position * mark * _tick) - (_closing * Math.Abs(Position));

    /// <summary>Contracts of one fill change hands.</summary>
    /// <returns>What each contract was charged.</returns>
    public long Take(in FillFacts fill, int size)
    {
        var (sign, fee) = (fill.Side.Sign(), fill.Fees.MicroDollars / fill.Size);
        Cash -= ((long)sign * size * fill.Price.InTicks * _tick) + (fee * size);
        Position += sign * size;
        return fee;
    }
}
