using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Testing;

/// <summary>
/// Random settings and a random tape: some 40 minutes of seconds with gaps from a second to minutes long, often across the end of the day.
/// The same situation always has the same tape and the same wishes.
/// </summary>
public sealed record Situation
{
    private static readonly (int Year, int Month, int Day, string From)[] Places =
    [
        (2024, 3, 5, "10:00:00"),
        (2024, 3, 5, "15:55:00"),
        (2024, 3, 11, "15:30:00"),
        (2024, 7, 3, "12:10:00"),
        (2021, 6, 25, "15:40:00"),
        (2024, 11, 3, "19:00:00"),
    ];

    public ulong Seed { get; init; }

    public int Place { get; init; }

    public int Bars { get; init; } = 600;

    public bool IsNative { get; init; } = true;

    public int Contracts { get; init; } = 1;

    public OrderType Entry { get; init; } = OrderType.Market;

    public int LimitOffset { get; init; }

    public FillMode Fills { get; init; }

    public TrailKind Trail { get; init; }

    public int BreakEven { get; init; }

    public TargetKind Target { get; init; }

    public int Hold { get; init; }

    public EndOfDayPlan Plan { get; init; }

    public bool FillsInParts { get; init; }

    public double Wishes { get; init; } = 0.05;

    public static readonly Gen<Situation> Any =
        from seed in Gen.ULong
        from place in Gen.Int[0, Places.Length - 1]
        from native in Gen.Bool
        from contracts in Gen.Int[1, 3]
        from limit in Gen.Bool
        from offset in Gen.Int[0, 3]
        from fills in Gen.Enum<FillMode>()
        from trail in Gen.Enum<TrailKind>()
        from breakEven in Gen.Int[0, 2]
        from target in Gen.Enum<TargetKind>()
        from hold in Gen.Int[0, 2]
        from plan in Gen.Enum<EndOfDayPlan>()
        from parts in Gen.Bool
        select new Situation
        {
            Seed = seed,
            Place = place,
            IsNative = native,
            Contracts = contracts,
            Entry = limit ? OrderType.Limit : OrderType.Market,
            LimitOffset = offset,
            Fills = fills,
            Trail = trail,
            BreakEven = 3 * breakEven,
            Target = target,
            Hold = hold == 2 ? 20 : 0,
            Plan = plan,
            FillsInParts = parts,
        };

    public EngineSettings Engine() =>
        new()
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            EntriesInEth = true,
            News = NewsCalendar.None,
            EndOfDay = Plan,
            Contracts = Contracts,
            EntryType = Entry,
            LimitOffset = new Ticks(LimitOffset),
            Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 6 },
            Target = new TargetSettings { Kind = Target, FixedTicks = 5 },
            Trail = new TrailSettings
            {
                Kind = Trail,
                BreakEvenAfterTicks = BreakEven,
                Ticks = 5,
            },
            MaxHoldingSeconds = Hold,
            Limits = new RiskLimits { RailsOn = false },
        };

    public VenueSettings Venue() =>
        new()
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            News = NewsCalendar.None,
            EndOfDay = Plan,
            Fills = Fills,
            NativeBrackets = IsNative,
        };

    public SignalRule Rule() =>
        (Seed % 3) switch
        {
            0 => new TrendRule(3, 7),
            1 => new RandomRule(Seed, 20, 20, 1),
            _ => new WishfulRule(Seed, Wishes),
        };

    public VenueFaults Faults() => FillsInParts ? new InParts(Seed) : VenueFaults.None;

    public EngineHost Host(HostFaults? faults = null, VenueFaults? venueFaults = null) =>
        EngineHost.Over(Engine(), Venue(), Rule(), venueFaults ?? Faults(), faults);

    /// <summary>
    /// The tape: its bars, then nothing until half a minute late in the next session, where an order that was left over finds a price and
    /// nothing opens.
    /// </summary>
    public BarColumns Columns()
    {
        var random = new SplitMix64(Seed);
        var (year, month, day, from) = Places[Place];
        var tape = new Tape();
        var second = Tape.Second(new DateOnly(year, month, day), from);
        var price = 20_000;
        for (var bar = 0; bar < Bars; bar++)
        {
            var open = price + random.NextBelow(3) - 1;
            var close = open + random.NextBelow(7) - 3;
            tape.Add(second, open, Math.Max(open, close) + random.NextBelow(3), Math.Min(open, close) - random.NextBelow(3), close, 1);
            price = close;
            var hole = random.NextBelow(100);
            second += (uint)(
                hole < 80 ? 1
                : hole < 98 ? 2 + random.NextBelow(8)
                : 20 + random.NextBelow(150)
            );
        }

        var calendar = SessionCalendar.CmeEquityIndex;
        var next = calendar.Sessions[calendar.FirstClosingAfter(tape.Columns().Sessions[^1].Session.Close)];
        for (var bar = 0u; bar < 30; bar++)
            tape.Add((uint)EndOfDay.Of(next, Plan).CutoffAt.UnixSeconds + bar, price, price, price, price, 1);
        return tape.Columns();
    }

    private sealed class InParts(ulong seed) : VenueFaults
    {
        private SplitMix64 _random = new(seed);

        public override int FillSize(int remaining) => remaining == 1 ? 1 : 1 + _random.NextBelow(remaining);
    }
}
