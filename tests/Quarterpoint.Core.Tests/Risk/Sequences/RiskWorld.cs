using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>Runs a sequence: the engine, the simulated venue, a market that follows the steps, and the oracle that checks.</summary>
internal sealed class RiskWorld
{
    /// <summary>Order ids of the venue from here on belong to somebody else's orders.</summary>
    public const long ForeignIds = 9_000_000;

    private static readonly int[] Waits = [1, 5, 29, 30, 31, 60, 120, 600, 899, 900, 901, 1800, 1801, 3600];
    private static readonly int[] Ranges = [2, 8, 40, 25, 24];
    private static readonly uint[] Volumes = [100, 1000, 5, 10, 9];
    private static readonly int[] Confidences =
    [
        550_000,
        599_999,
        600_000,
        650_000,
        699_999,
        700_000,
        750_000,
        800_000,
        900_000,
        900_001,
        990_000,
    ];
    private static readonly OperatorNote Note = new(1, "test", "a step of a sequence");

    private readonly RiskSetup _setup;
    private readonly Puppet _puppet = new();
    private readonly EngineHost _host;
    private readonly AccountOracle _oracle;
    private readonly SessionCalendar _calendar = SessionCalendar.CmeEquityIndex;
    private readonly RiskCoverage _seen;

    private int _session;
    private int _epoch = 1;
    private uint _second;
    private int _price = 20_000;
    private uint _volume = 100;
    private int _foreign;
    private long _command;

    private RiskWorld(RiskSequence sequence, RiskCoverage seen, Action<string>? trace)
    {
        _setup = sequence.Setup();
        _seen = seen;
        _oracle = new AccountOracle(_setup.Engine, _setup.First, _setup.HasQuotes, _setup.Faults is null, seen);
        _host = new EngineHost(
            new TradingEngine(_setup.Engine, _puppet),
            new SimulatedVenue(_setup.Venue, _setup.Faults?.AtVenue),
            _setup.Faults?.OnTheWay
        )
        {
            AfterEvent = (host, e) => _oracle.After(e, host),
            BeforeIntent = (host, intent) => _oracle.Before(intent, host),
            Trace = trace,
        };
        if (_setup.Faults is { } faults)
            faults.IsHealed = () => _host.Now >= End.ExitAt;
    }

    private TradingEngine Engine => _host.Engine;

    private TradingSession Session => _calendar.Sessions[_session];

    private EndOfDay End { get; set; }

    private bool IsHolding => _host.Venue.Position != 0;

    /// <exception cref="Exception">A claim that must always hold was broken.</exception>
    public static void Live(RiskSequence sequence, RiskCoverage seen, Action<string>? trace = null) =>
        new RiskWorld(sequence, seen, trace).Live(sequence.Steps);

    private void Live(Step[] steps)
    {
        Enter(_calendar.FirstClosingAfter(_setup.Start));
        _host.Start(Session.Open, Facts(RiskRecord.Restored, _setup.First));
        _host.EnterSession(Session, "MES");
        _host.RunTimers(_setup.Start);
        _second = (uint)_setup.Start.UnixSeconds;
        foreach (var step in steps)
            Take(step);

        // Whatever is still open ends with the day.
        RunTo(End.ExitAt);
        Day();
        NoteEngine();
        _seen.Add(_oracle.Held, _oracle.Fills, _host.EventCount);
    }

