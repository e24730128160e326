using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// A few bars, a few wishes, one backtest. Prices are ticks away from 20,000 (5,000.00 points), with a stop of 8 and a target of 12, on
/// one contract, without the rails: fills are looked at here, not limits.
/// </summary>
internal sealed class Scene
{
    public const int Zero = 20_000;

    private readonly ScriptedRule _rule = new();

    public Scene(int barSeconds = 1)
    {
        Tape = new Tape(barSeconds);
        Engine = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = barSeconds,
            EntriesInEth = true,
            News = NewsCalendar.None,
            Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
            Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 12 },
            Limits = new RiskLimits { RailsOn = false },
        };
        Venue = new VenueSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = barSeconds,
            News = NewsCalendar.None,
        };
    }

    public Tape Tape { get; }

    public EngineSettings Engine { get; set; }

    public VenueSettings Venue { get; set; }

    public VenueFaults? Faults { get; set; }

    public DateOnly Date { get; private set; } = new(2024, 3, 5);

    public Scene On(int year, int month, int day)
    {
        Date = new DateOnly(year, month, day);
        Tape.On(year, month, day);
        return this;
    }

    public Scene Bar(string time, int open, int high, int low, int close)
    {
        Tape.Bar(time, Zero + open, Zero + high, Zero + low, Zero + close);
        return this;
    }

    public Scene Flat(string from, string to, int price = 0)
    {
        Tape.Flat(from, to, Zero + price);
        return this;
    }

    public Scene Wish(string time, Wish wish)
    {
        _rule.At(Tape.Second(Date, time), wish);
        return this;
    }

    public Scene Wish(uint second, Wish wish)
    {
        _rule.At(second, wish);
        return this;
    }

    public Scene Native(bool native)
    {
        Venue = Venue with { NativeBrackets = native };
        return this;
    }

    public Scene Fills(FillMode mode)
    {
        Venue = Venue with { Fills = mode };
        return this;
    }

    public Scene LimitEntry(int offset)
    {
        Engine = Engine with { EntryType = OrderType.Limit, LimitOffset = new Ticks(offset) };
        return this;
    }

    public Scene Plan(EndOfDayPlan plan)
    {
        (Engine, Venue) = (Engine with { EndOfDay = plan }, Venue with { EndOfDay = plan });
        return this;
    }

    public BacktestResult Run(AccountMode account = AccountMode.Lives)
    {
        var test = new Backtest(new TradingEngine(Engine, _rule), new SimulatedVenue(Venue, Faults), account);
        test.Run(Tape.Columns());
        return test.Finish();
    }

    /// <summary>The only trade.</summary>
    public Told RunOne() => Told.Of(Assert.Single(Run().Trades).Trip);

    public IReadOnlyList<Told> RunAll() => [.. Run().Trades.Select(t => Told.Of(t.Trip))];
}

/// <summary>A trade as a table states it: prices in ticks from 20,000, times in New York, slippage in ticks of all its contracts.</summary>
internal sealed record Told(
    Side Side,
    int Entry,
    int Exit,
    string EnteredAt,
    string ExitedAt,
    ExitReason Reason,
    int Slippage,
    FillFlags Flags
)
{
    public static Told Of(in RoundTrip trip) =>
        new(
            trip.Side,
            (int)(trip.EntryTicks / trip.Quantity) - Scene.Zero,
            (int)(trip.ExitTicks / trip.Quantity) - Scene.Zero,
            Clock(trip.EntryTime),
            Clock(trip.ExitTime),
            trip.Reason,
            (int)(trip.Slippage.MicroDollars / 1_250_000),
            trip.Flags
        );

    private static string Clock(Timestamp time) =>
        NewYork.Local(time).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
