using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Rows;

/// <summary>
/// An account on the engine's bench, on 2024-03-05 at 10:00, as a row of SPEC section 5 needs it: with the default limits, at most one contract, a stop of 8 ticks,
/// and whatever balance, peaks, and streak it had before.
/// </summary>
internal static class Account
{
    public static readonly TradingDay Today = TradingDay.On(2024, 3, 5);

    public static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    /// <param name="balance">What it is worth, flat, at the start.</param>
    /// <param name="baseline">Where the day began, if not there.</param>
    /// <param name="peak">The day's highest, if not the higher of the two.</param>
    /// <param name="highWater">The account's highest, if not the highest of all these.</param>
    public static RiskState State(decimal balance = 1000, decimal? baseline = null, decimal? peak = null, decimal? highWater = null)
    {
        var begun = baseline ?? balance;
        var highest = peak ?? Math.Max(balance, begun);
        return RiskState.Fresh(Dollars(1000)) with
        {
            CarriedOver = Dollars(balance - 1000),
            HighWater = Dollars(highWater ?? Math.Max(highest, 1000)),
            Day = new DayBook(Today, Dollars(begun), Dollars(highest)),
        };
    }

    public static EngineBench Bench(
        RiskState? state = null,
        Func<EngineSettings, EngineSettings>? change = null,
        RiskLimits? limits = null,
        Capabilities capabilities = Capabilities.NativeBrackets,
        byte[]? memory = null,
        DateOnly? date = null
    ) =>
        new(
            true,
            settings => (change ?? (s => s))(settings with { Limits = limits ?? new RiskLimits(), Contracts = 1 }),
            new StartFacts(RiskRecord.Restored, state ?? State(), 2, capabilities) { MarketMemory = [.. memory ?? []] },
            date
        );

    /// <summary>A wish now; the entry, or null where it is refused.</summary>
    public static Intent? Ask(this EngineBench bench, Wish wish = Wish.Long)
    {
        bench.Drain();
        bench.Bar(0, wish);
        var asked = bench.Drain().Where(i => i.Kind == IntentKind.Enter).ToArray();
        return asked.Length == 0 ? null : asked[0];
    }

    /// <summary>What an entry is refused for now; None where it is sent.</summary>
    public static Rule RefusalOf(this EngineBench bench, Wish wish = Wish.Long) =>
        bench.Ask(wish) is null ? bench.Engine.LastRefusal.Rule : Rule.None;

    /// <summary>A bar closes at price 0 after it was that low.</summary>
    public static EngineBench Dip(this EngineBench bench, int low)
    {
        bench.After(1);
        var zero = EngineBench.At(0);
        return bench.Bar(new Bar((uint)bench.Now.UnixSeconds - 1, zero, zero, EngineBench.At(low), zero, 1));
    }

    /// <summary>A whole trade of one contract, entered at 0 and left at that price, the venue's stop having filled.</summary>
    public static EngineBench TradeTo(this EngineBench bench, int exit)
    {
        var entry = bench.Hold();
        bench
            .Fill(101, Side.Sell, exit)
            .Report(EngineBench.Child(entry, 100, 102, 12, Core.Orders.VenueOrderStatus.Cancelled, isTarget: true));
        bench.After(2).AnswerQueries(0);
        bench.Drain();
        return bench;
    }

    /// <summary>Time passes over a flat account, whose venue takes down what it is asked to and says that nothing is held.</summary>
    public static EngineBench Pass(this EngineBench bench, Timestamp until)
    {
        Settle(bench);
        while (bench.Engine.NextDeadline <= until)
        {
            bench.At(bench.Engine.NextDeadline);
            Settle(bench);
        }

        return bench.At(until);
    }

    private static void Settle(EngineBench bench)
    {
        while (bench.PendingCount > 0)
        {
            bench.AnswerQueries(0);
            foreach (var cancel in bench.Drain().Where(i => i.Kind == IntentKind.Cancel))
                bench
                    .Answer(cancel, SendOutcome.Accepted, cancel.VenueOrderId)
                    .Report(EngineBench.Order(cancel, cancel.VenueOrderId, Core.Orders.VenueOrderStatus.Cancelled, size: 1));
        }
    }

    /// <summary>Minutes of that range and volume, the last of which closes now.</summary>
    public static EngineBench Minutes(this EngineBench bench, int count, int range, uint volume = 100, Wish last = Wish.Keep)
    {
        for (var minute = 0; minute < count; minute++)
        {
            bench.After(60);
            var bar = new Bar(
                (uint)bench.Now.UnixSeconds - 60,
                EngineBench.At(0),
                EngineBench.At(range),
                EngineBench.At(0),
                EngineBench.At(0),
                volume
            );
            bench.Bar(bar, minute == count - 1 ? last : Wish.Keep);
        }

        return bench;
    }
}
