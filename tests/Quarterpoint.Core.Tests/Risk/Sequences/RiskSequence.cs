using System.Globalization;
using CsCheck;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>What a step of a sequence does.</summary>
internal enum Act
{
    /// <summary>A trade that runs to its target, to its stop, gaps far beyond its stop, or is closed by a signal.</summary>
    Win,
    Lose,
    Gap,
    Leave,

    /// <summary>A trade, followed by a wish for the other side.</summary>
    Reverse,

    /// <summary>A wish, whatever its outcome.</summary>
    Wish,
    Bars,

    /// <summary>Sixteen minutes of a calm or wild market, with high or low volume, so that ATR warms up.</summary>
    Minutes,
    Wait,

    /// <summary>Moves to a few seconds around one of the times that end a day.</summary>
    Edge,
    NextDay,
    Trouble,
    Relief,
    Command,
    Quote,
    Foreign,
    Restart,
}

/// <summary>One step; the meaning of its numbers depends on the act.</summary>
internal readonly record struct Step(Act Act, int A, int B)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Act} {A} {B}");
}

/// <summary>What happens most in a sequence.</summary>
internal enum Theme
{
    Trading,
    Losses,
    Gaps,
    EndOfDay,
    Days,
    Troubles,
    Market,
    Quotes,
    Restarts,
    Faults,
    Poor,
    Rich,
}

/// <summary>An account, its settings, and what happens to it: drawn at random, and the same for the same seed and steps.</summary>
internal sealed record RiskSequence(Theme Theme, ulong Seed, Step[] Steps)
{
    private static readonly Timestamp[] Places =
    [
        At(2024, 3, 5, 10, 0),
        At(2024, 3, 5, 15, 20),
        At(2024, 7, 3, 11, 40),
        At(2021, 6, 25, 15, 10),
        At(2024, 11, 3, 19, 0),
        At(2024, 3, 8, 15, 0),
        At(2023, 11, 24, 11, 0),
        At(2021, 4, 1, 14, 30),
    ];

    private static readonly Gen<(int A, int B)> Numbers = Gen.Select(Gen.Int[0, 999], Gen.Int[0, 999]);

    private static readonly Gen<Step>[] StepsOf =
    [
        Of((6, Act.Win), (6, Act.Lose), (1, Act.Gap), (3, Act.Leave), (3, Act.Reverse), (2, Act.Wish), (2, Act.Bars), (2, Act.Wait)),
        Of((2, Act.Win), (12, Act.Lose), (1, Act.Leave), (1, Act.Wish), (4, Act.Wait), (1, Act.Restart)),
        Of((2, Act.Win), (3, Act.Lose), (6, Act.Gap), (1, Act.Reverse), (3, Act.NextDay), (2, Act.Command), (1, Act.Restart)),
        Of((3, Act.Win), (3, Act.Lose), (2, Act.Leave), (2, Act.Reverse), (5, Act.Edge), (2, Act.Wish), (2, Act.Bars), (1, Act.NextDay)),
        Of((5, Act.Win), (5, Act.Lose), (2, Act.Gap), (5, Act.NextDay), (2, Act.Edge), (1, Act.Restart)),
        Of((6, Act.Win), (6, Act.Lose), (1, Act.Leave), (4, Act.Trouble), (4, Act.Relief), (3, Act.Command), (1, Act.Foreign)),
        Of((4, Act.Minutes), (5, Act.Win), (5, Act.Lose), (2, Act.Wish), (1, Act.Reverse)),
        Of((6, Act.Win), (6, Act.Lose), (1, Act.Gap), (2, Act.Leave), (5, Act.Quote), (1, Act.Bars)),
        Of((5, Act.Win), (6, Act.Lose), (1, Act.Gap), (2, Act.Leave), (1, Act.Wish), (4, Act.Restart), (1, Act.Command), (1, Act.NextDay)),
        Of(
            (6, Act.Win),
            (6, Act.Lose),
            (1, Act.Gap),
            (2, Act.Leave),
            (2, Act.Reverse),
            (1, Act.Foreign),
            (2, Act.Edge),
            (2, Act.Wait),
            (1, Act.Command)
        ),
        Of((6, Act.Win), (5, Act.Lose), (1, Act.Gap), (3, Act.NextDay), (2, Act.Command), (1, Act.Restart)),
        Of((6, Act.Win), (6, Act.Lose), (2, Act.Leave), (2, Act.Reverse), (2, Act.Wait), (2, Act.NextDay)),
    ];

