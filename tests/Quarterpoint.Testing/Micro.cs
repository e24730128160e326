using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Testing;

/// <summary>The instruments of SPEC K1, written out for tests of Core, which knows no instrument by name.</summary>
public static class Micro
{
    public static readonly Instrument Mes = Make("MES", 1.25m);
    public static readonly Instrument Es = Make("ES", 12.5m);
    public static readonly Instrument Mnq = Make("MNQ", 0.5m);
    public static readonly Instrument Nq = Make("NQ", 5m);

    private static Instrument Make(string symbol, decimal tickValue) =>
        new()
        {
            Symbol = symbol,
            Name = symbol,
            TickSizeNanos = 250_000_000,
            TickValue = Money.FromDollars(tickValue),
        };
}
