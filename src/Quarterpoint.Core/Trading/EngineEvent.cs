using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>Everything that can happen to the engine. Nothing else reaches it: no call, no clock, no setting changed in flight.</summary>
public enum EventKind : byte
{
    None,

    // market
    BarClosed,
    Quote,
    Print,
    FeedChanged,
    MarketStatus,
    ContractSelected,

    // model
    Forecast,
    ForecastAbsent,

    // time
    Clock,

    // orders
    SendResult,
    OrderReport,
    Fill,

    // account
    PositionReport,
    AccountReport,
    VenueSnapshot,

    // session
    Started,
    ConnectionChanged,
    ClockSuspect,
    StoreFailed,
    Operator,
}

/// <summary>What else is true of an event.</summary>
[Flags]
public enum EventFlags : ushort
{
    None = 0,

    /// <summary>A bar of the past, fed to warm up: it updates state and never decides.</summary>
    Backfilled = 1,
}

/// <summary>How the market feed does. Entries need it up or healed.</summary>
public enum FeedState
{
    Up,
    Stale,
    Lost,
    Healed,
}

/// <summary>What the venue says of the market.</summary>
public enum MarketState
{
    Open,
    Halted,
    Closed,
}

/// <summary>Why a model gave no forecast for a bar.</summary>
public enum ForecastGap
{
    /// <summary>Its features are not warm yet.</summary>
    Warmup,

    /// <summary>What it said is no probability.</summary>
    Invalid = 2,
}

/// <summary>The ways to a venue, each of which can break alone.</summary>
public enum Connection
{
    MarketHub,
    UserHub,
    Rest,
}

/// <summary>What a person can ask for.</summary>
public enum OperatorCommand
{
    Pause,
    Resume,
    ReduceOnly,
    Flatten,
    Halt,
    Kill,
    Review,
}

/// <summary>
/// One fact, flat, so that a backtest can feed millions without allocating. <see cref="Time"/> is when the loop took it and never runs
/// back: every timer uses only that. <see cref="VenueTime"/> is the venue's own clock, for order facts. Which payload is valid depends on
/// <see cref="Kind"/>; <see cref="Detail"/> is an immutable record of the cold kinds.
/// </summary>
public struct EngineEvent
{
    private Payload _payload;

    private EngineEvent(
        EventKind kind,
        Timestamp time,
        in Payload payload = default,
        int code = 0,
        EventFlags flags = EventFlags.None,
        byte contract = 0,
        long seq = 0,
        Timestamp venueTime = default,
        object? detail = null
    )
    {
        Kind = kind;
        Contract = contract;
        Flags = flags;
        Code = code;
        Seq = seq;
        Time = time;
        VenueTime = venueTime;
        _payload = payload;
        Detail = detail;
    }

    public EventKind Kind { get; }

    /// <summary>Index of the contract in the session's list; the engine trades one at a time.</summary>
    public byte Contract { get; }

    public EventFlags Flags { get; }

    /// <summary>The kind's enumeration: <see cref="FeedState"/>, <see cref="MarketState"/>, <see cref="ForecastGap"/>, and so on.</summary>
    public int Code { get; }

    /// <summary>Position in the journal; intents name it as their cause.</summary>
    public long Seq { get; private set; }

    /// <summary>When the loop took it; never earlier than that of the event before.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>The venue's own time of the fact; the epoch where it gives none.</summary>
    public Timestamp VenueTime { get; }

    /// <summary>The record of a cold kind: a snapshot, start facts, an operator's note, a contract's symbol.</summary>
    public object? Detail { get; }

    [UnscopedRef]
    public readonly ref readonly Bar Bar => ref _payload.Bar;

    [UnscopedRef]
    public readonly ref readonly Quote Quote => ref _payload.Quote;

    [UnscopedRef]
    public readonly ref readonly Print Print => ref _payload.Print;

    [UnscopedRef]
    public readonly ref readonly ForecastFacts Forecast => ref _payload.Forecast;

    [UnscopedRef]
    public readonly ref readonly SendResultFacts SendResult => ref _payload.SendResult;

    [UnscopedRef]
    public readonly ref readonly OrderReportFacts OrderReport => ref _payload.OrderReport;

    [UnscopedRef]
    public readonly ref readonly FillFacts Fill => ref _payload.Fill;

    [UnscopedRef]
    public readonly ref readonly PositionReportFacts PositionReport => ref _payload.PositionReport;