    /// <summary>Sequences of every theme.</summary>
    public static readonly Gen<RiskSequence> Any =
        from theme in Gen.Int[0, StepsOf.Length - 1]
        from seed in Gen.ULong
        from steps in StepsOf[theme].Array[1, 44]
        select new RiskSequence((Theme)theme, seed, steps);

    /// <summary>Twenty full days in which every minute had an ATR of 8 ticks and a volume of 100: what is normal.</summary>
    private static readonly byte[] Norms = MarketMemory.Of(MinuteNorms.Days, atrTicks: 8, volume: 100);

    public RiskSetup Setup()
    {
        var random = new SplitMix64(Seed);
        bool OneIn(ref SplitMix64 from, int many) => from.NextBelow(many) == 0;
        var place =
            Theme == Theme.EndOfDay ? random.NextBelow(Places.Length)
            : random.NextBelow(4) == 0 ? random.NextBelow(Places.Length)
            : 0;
        var isMarket = Theme == Theme.Market;
        var ticks =
            Theme is Theme.Losses or Theme.Poor or Theme.Rich ? 4
            : (int[])[4, 4, 5, 6, 8, 8, 10, 14, 18, 19] is var stops ? stops[random.NextBelow(stops.Length)]
            : 0;
        var kind =
            isMarket && OneIn(ref random, 2) ? StopKind.Atr
            : OneIn(ref random, 25) ? (StopKind)(2 * random.NextBelow(2))
            : StopKind.Fixed;
        var usesLimits = OneIn(ref random, 5);
        var limits = new RiskLimits
        {
            OnVolatility = OneIn(ref random, 3) ? BreakerAction.Half : BreakerAction.Pause,
            OnLowVolume = OneIn(ref random, 3) ? BreakerAction.Half : BreakerAction.Pause,
            BalanceFloor = Theme == Theme.Poor && OneIn(ref random, 4) ? Money.FromDollars(850) : new RiskLimits().BalanceFloor,
            MostContracts = Theme == Theme.Rich && OneIn(ref random, 2) ? 20 : new RiskLimits().MostContracts,
        };
        var plan = OneIn(ref random, 4) ? EndOfDayPlan.TopstepX : EndOfDayPlan.Plan;
        var engine = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            News = NewsCalendar.None,
            EndOfDay = plan,
            EntriesInEth = place == 4 || OneIn(ref random, 4),
            Contracts = OneIn(ref random, 3) ? 1 + random.NextBelow(3) : 0,
            EntryType = usesLimits ? OrderType.Limit : OrderType.Market,
            Stop = new StopSettings { Kind = kind, FixedTicks = ticks },
            Target = new TargetSettings { Kind = (TargetKind)random.NextBelow(3), FixedTicks = 4 + random.NextBelow(8) },
            Trail = new TrailSettings
            {
                Kind = (TrailKind)random.NextBelow(3),
                BreakEvenAfterTicks = 2 * random.NextBelow(3),
                Ticks = 3 + random.NextBelow(6),
            },
            MaxHoldingSeconds = OneIn(ref random, 6) ? 20 : 0,
            Limits = limits,
        };
        var capabilities = Capabilities.Volume | (OneIn(ref random, 3) ? Capabilities.None : Capabilities.NativeBrackets);
        if (Theme == Theme.Quotes)
            capabilities |= Capabilities.Quotes;
        return new RiskSetup
        {
            Engine = engine,
            Venue = new VenueSettings
            {
                Instrument = Micro.Mes,
                BarSeconds = 1,
                News = NewsCalendar.None,
                EndOfDay = plan,
                NativeBrackets = (capabilities & Capabilities.NativeBrackets) != 0,
            },
            Capabilities = capabilities,
            Start = Places[place],
            First = FirstState(ref random, limits),
            MarketMemory = isMarket ? Norms : [],
            Faults = Theme == Theme.Faults ? new SequenceFaults(random.Next()) : null,
            KeepsWarm = isMarket || kind != StopKind.Fixed,
        };
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Theme}, seed {Seed}:\n  {string.Join("\n  ", Steps)}");

    private RiskState FirstState(ref SplitMix64 random, RiskLimits limits)
    {
        var fresh = RiskState.Fresh(limits.Capital);
        var streak = Theme == Theme.Losses ? random.NextBelow(5) : 0;
        if (Theme == Theme.Poor)
        {
            // From just above the kill's level to the starting capital, with a peak up to the drawdown limit above it, and sometimes
            // beyond.
            var balance =
                Money.FromDollars(695) + new Money(random.NextBelow(400) * 1_000_000L) + new Money(random.NextBelow(100) * 10_000L);
            return fresh with
            {
                CarriedOver = balance - limits.Capital,
                HighWater = balance + new Money(random.NextBelow(201) * 1_000_000L),
                LossStreak = streak,
            };
        }

        if (Theme == Theme.Rich || random.NextBelow(8) == 0)
        {
            var gained = new Money(random.NextBelow(500_000) * 10_000L);
            return fresh with
            {
                CarriedOver = gained,
                HighWater = limits.Capital + gained + new Money(random.NextBelow(100) * 1_000_000L),
                LossStreak = streak,
            };
        }

        return fresh with
        {
            LossStreak = streak,
        };
    }

    private static Gen<Step> Of(params (int Weight, Act Act)[] acts) =>
        Gen.Frequency([.. acts.Select(act => (act.Weight, Numbers.Select(n => new Step(act.Act, n.A, n.B))))]);

    private static Timestamp At(int year, int month, int day, int hour, int minute) =>
        NewYork.At(new DateOnly(year, month, day), new TimeOnly(hour, minute));
}