    private void Take(Step step)
    {
        switch (step.Act)
        {
            case Act.Win or Act.Lose or Act.Gap or Act.Leave or Act.Reverse:
                Trade(step);
                break;
            case Act.Wish:
                Rest(step.A % 40);
                Wish(WishOf(step.A), step.B);
                break;
            case Act.Bars:
                for (var left = 1 + (step.A % 8); left > 0; left--)
                    Bar(_price + ((step.B + left) % 7) - 3);
                break;
            case Act.Minutes:
                Minutes(Ranges[step.A % Ranges.Length], Volumes[step.B % Volumes.Length]);
                break;
            case Act.Wait:
                Rest(Waits[step.A % Waits.Length]);
                break;
            case Act.Edge:
                Edge(step);
                break;
            case Act.NextDay:
                Day();
                if (step.A % 3 == 0)
                    Rest(step.B * 5);
                break;
            case Act.Trouble:
                Trouble(step.A, true);
                break;
            case Act.Relief:
                for (var kind = 0; kind < 5; kind++)
                    Trouble(kind, false);
                Command(OperatorCommand.Resume);
                break;
            case Act.Command:
                Command(step.A % 12 < 6 ? OperatorCommand.Review : (OperatorCommand)(step.A % 7));
                break;
            case Act.Quote:
                Quote(1 + (step.A % 4), isGood: step.B % 5 > 0);
                break;
            case Act.Foreign:
                Foreign(step.A);
                break;
            default:
                Restart(step.A);
                break;
        }
    }

    private static Wish WishOf(int number) => number % 2 == 0 ? Core.Signals.Wish.Long : Core.Signals.Wish.Short;

    private void Trade(Step step)
    {
        if (step.B % 3 > 0)
            Recover();

        // Mostly after the cooldown; at times before it, to be refused.
        Rest(step.A % 9 == 0 ? step.A % 31 : 31 + (step.A % 20));
        Wish(WishOf(step.A), step.B);

        // A limit entry waits behind the price; a market entry fills at the next open.
        if (_setup.Engine.EntryType == OrderType.Limit)
            Bar(_price - (2 * SignOf(WishOf(step.A))));
        Bar(_price);
        if (!IsHolding)
            return;

        var side = Math.Sign(_host.Venue.Position);
        switch (step.Act)
        {
            case Act.Win:
                Run(side, step.B % 8 == 0 ? 3 : 27);
                break;
            case Act.Lose:
                Run(-side, 21);
                break;
            case Act.Gap:
                _price -= side * (step.B % 3 == 0 ? 20 + (step.B % 40) : 40 + (step.B % 280));
                Bar(_price);
                Bar(_price);
                break;
            case Act.Leave:
                Rest(11);
                Run(step.B % 2 == 0 ? side : -side, 2);
                Wish(Core.Signals.Wish.Flat, 0);
                Bar(_price);
                break;
            default:
                Rest(11);
                Wish(side > 0 ? Core.Signals.Wish.Short : Core.Signals.Wish.Long, step.B);
                Bar(_price);
                Bar(_price);
                break;
        }
    }

    /// <summary>Waits for, or does, what a person would before the next trade.</summary>
    private void Recover()
    {
        switch (Engine.Risk.Latches.State)
        {
            case TradingState.Paused when Engine.Risk.Latches.NextRelease - _host.Now is var left && left < TimeSpan.FromHours(1):
                Rest((int)left.TotalSeconds + 1);
                break;
            case TradingState.StoppedForDay:
                Day();
                break;
            case TradingState.ManualReview:
                Command(OperatorCommand.Review);
                break;
            default:
                break;
        }
    }

    private static int SignOf(Wish wish) => wish == Core.Signals.Wish.Long ? 1 : -1;

    /// <summary>The price moves a few ticks a bar, until nothing is held or it has moved so far.</summary>
    private void Run(int side, int ticks)
    {
        for (var moved = 0; moved < ticks && IsHolding; moved += 3)
            Bar(_price + (side * Math.Min(3, ticks - moved)));
    }

    /// <param name="confidence">Even: a rule's wish. Odd: a model's wish, with one of the confidences at which the size changes.</param>
    private void Wish(Wish wish, int confidence)
    {
        var sure = Confidences[confidence % Confidences.Length];
        if (wish != Core.Signals.Wish.Flat)
            _oracle.NoteWish(wish == Core.Signals.Wish.Long ? Side.Buy : Side.Sell, confidence % 2 == 0 ? null : sure);
        _puppet.Next =
            wish == Core.Signals.Wish.Flat || confidence % 2 == 0
                ? new Signal(wish)
                : new Signal(wish, sure, wish == Core.Signals.Wish.Long ? (sbyte)2 : (sbyte)0) { SizingConfidence = sure };
        Bar(_price);
        _puppet.Next = default;
        _oracle.NoteWish(Side.None, null);
    }