    [UnscopedRef]
    public readonly ref readonly AccountReportFacts AccountReport => ref _payload.AccountReport;

    /// <summary>Sets when the loop took the event, and its place in the journal.</summary>
    public void Stamp(Timestamp time, long seq)
    {
        Time = time;
        Seq = seq;
    }

    /// <summary>Turns this event into the next bar's in place, because a backtest feeds millions of them.</summary>
    internal void Become(Timestamp time, in Bar bar, long seq)
    {
        Stamp(time, seq);
        _payload.Bar = bar;
    }

    public static EngineEvent BarClosed(Timestamp time, in Bar bar, EventFlags flags = EventFlags.None, long seq = 0) =>
        new(EventKind.BarClosed, time, new Payload { Bar = bar }, flags: flags, seq: seq);

    public static EngineEvent QuoteChanged(Timestamp time, in Quote quote) => new(EventKind.Quote, time, new Payload { Quote = quote });

    public static EngineEvent Printed(Timestamp time, in Print print) => new(EventKind.Print, time, new Payload { Print = print });

    public static EngineEvent FeedChanged(Timestamp time, FeedState state) => new(EventKind.FeedChanged, time, code: (int)state);

    public static EngineEvent MarketStatus(Timestamp time, MarketState state) => new(EventKind.MarketStatus, time, code: (int)state);

    public static EngineEvent ContractSelected(Timestamp time, byte contract, string symbol) =>
        new(EventKind.ContractSelected, time, contract: contract, detail: symbol);

    public static EngineEvent Forecasted(Timestamp time, in ForecastFacts forecast) =>
        new(EventKind.Forecast, time, new Payload { Forecast = forecast });

    public static EngineEvent ForecastAbsent(Timestamp time, ForecastGap why) => new(EventKind.ForecastAbsent, time, code: (int)why);

    public static EngineEvent Clock(Timestamp time) => new(EventKind.Clock, time);

    public static EngineEvent Sent(Timestamp time, in SendResultFacts result) =>
        new(EventKind.SendResult, time, new Payload { SendResult = result });

    public static EngineEvent OrderReported(Timestamp time, Timestamp venueTime, in OrderReportFacts report) =>
        new(EventKind.OrderReport, time, new Payload { OrderReport = report }, venueTime: venueTime);

    public static EngineEvent Filled(Timestamp time, Timestamp venueTime, in FillFacts fill) =>
        new(EventKind.Fill, time, new Payload { Fill = fill }, venueTime: venueTime);

    public static EngineEvent PositionReported(Timestamp time, in PositionReportFacts report) =>
        new(EventKind.PositionReport, time, new Payload { PositionReport = report });

    public static EngineEvent AccountReported(Timestamp time, in AccountReportFacts report) =>
        new(EventKind.AccountReport, time, new Payload { AccountReport = report });

    public static EngineEvent Snapshot(Timestamp time, VenueSnapshot snapshot) => new(EventKind.VenueSnapshot, time, detail: snapshot);

    public static EngineEvent Started(Timestamp time, StartFacts facts) => new(EventKind.Started, time, detail: facts);

    public static EngineEvent ConnectionChanged(Timestamp time, Connection which, bool up) =>
        new(EventKind.ConnectionChanged, time, code: ((int)which << 1) | (up ? 1 : 0));

    public static EngineEvent ClockSuspect(Timestamp time, bool suspect) => new(EventKind.ClockSuspect, time, code: suspect ? 1 : 0);

    public static EngineEvent StoreFailed(Timestamp time, bool failed = true) => new(EventKind.StoreFailed, time, code: failed ? 1 : 0);

    public static EngineEvent Operator(Timestamp time, OperatorCommand command, OperatorNote note) =>
        new(EventKind.Operator, time, code: (int)command, detail: note);

    [StructLayout(LayoutKind.Explicit)]
    private struct Payload
    {
        [FieldOffset(0)]
        public Bar Bar;

        [FieldOffset(0)]
        public Quote Quote;

        [FieldOffset(0)]
        public Print Print;

        [FieldOffset(0)]
        public ForecastFacts Forecast;

        [FieldOffset(0)]
        public SendResultFacts SendResult;

        [FieldOffset(0)]
        public OrderReportFacts OrderReport;

        [FieldOffset(0)]
        public FillFacts Fill;

        [FieldOffset(0)]
        public PositionReportFacts PositionReport;

        [FieldOffset(0)]
        public AccountReportFacts AccountReport;
    }
}