/// <summary>Everything that a sequence starts from.</summary>
internal sealed record RiskSetup
{
    public required EngineSettings Engine { get; init; }

    public required VenueSettings Venue { get; init; }

    public required Capabilities Capabilities { get; init; }

    public required Timestamp Start { get; init; }

    public required RiskState First { get; init; }

    public required byte[] MarketMemory { get; init; }

    /// <summary>Null if nothing goes wrong between engine and venue.</summary>
    public required SequenceFaults? Faults { get; init; }

    /// <summary>Whether ATR matters, so that no minute may be without a bar.</summary>
    public required bool KeepsWarm { get; init; }

    public bool HasQuotes => (Capabilities & Capabilities.Quotes) != 0;
}

/// <summary>What goes wrong between engine and venue, each kind at its own rate, until the exit time of the day.</summary>
internal sealed class SequenceFaults
{
    private readonly double[] _rates = new double[9];
    private SplitMix64 _random;

    public SequenceFaults(ulong seed)
    {
        _random = new SplitMix64(seed);
        for (var i = 0; i < _rates.Length; i++)
            _rates[i] = _random.NextBelow(2) == 0 ? 0 : _random.NextUnit() * 0.2;
        (AtVenue, OnTheWay) = (new Venue(this), new Way(this));
    }

    public VenueFaults AtVenue { get; }

    public HostFaults OnTheWay { get; }

    public Func<bool> IsHealed { get; set; } = () => false;

    private bool Strikes(int which) => _random.NextUnit() < _rates[which] && !IsHealed();

    private sealed class Venue(SequenceFaults faults) : VenueFaults
    {
        public override SendOutcome Answer(in Intent intent) =>
            faults.Strikes(0) ? SendOutcome.Refused
            : faults.Strikes(1) ? SendOutcome.NotSent
            : faults.Strikes(2) ? SendOutcome.Unknown
            : SendOutcome.Accepted;

        public override bool ActsUnheard(in Intent intent) => !faults.Strikes(3);

        public override bool RejectsAfterAccepting(in Intent intent) => faults.Strikes(4);

        public override int FillSize(int remaining) => faults.Strikes(5) ? 1 : remaining;

        public override bool Loses(in EngineEvent fact) => faults.Strikes(6);
    }

    private sealed class Way(SequenceFaults faults) : HostFaults
    {
        public override int Duplicates(in EngineEvent fact) => faults.Strikes(7) ? 1 : 0;

        public override TimeSpan Delay(in EngineEvent fact) =>
            faults.Strikes(8) ? TimeSpan.FromMilliseconds(faults._random.NextBelow(3000)) : TimeSpan.Zero;
    }
}