    /// <summary>One bar, from the current price to that close.</summary>
    private void Bar(int close)
    {
        _second = Math.Max(
            _second,
            (uint)(_host.Now.Nanoseconds / Timestamp.NanosPerSecond) + (_host.Now.Nanoseconds % Timestamp.NanosPerSecond == 0 ? 0u : 1u)
        );
        if (_second + 1 >= Session.Close.UnixSeconds)
            Day();
        if (_setup.HasQuotes)
            Quote(1, isGood: true);
        var open = _price;
        _price = close;
        _host.Step(
            new Bar(_second, new Price(open), new Price(Math.Max(open, close)), new Price(Math.Min(open, close)), new Price(close), _volume)
        );
        _second++;
        _oracle.NotePrice(close);
    }

    private void Minutes(int range, uint volume)
    {
        _volume = volume;
        for (var minute = 0; minute < 16; minute++)
        {
            _second = ((_second / 60) + 1) * 60;
            if (_second + 120 >= Session.Close.UnixSeconds)
                Day();
            Bar(_price + (minute % 2 == 0 ? range : -range));
        }
    }

    /// <summary>Time passes; where ATR matters, no minute goes by without a bar.</summary>
    private void Rest(int seconds)
    {
        var until = Timestamp.Max(_host.Now, Timestamp.FromUnixSeconds(_second)).AddSeconds(seconds);
        while (_setup.KeepsWarm && _second + 50 < until.UnixSeconds && _second + 120 < Session.Close.UnixSeconds)
        {
            _second += 45;
            Bar(_price);
        }

        RunTo(until);
    }

    private void RunTo(Timestamp until)
    {
        if (until >= Session.Close)
            return;
        _host.RunTimers(until);
        _second = Math.Max(_second, (uint)until.UnixSeconds);
    }

    private void Edge(Step step)
    {
        var end = End;
        var instant = (step.A % 6) switch
        {
            0 => Session.RthOpen,
            1 => end.ReduceAt,
            2 => end.CutoffAt,
            3 => end.ExitAt,
            4 => end.FlatBy,
            _ => Session.Close,
        };
        var target = instant.AddSeconds((step.B % 9) - 7);
        if (target <= _host.Now || target >= Session.Close)
            return;

        // While a position is open the last minutes need prices, so they have bars.
        if (IsHolding && target >= end.ExitAt)
            Close();
        RunTo(target);
    }

    /// <summary>
    /// Moves to the next trading day, a minute into the hours in which entries are taken; an open position is closed on the way.
    /// </summary>
    private void Day()
    {
        if (_host.Now < End.FlatBy)
            Close();
        _oracle.AtDayEnd(_host);
        _host.RunTimers(Session.Close);
        Enter(_session + 1);
        _host.EnterSession(Session, "MES");
        _second = (uint)(_setup.Engine.EntriesInEth || !Session.HasRth ? Session.Open : Session.RthOpen).UnixSeconds + 60;
        _host.RunTimers(Timestamp.FromUnixSeconds(_second));
    }

    private void Enter(int session)
    {
        _session = session;
        End = EndOfDay.Of(Session, _setup.Engine.EndOfDay);
    }

    /// <summary>Plays the last minutes bar by bar until everything is closed.</summary>
    private void Close()
    {
        for (var time = Timestamp.Max(End.ExitAt, _host.Now).AddSeconds(-1); time < End.FlatBy; time = time.AddSeconds(10))
        {
            RunTo(Timestamp.Max(_host.Now, time));
            Bar(_price);
            if (!IsHolding && Engine.IsAtRest)
                break;
        }

        RunTo(End.FlatBy);
        _oracle.AtDeadline(_host);
    }

