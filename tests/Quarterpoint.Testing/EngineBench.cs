using System.Collections.Immutable;
using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Testing;

/// <summary>
/// An engine without a venue, on 2024-03-05 unless another day is named: the test plays the venue by hand, fact by fact, and looks at what
/// the engine asks for. The stop is 8 ticks, the target 12. Deadlines fire as time moves on, as in every host.
/// </summary>
public sealed class EngineBench
{
    private readonly IntentBuffer _buffer = new();
    private readonly List<Intent> _new = [];
    private readonly OneWish _rule = new();
    private long _seq;
    private long _lastTrade = 5000;

    public EngineBench(
        bool native = true,
        Func<EngineSettings, EngineSettings>? change = null,
        StartFacts? start = null,
        DateOnly? date = null
    )
    {
        var settings = new EngineSettings
        {
            Instrument = Micro.Mes,
            BarSeconds = 1,
            News = NewsCalendar.None,
            Stop = new StopSettings { Kind = StopKind.Fixed, FixedTicks = 8 },
            Target = new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = 12 },
            Limits = new RiskLimits { RailsOn = false },
        };
        Engine = new TradingEngine(change is null ? settings : change(settings), _rule);
        Date = date ?? new DateOnly(2024, 3, 5);
        Now = NewYork.At(Date, new TimeOnly(9, 0));
        var capabilities = native ? Capabilities.NativeBrackets : Capabilities.None;
        Take(EngineEvent.Started(Now, start ?? new StartFacts(RiskRecord.Fresh, null, 1, capabilities)));
        Take(EngineEvent.Clock(Now));
        At("10:00:00");
    }

    public TradingEngine Engine { get; }

    public DateOnly Date { get; }

    public Timestamp Now { get; private set; }

    /// <summary>Every intent since the start.</summary>
    public List<Intent> All { get; } = [];

    /// <summary>Intents not drained yet.</summary>
    public int PendingCount => _new.Count;

    public int Position => Engine.Ledger.Net;

    /// <summary>The confidence of a model in the next wishes, in millionths; null for a rule without a model.</summary>
    public int? Confidence { get; set; }

    /// <summary>What the venue charges for a contract, on one side.</summary>
    public Money Fee { get; set; } = FeeSchedule.Plan.PerSide;

    public static Price At(int ticks) => new(20_000 + ticks);

    /// <summary>What the engine asked for since the last time.</summary>
    public IReadOnlyList<Intent> Drain()
    {
        Intent[] drained = [.. _new];
        _new.Clear();
        return drained;
    }

    /// <summary>Drains, and returns the only intent of that kind.</summary>
    /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
    public Intent One(IntentKind kind) => Drain().Single(i => i.Kind == kind);

    /// <summary>Moves time on to that time in New York; deadlines on the way fire.</summary>
    public EngineBench At(string time) => At(NewYork.At(Date, TimeOnly.Parse(time, CultureInfo.InvariantCulture)));

    public EngineBench After(double seconds) => At(Now + TimeSpan.FromSeconds(seconds));

    public EngineBench At(Timestamp time)
    {
        while (Engine.NextDeadline <= time)
            Take(EngineEvent.Clock(Timestamp.Max(Now, Engine.NextDeadline)));
        return Take(EngineEvent.Clock(time));
    }

    public EngineBench Take(in EngineEvent e)
    {
        Now = e.Time;
        Engine.On(e.WithSeq(++_seq), _buffer);
        for (var i = 0; i < _buffer.Count; i++)
        {
            _new.Add(_buffer[i]);
            All.Add(_buffer[i]);
        }

        _buffer.Clear();
        return this;
    }

    /// <summary>A bar closes now, at one price, and gives that wish.</summary>
    public EngineBench Bar(int price, Wish wish = Wish.Keep, EventFlags flags = EventFlags.None) =>
        Bar(Flat((uint)Now.UnixSeconds - 1, price), wish, flags);

    public EngineBench Bar(in Bar bar, Wish wish = Wish.Keep, EventFlags flags = EventFlags.None)
    {
        (_rule.Wish, _rule.Confidence) = (wish, Confidence);
        return Take(EngineEvent.BarClosed(Now, bar, flags));
    }

    public static Bar Flat(uint second, int price) => new(second, At(price), At(price), At(price), At(price), 1);

    public EngineBench Answer(in Intent to, SendOutcome outcome, long venueOrderId = 0) =>
        Take(EngineEvent.Sent(Now, new SendResultFacts(to.RequestId, outcome, venueOrderId, 0)));

    public EngineBench Report(in OrderReportFacts report) => Take(EngineEvent.OrderReported(Now, Now, report));

    public static OrderReportFacts Order(
        in Intent of,
        long id,
        VenueOrderStatus status = VenueOrderStatus.Working,
        int filled = 0,
        int? size = null
    ) => new(id, of.Tag, 0, 0, of.Price, size ?? of.Size, filled, status, of.Type, of.Side);

    /// <summary>The child of a native bracket as a venue shows it: with its parent and without our tag.</summary>
    public static OrderReportFacts Child(
        in Intent entry,
        long parentId,
        long id,
        int price,
        VenueOrderStatus status = VenueOrderStatus.Working,
        int size = 1,
        bool isTarget = false
    ) => new(id, 0, parentId, 0, At(price), size, 0, status, isTarget ? OrderType.Limit : OrderType.Stop, entry.Side.Opposite());

    public FillFacts Trade(
        long orderId,
        Side side,
        int price,
        int size = 1,
        long tag = 0,
        long tradeId = 0,
        FillFlags flags = FillFlags.None
    ) => new(tradeId != 0 ? tradeId : ++_lastTrade, orderId, tag, Fee * size, At(price), size, 0, side, flags);

    public EngineBench Fill(in FillFacts fill) => Take(EngineEvent.Filled(Now, Now, fill));

    public EngineBench Fill(long orderId, Side side, int price, int size = 1) => Fill(Trade(orderId, side, price, size));

    public EngineBench TellPosition(in Intent query, int signedSize) =>
        Take(EngineEvent.PositionReported(Now, new PositionReportFacts(query.RequestId, 0, signedSize)));

    /// <summary>The venue's answer to a query for orders or trades, as of the time of the query.</summary>
    public EngineBench Snapshot(
        in Intent query,
        int position,
        OrderReportFacts[]? working = null,
        FillFacts[]? trades = null,
        bool isComplete = true
    ) =>
        Take(
            EngineEvent.Snapshot(
                Now,
                new VenueSnapshot(
                    query.RequestId,
                    query.Cause,
                    isComplete && query.Query == QueryKind.OpenOrders,
                    [.. working ?? []],
                    position,
                    trades is null ? ImmutableArray<FillFacts>.Empty : [.. trades]
                )
            )
        );

    /// <summary>Answers every pending query, and those that follow from the answers, with what the venue holds now.</summary>
    public EngineBench AnswerQueries(int position, OrderReportFacts[]? working = null, FillFacts[]? trades = null)
    {
        while (_new.Any(i => i.Kind == IntentKind.Query))
        {
            var query = _new.First(i => i.Kind == IntentKind.Query);
            _new.Remove(query);
            if (query.Query == QueryKind.Position)
                TellPosition(query, position);
            else
                Snapshot(query, position, working, query.Query == QueryKind.Trades ? trades : null);
        }

        return this;
    }

    /// <summary>Sends an entry at the close of a bar at price 0, now; the venue has not answered yet.</summary>
    public Intent Enter(Wish wish)
    {
        Bar(0, wish);
        return One(IntentKind.Enter);
    }

    /// <summary>
    /// A position of that size, filled at price 0 under the order id 100, with its stop (101) 8 behind and its target (102) 12 ahead
    /// working, whether the venue made them or we did.
    /// </summary>
    public Intent Hold(int size = 1, Side side = Side.Buy)
    {
        var entry = Enter(side == Side.Buy ? Wish.Long : Wish.Short);
        Answer(entry, SendOutcome.Accepted, 100);
        Report(Order(entry, 100));
        Fill(Trade(100, side, 0, size, entry.Tag));
        var placed = Drain();
        if (placed.Count == 0)
        {
            Report(Child(entry, 100, 101, -8 * side.Sign(), size: size));
            Report(Child(entry, 100, 102, 12 * side.Sign(), size: size, isTarget: true));
        }
        else
        {
            for (var i = 0; i < placed.Count; i++)
            {
                Answer(placed[i], SendOutcome.Accepted, 101 + i);
                Report(Order(placed[i], 101 + i));
            }
        }

        Drain();
        return entry;
    }

    private sealed class OneWish : SignalRule
    {
        public Wish Wish { get; set; }

        public int? Confidence { get; set; }

        public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now)
        {
            var wish = Wish;
            Wish = Wish.Keep;
            return Confidence is { } sure
                ? new Signal(wish, sure, wish == Wish.Long ? (sbyte)2 : (sbyte)0) { SizingConfidence = sure }
                : new Signal(wish);
        }

        public override void Reset() { }

        public override void Archive(StateArchive archive) { }
    }
}
