using System.Collections.Immutable;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Wire;

/// <summary>Events as bytes and back, every bit of them: what a journal holds, and what crosses from one process to another.</summary>
internal static class EventCodec
{
    public static void Write(ByteWriter to, in EngineEvent e)
    {
        to.Byte((byte)e.Kind).Byte(e.Contract).Short(unchecked((short)e.Flags)).Int(e.Code).Long(e.Seq).Long(e.Time.Nanoseconds);
        switch (e.Kind)
        {
            case EventKind.BarClosed:
                ref readonly var bar = ref e.Bar;
                to.UInt(bar.OpenTime)
                    .Int(bar.Open.InTicks)
                    .Int(bar.High.InTicks)
                    .Int(bar.Low.InTicks)
                    .Int(bar.Close.InTicks)
                    .UInt(bar.Volume);
                break;
            case EventKind.Quote:
                ref readonly var quote = ref e.Quote;
                to.Int(quote.Bid.InTicks).Int(quote.Ask.InTicks).UInt(quote.BidSize).UInt(quote.AskSize);
                break;
            case EventKind.Print:
                to.Int(e.Print.Price.InTicks).UInt(e.Print.Size).Side(e.Print.Aggressor);
                break;
            case EventKind.Forecast:
                ref readonly var f = ref e.Forecast;
                to.UInt(f.BarOpenTime)
                    .Int(f.Down)
                    .Int(f.Flat)
                    .Int(f.Up)
                    .Int(f.MoveMilliTicks)
                    .Int(f.VolatilityMilliTicks)
                    .Int(f.LowerBound);
                break;
            case EventKind.SendResult:
                ref readonly var sent = ref e.SendResult;
                to.Long(sent.RequestId).Byte((byte)sent.Outcome).Long(sent.VenueOrderId).Int(sent.Error);
                break;
            case EventKind.OrderReport:
                to.Long(e.VenueTime.Nanoseconds);
                Write(to, e.OrderReport);
                break;
            case EventKind.Fill:
                to.Long(e.VenueTime.Nanoseconds);
                Write(to, e.Fill);
                break;
            case EventKind.PositionReport:
                to.Long(e.PositionReport.RequestId).Long(e.PositionReport.AveragePriceNanos).Int(e.PositionReport.SignedSize);
                break;
            case EventKind.AccountReport:
                to.Long(e.AccountReport.Balance.MicroDollars).Flag(e.AccountReport.CanTrade);
                break;
            case EventKind.ContractSelected:
                to.Text((string)e.Detail!);
                break;
            case EventKind.VenueSnapshot:
                Write(to, (VenueSnapshot)e.Detail!);
                break;
            case EventKind.Started:
                Write(to, (StartFacts)e.Detail!);
                break;
            case EventKind.Operator:
                var note = (OperatorNote)e.Detail!;
                to.Long(note.CommandId).Text(note.Who).Text(note.Note);
                break;
            default:
                break;
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no event.</exception>
    public static EngineEvent Read(ref ByteReader from)
    {
        var kind = from.Choice<EventKind>();
        var contract = from.Byte();
        var flags = unchecked((EventFlags)from.Short());
        var code = from.Int();
        var seq = from.Long();
        var time = new Timestamp(from.Long());
        var e = kind switch
        {
            EventKind.BarClosed => EngineEvent.BarClosed(
                time,
                new Bar(from.UInt(), Price(ref from), Price(ref from), Price(ref from), Price(ref from), from.UInt()),
                Known(flags)
            ),
            EventKind.Quote => EngineEvent.QuoteChanged(time, new Quote(Price(ref from), Price(ref from), from.UInt(), from.UInt())),
            EventKind.Print => EngineEvent.Printed(time, new Print(Price(ref from), from.UInt(), from.Side())),
            EventKind.FeedChanged => EngineEvent.FeedChanged(time, (FeedState)Code(code, 3)),
            EventKind.MarketStatus => EngineEvent.MarketStatus(time, (MarketState)Code(code, 2)),
            EventKind.ContractSelected => EngineEvent.ContractSelected(time, contract, from.Text()),
            EventKind.Forecast => EngineEvent.Forecasted(
                time,
                new ForecastFacts(from.UInt(), from.Int(), from.Int(), from.Int(), from.Int(), from.Int()) { LowerBound = from.Int() }
            ),
            EventKind.ForecastAbsent => EngineEvent.ForecastAbsent(time, (ForecastGap)Code(code, 3)),
            EventKind.Clock => EngineEvent.Clock(time),
            EventKind.SendResult => EngineEvent.Sent(
                time,
                new SendResultFacts(from.Long(), from.Choice<SendOutcome>(), from.Long(), from.Int())
            ),
            EventKind.OrderReport => EngineEvent.OrderReported(time, new Timestamp(from.Long()), Report(ref from)),
            EventKind.Fill => EngineEvent.Filled(time, new Timestamp(from.Long()), Fill(ref from)),
            EventKind.PositionReport => EngineEvent.PositionReported(time, new PositionReportFacts(from.Long(), from.Long(), from.Int())),
            EventKind.AccountReport => EngineEvent.AccountReported(time, new AccountReportFacts(new Money(from.Long()), from.Flag())),
            EventKind.VenueSnapshot => EngineEvent.Snapshot(time, Snapshot(ref from)),
            EventKind.Started => EngineEvent.Started(time, Start(ref from)),
            EventKind.ConnectionChanged => EngineEvent.ConnectionChanged(time, (Connection)(Code(code, 5) >> 1), (code & 1) != 0),
            EventKind.ClockSuspect => EngineEvent.ClockSuspect(time, Code(code, 1) != 0),
            EventKind.StoreFailed => EngineEvent.StoreFailed(time, Code(code, 1) != 0),
            EventKind.Operator => EngineEvent.Operator(
                time,
                (OperatorCommand)Code(code, 6),
                new OperatorNote(from.Long(), from.Text(), from.Text())
            ),
            _ => throw new InvalidDataException("an event of no kind"),
        };
        e.Stamp(time, seq);
        return e;
    }

    private static int Code(int code, int most) =>
        code >= 0 && code <= most ? code : throw new InvalidDataException($"an event's code is {code}; at most {most} is possible");

    private static EventFlags Known(EventFlags flags) =>
        (flags & ~EventFlags.Backfilled) == 0 ? flags : throw new InvalidDataException($"a bar has the flags {(int)flags}");

    private static Price Price(ref ByteReader from) => new(from.Int());

    private static void Write(ByteWriter to, in OrderReportFacts r) =>
        to.Long(r.VenueOrderId)
            .Long(r.Tag)
            .Long(r.ParentVenueOrderId)
            .Long(r.LinkedVenueOrderId)
            .Int(r.Price.InTicks)
            .Int(r.Size)
            .Int(r.Filled)
            .Byte((byte)r.Status)
            .Byte((byte)r.Type)
            .Side(r.Side);

    private static OrderReportFacts Report(ref ByteReader from) =>
        new(
            from.Long(),
            from.Long(),
            from.Long(),
            from.Long(),
            Price(ref from),
            from.Int(),
            from.Int(),
            from.Choice<VenueOrderStatus>(),
            from.Choice<OrderType>(),
            from.Side()
        );

    private static void Write(ByteWriter to, in FillFacts f) =>
        to.Long(f.TradeId)
            .Long(f.VenueOrderId)
            .Long(f.Tag)
            .Long(f.Fees.MicroDollars)
            .Int(f.Price.InTicks)
            .Int(f.Size)
            .Short(f.SlippageTicks)
            .Side(f.Side)
            .Byte((byte)f.Flags)
            .Long(f.At.Nanoseconds);

    private static FillFacts Fill(ref ByteReader from) =>
        new(
            from.Long(),
            from.Long(),
            from.Long(),
            new Money(from.Long()),
            Price(ref from),
            from.Int(),
            from.Short(),
            from.Side(),
            (FillFlags)from.Byte()
        )
        {
            At = new Timestamp(from.Long()),
        };

    private static void Write(ByteWriter to, VenueSnapshot snapshot)
    {
        to.Long(snapshot.RequestId)
            .Long(snapshot.RequestedAtSeq)
            .Flag(snapshot.IsComplete)
            .Int(snapshot.SignedPosition)
            .Int(snapshot.WorkingOrders.Length);
        foreach (var order in snapshot.WorkingOrders)
            Write(to, order);
        to.Int(snapshot.Trades.Length);
        foreach (var trade in snapshot.Trades)
            Write(to, trade);
    }

    private static VenueSnapshot Snapshot(ref ByteReader from)
    {
        var (request, asOf, isComplete, position) = (from.Long(), from.Long(), from.Flag(), from.Int());
        var orders = ImmutableArray.CreateBuilder<OrderReportFacts>();
        for (var left = from.Count(47); left > 0; left--)
            orders.Add(Report(ref from));
        var trades = ImmutableArray.CreateBuilder<FillFacts>();
        for (var left = from.Count(52); left > 0; left--)
            trades.Add(Fill(ref from));
        return new VenueSnapshot(request, asOf, isComplete, orders.ToImmutable(), position, trades.ToImmutable());
    }

    private static void Write(ByteWriter to, StartFacts facts)
    {
        to.Byte((byte)facts.Record).Int(facts.Epoch).Byte((byte)facts.Capabilities).Flag(facts.Risk is not null);
        if (facts.Risk is { } risk)
            to.Bytes(risk.ToBytes());
        to.Bytes(facts.MarketMemory.AsSpan());
    }

    private static StartFacts Start(ref ByteReader from)
    {
        var (record, epoch, capabilities) = (from.Choice<RiskRecord>(), from.Int(), (Capabilities)from.Byte());
        var risk = from.Flag() ? RiskState.FromBytes(from.Bytes().ToArray()) : null;
        return new StartFacts(record, risk, epoch, capabilities) { MarketMemory = [.. from.Bytes()] };
    }
}