    private void Trouble(int kind, bool isBad)
    {
        var now = _host.Now;
        _host.Inject(
            (kind % 11) switch
            {
                0 => EngineEvent.FeedChanged(now, isBad ? FeedState.Stale : FeedState.Healed),
                1 => EngineEvent.MarketStatus(now, isBad ? MarketState.Halted : MarketState.Open),
                2 => EngineEvent.ConnectionChanged(now, Connection.UserHub, !isBad),
                3 => EngineEvent.ClockSuspect(now, isBad),
                4 => EngineEvent.AccountReported(now, new AccountReportFacts(default, !isBad)),
                5 => EngineEvent.StoreFailed(now),
                6 => EngineEvent.ConnectionChanged(now, Connection.Rest, !isBad),
                7 => EngineEvent.FeedChanged(now, FeedState.Lost),
                8 or 9 => EngineEvent.Operator(now, OperatorCommand.Pause, Note),
                _ => EngineEvent.MarketStatus(now, MarketState.Closed),
            }
        );
    }

    private void Command(OperatorCommand command) =>
        _host.Inject(EngineEvent.Operator(_host.Now, command, Note with { CommandId = ++_command }));

    private void Quote(int spread, bool isGood)
    {
        if (!_setup.HasQuotes)
            return;
        var (bid, ask) = (new Price(_price), new Price(_price + spread));
        var quote = isGood ? new Quote(bid, ask, 5, 5) : new Quote(bid, ask, 0, 5);
        _host.Inject(EngineEvent.QuoteChanged(Timestamp.Max(_host.Now, Timestamp.FromUnixSeconds(_second)), quote));
    }

    /// <summary>
    /// Somebody else's order, or somebody else's trade. The trade only where no message is ever lost: otherwise it could pass for a lost
    /// one of ours.
    /// </summary>
    private void Foreign(int kind)
    {
        var now = _host.Now;
        var id = ForeignIds + ++_foreign;
        if (kind % 3 > 0 || _setup.Faults is not null)
            _host.Inject(
                EngineEvent.OrderReported(
                    now,
                    now,
                    new OrderReportFacts(id, 0, 0, 0, new Price(_price), 1, 0, VenueOrderStatus.Working, OrderType.Limit, Side.Buy)
                )
            );
        else
            _host.Inject(
                EngineEvent.Filled(
                    now,
                    now,
                    new FillFacts(id, id, 0, _setup.Engine.Fees.PerSide, new Price(_price), 1, 0, Side.Buy, FillFlags.None)
                )
            );
    }

    /// <summary>
    /// The program ends and starts again. With its journal it goes on where it was. With its saved state alone it does so only if nothing
    /// was pending; if a position was open, or the state is damaged, a person has to review.
    /// </summary>
    private void Restart(int kind)
    {
        var isAtRest = Engine.IsAtRest && !IsHolding && !_host.Venue.HasWorkingOrders;
        if (kind % 10 < 3 || (!isAtRest && Engine.Ledger.IsFlat))
        {
            var saved = Engine.SaveState();
            var resumed = new TradingEngine(_setup.Engine, _puppet);
            resumed.LoadState(saved);
            _host.Exchange(resumed);
            return;
        }

        NoteEngine();
        var state = RiskState.FromBytes(Engine.RiskSnapshot.ToBytes());
        var record = kind % 10 == 3 ? RiskRecord.Damaged : RiskRecord.Restored;
        _oracle.AtRestart(state, record);
        _epoch++;
        _host.Restart(new TradingEngine(_setup.Engine, _puppet), Facts(record, state));
        _host.Inject(EngineEvent.ContractSelected(_host.Now, 1, "MES"));
    }

    private StartFacts Facts(RiskRecord record, RiskState state) =>
        new(record, state, _epoch, _setup.Capabilities) { MarketMemory = [.. _setup.MarketMemory] };

    /// <summary>Adds what this engine refused to the count.</summary>
    private void NoteEngine() => _seen.NoteRefusals(Engine.Refusals);

    /// <summary>A rule whose signals are set by the step.</summary>
    private sealed class Puppet : SignalRule
    {
        public Signal Next { get; set; }

        public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now) => Next;

        public override void Reset() { }

        public override void Archive(StateArchive archive) { }
    }
}
