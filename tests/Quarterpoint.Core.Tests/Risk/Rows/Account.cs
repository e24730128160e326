using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Rows;

/// <summary>
/// An account on the engine's bench, on 2024-03-05 at 10:00, as a row of SPEC section 5 needs it: with the default limits, at most one
/// contract, a stop of 8 ticks, and any balance, peaks, and streak of losses.
/// </summary>
internal static class Account
{
    public static readonly TradingDay Today = TradingDay.On(2024, 3, 5);

    public static Money Dollars(decimal dollars) => Money.FromDollars(dollars);

    /// <param name="balance">The balance at the start, while flat.</param>
    /// <param name="baseline">What the day began with; the balance if null.</param>
    /// <param name="peak">The day's highest equity; the higher of the two above if null.</param>
    /// <param name="highWater">The account's highest equity; the highest of the above if null.</param>
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

    /// <summary>Wishes for that side now.</summary>
    /// <returns>The entry, or null if it is refused.</returns>
    public static Intent? Ask(this EngineBench bench, Wish wish = Wish.Long)
    {
        bench.Drain();
        bench.Bar(0, wish);
        var asked = bench.Drain().Where(i => i.Kind == IntentKind.Enter).ToArray();
        return asked.Length == 0 ? null : asked[0];
    }

    /// <summary>Wishes for that side now.</summary>
    /// <returns>The rule that refused it, or None if it was sent.</returns>
    public static Rule RefusalOf(this EngineBench bench, Wish wish = Wish.Long) =>
        bench.Ask(wish) is null ? bench.Engine.LastRefusal.Rule : Rule.None;

    /// <summary>A bar closes at price 0 after falling to that low.</summary>
    public static EngineBench Dip(this EngineBench bench, int low)
    {
        bench.After(1);
        var zero = EngineBench.At(0);
        return bench.Bar(new Bar((uint)bench.Now.UnixSeconds - 1, zero, zero, EngineBench.At(low), zero, 1));
    }

    /// <summary>A whole trade of one contract: entered at price 0, ended by the venue's stop at that price.</summary>
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

    /// <summary>Time passes while flat; the venue cancels what it is asked to and reports that nothing is held.</summary>
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

    /// <summary>Minutes of that range and volume; the last one closes now.</summary>
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
