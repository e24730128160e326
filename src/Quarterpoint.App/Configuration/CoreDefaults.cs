using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.App.Configuration;

/// <summary>
/// What trading does where nobody chooses, as Core's own records have it: each default stands there once, and the configuration reads it
/// from here.
/// </summary>
internal static class CoreDefaults
{
    // The records cannot be made without an instrument and a bar; no default depends on which.
    private static readonly Instrument AnyInstrument = new()
    {
        Symbol = "ANY",
        Name = "any",
        TickSizeNanos = Instrument.NanosPerPoint,
        TickValue = Money.FromDollars(1),
        HasContracts = false,
        Hours = SessionHours.CmeEquityIndex,
    };

    public static EngineSettings Engine { get; } = new() { Instrument = AnyInstrument, BarSeconds = 1 };

    public static VenueSettings Venue { get; } = new() { Instrument = AnyInstrument, BarSeconds = 1 };
}
