using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Shell.Tests.Live.Wire;

/// <summary>Events and intents of every kind, with any value that their types can hold.</summary>
internal static class AnyEvent
{
    private static readonly Gen<Timestamp> Time = Gen.Long.Select(nanoseconds => new Timestamp(nanoseconds));
    private static readonly Gen<Price> Level = Gen.Int.Select(ticks => new Price(ticks));
    private static readonly Gen<Money> Dollars = Gen.Long.Select(micros => new Money(micros));
    private static readonly Gen<Side> AnySide = Gen.Enum<Side>();

    /// <summary>Names and notes as people write them, in more than one alphabet.</summary>
    private static readonly Gen<string> Text = Gen.Char["abc XYZ 0123456789 .,;:'\"\\\n\t\0 äß € 行情 ٣"]
        .Array[0, 40]
        .Select(letters => new string(letters));

    private static readonly Gen<OrderReportFacts> Report =
        from ids in Gen.Long.Array[4]
        from price in Level
        from sizes in Gen.Int.Array[2]
        from status in Gen.Enum<VenueOrderStatus>()
        from type in Gen.Enum<OrderType>()
        from side in AnySide
        select new OrderReportFacts(ids[0], ids[1], ids[2], ids[3], price, sizes[0], sizes[1], status, type, side);

    private static readonly Gen<FillFacts> Trade =
        from ids in Gen.Long.Array[3]
        from fees in Dollars
        from price in Level
        from size in Gen.Int
        from slippage in Gen.Short
        from side in AnySide
        from flags in Gen.Byte
        from at in Time
        select new FillFacts(ids[0], ids[1], ids[2], fees, price, size, slippage, side, (FillFlags)flags) { At = at };

    private static readonly Gen<HeldLatch> Held =
        from latch in Gen.Int[0, LatchTable.Rows.Count - 1].Select(row => LatchTable.Rows[row].Latch)
        from since in Time
        from until in Time
        select new HeldLatch(latch, since, until);

    public static readonly Gen<RiskState> Risk =
        from money in Dollars.Array[5]
        from numbers in Gen.Int.Array[4]
        from lastTrade in Gen.Long
        from cooldown in Time
        from entries in Time.Array[0, EntryPace.Remembered]
        from latches in Held.Array[0, LatchTable.Rows.Count]
        select new RiskState
        {
            Capital = money[0],
            CarriedOver = money[1],
            HighWater = money[2],
            Day = new DayBook(new TradingDay(numbers[0]), money[3], money[4]),
            LossStreak = numbers[1],
            Position = numbers[2],
            EntriesToday = numbers[3],
            LastTrade = lastTrade,
            CooldownUntil = cooldown,
            RecentEntries = [.. entries],
            Latches = [.. latches],
        };

    private static readonly Gen<VenueSnapshot> Snapshot =
        from request in Gen.Long
        from asOf in Gen.Long
        from complete in Gen.Bool
        from position in Gen.Int
        from orders in Report.Array[0, 8]
        from trades in Trade.Array[0, 8]
        select new VenueSnapshot(request, asOf, complete, [.. orders], position, [.. trades]);

    private static readonly Gen<StartFacts> Start =
        from record in Gen.Enum<RiskRecord>()
        from risk in Risk.Null()
        from epoch in Gen.Int
        from capabilities in Gen.Byte
        from memory in Gen.Byte.Array[0, 100]
        select new StartFacts(record, risk, epoch, (Capabilities)capabilities) { MarketMemory = [.. memory] };

    private static readonly Gen<ForecastFacts> Forecast =
        from bar in Gen.UInt
        from n in Gen.Int.Array[6]
        select new ForecastFacts(bar, n[0], n[1], n[2], n[3], n[4]) { LowerBound = n[5] };

    private static readonly Gen<Bar> AnyBar =
        from time in Gen.UInt
        from prices in Level.Array[4]
        from volume in Gen.UInt
        select new Bar(time, prices[0], prices[1], prices[2], prices[3], volume);

    private static readonly Dictionary<EventKind, Gen<EngineEvent>> ByKind = new()
    {
        [EventKind.BarClosed] = Gen.Select(Time, AnyBar, Gen.Enum<EventFlags>(), (time, bar, flags) =>
            EngineEvent.BarClosed(time, bar, flags)
        ),
        [EventKind.Quote] = Gen.Select(Time, Level, Level, Gen.UInt, Gen.UInt, (time, bid, ask, bids, asks) =>
            EngineEvent.QuoteChanged(time, new Quote(bid, ask, bids, asks))
        ),
        [EventKind.Print] = Gen.Select(Time, Level, Gen.UInt, AnySide, (time, price, size, side) =>
            EngineEvent.Printed(time, new Print(price, size, side))
        ),
        [EventKind.FeedChanged] = Gen.Select(Time, Gen.Enum<FeedState>(), EngineEvent.FeedChanged),
        [EventKind.MarketStatus] = Gen.Select(Time, Gen.Enum<MarketState>(), EngineEvent.MarketStatus),
        [EventKind.ContractSelected] = Gen.Select(Time, Gen.Byte, Text, EngineEvent.ContractSelected),
        [EventKind.Forecast] = Gen.Select(Time, Forecast, (time, forecast) => EngineEvent.Forecasted(time, forecast)),
        [EventKind.ForecastAbsent] = Gen.Select(Time, Gen.Enum<ForecastGap>(), EngineEvent.ForecastAbsent),
        [EventKind.Clock] = Time.Select(EngineEvent.Clock),
        [EventKind.SendResult] = Gen.Select(
            Time,
            Gen.Long,
            Gen.Enum<SendOutcome>(),
            Gen.Long,
            Gen.Int,
            (time, request, outcome, id, error) => EngineEvent.Sent(time, new SendResultFacts(request, outcome, id, error))
        ),
        [EventKind.OrderReport] = Gen.Select(Time, Time, Report, (time, venueTime, report) =>
            EngineEvent.OrderReported(time, venueTime, report)
        ),
        [EventKind.Fill] = Gen.Select(Time, Time, Trade, (time, venueTime, fill) => EngineEvent.Filled(time, venueTime, fill)),
        [EventKind.PositionReport] = Gen.Select(Time, Gen.Long, Gen.Long, Gen.Int, (time, request, average, size) =>
            EngineEvent.PositionReported(time, new PositionReportFacts(request, average, size))
        ),
        [EventKind.AccountReport] = Gen.Select(Time, Dollars, Gen.Bool, (time, balance, canTrade) =>
            EngineEvent.AccountReported(time, new AccountReportFacts(balance, canTrade))
        ),
        [EventKind.VenueSnapshot] = Gen.Select(Time, Snapshot, EngineEvent.Snapshot),
        [EventKind.Started] = Gen.Select(Time, Start, EngineEvent.Started),
        [EventKind.ConnectionChanged] = Gen.Select(Time, Gen.Enum<Connection>(), Gen.Bool, EngineEvent.ConnectionChanged),
        [EventKind.ClockSuspect] = Gen.Select(Time, Gen.Bool, EngineEvent.ClockSuspect),
        [EventKind.StoreFailed] = Gen.Select(Time, Gen.Bool, EngineEvent.StoreFailed),
        [EventKind.Operator] = Gen.Select(Time, Gen.Enum<OperatorCommand>(), Gen.Long, Text, Text, (time, command, id, who, note) =>
            EngineEvent.Operator(time, command, new OperatorNote(id, who, note))
        ),
    };

    /// <summary>An event of that kind, as a loop has stamped it.</summary>
    public static Gen<EngineEvent> Of(EventKind kind) => Gen.Select(ByKind[kind], Time, Gen.Long, (e, time, seq) =>
        {
            e.Stamp(time, seq);
            return e;
        });

    public static readonly Gen<EngineEvent> OfAnyKind = Gen.OneOf([.. ByKind.Keys.Select(Of)]);

    public static Gen<Intent> IntentOf(IntentKind kind) =>
        from contract in Gen.Byte
        from role in Gen.Enum<OrderRole>()
        from type in Gen.Enum<OrderType>()
        from side in AnySide
        from query in Gen.Enum<QueryKind>()
        from rule in Gen.Enum<Rule>()
        from n in Gen.Int.Array[4]
        from ids in Gen.Long.Array[5]
        select Intent.FromJournal(
            new JournalledIntent
            {
                Kind = kind,
                Contract = contract,
                Role = role,
                Type = type,
                Side = side,
                Query = query,
                Rule = rule,
                RaisesRisk = kind == IntentKind.Enter,
                Size = n[0],
                Price = new Price(n[1]),
                Stop = new Ticks(n[2]),
                Target = new Ticks(n[3]),
                RequestId = ids[0],
                Cause = ids[1],
                Tag = ids[2],
                VenueOrderId = ids[3],
                ParentTag = ids[4],
            }
        );

    /// <summary>Whether two events say the same, whatever their kind: field by field, and by value where a list is meant.</summary>
    public static bool AreSame(in EngineEvent a, in EngineEvent b)
    {
        if (
            (a.Kind, a.Contract, a.Flags, a.Code, a.Seq, a.Time, a.VenueTime)
            != (b.Kind, b.Contract, b.Flags, b.Code, b.Seq, b.Time, b.VenueTime)
        )
            return false;
        return a.Kind switch
        {
            EventKind.BarClosed => a.Bar == b.Bar,
            EventKind.Quote => a.Quote == b.Quote,
            EventKind.Print => a.Print == b.Print,
            EventKind.Forecast => a.Forecast == b.Forecast,
            EventKind.SendResult => a.SendResult == b.SendResult,
            EventKind.OrderReport => a.OrderReport == b.OrderReport,
            EventKind.Fill => a.Fill == b.Fill,
            EventKind.PositionReport => a.PositionReport == b.PositionReport,
            EventKind.AccountReport => a.AccountReport == b.AccountReport,
            EventKind.VenueSnapshot => AreSame((VenueSnapshot)a.Detail!, (VenueSnapshot)b.Detail!),
            EventKind.Started => AreSame((StartFacts)a.Detail!, (StartFacts)b.Detail!),
            _ => Equals(a.Detail, b.Detail),
        };
    }

    private static bool AreSame(VenueSnapshot a, VenueSnapshot b) =>
        a.WorkingOrders.SequenceEqual(b.WorkingOrders)
        && a.Trades.SequenceEqual(b.Trades)
        && a with { WorkingOrders = b.WorkingOrders, Trades = b.Trades } == b;

    private static bool AreSame(StartFacts a, StartFacts b) =>
        a.MarketMemory.SequenceEqual(b.MarketMemory) && a with { MarketMemory = b.MarketMemory } == b;
}
