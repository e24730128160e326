using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// An exception that nobody foresaw: everything is closed without the engine, and nothing opens until a person has reviewed (SPEC R24, T7).
/// </summary>
[Trait("Spec", "R24")]
public sealed class BrokenEngine : IDisposable
{
    private static readonly WishfulRule Sound = new(5, 0.3);

    private SessionBench _bench;
    private bool _breaks;
    private Type _exception = typeof(InvalidOperationException);

    public BrokenEngine() => _bench = MakeBench();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<Type> Exceptions =>
        [
            typeof(InvalidOperationException),
            typeof(OverflowException),
            typeof(NullReferenceException),
            typeof(IndexOutOfRangeException),
            typeof(IOException),
        ];

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void What_is_held_is_closed_without_the_engine_and_the_account_is_halted(Type exception)
    {
        _exception = exception;
        var entries = 0;
        var outcome = _bench.Run(with: BreakWhileHolding(() => entries = _bench.Entries));
        Assert.Equal((true, TradingState.ManualReview, true), (outcome.IsFlat, outcome.State, outcome.IsDurable));
        Assert.Contains(exception.Name, outcome.Why, StringComparison.Ordinal);
        Assert.Equal((0, 0, 1), (_bench.Venue.Position, _bench.Venue.WorkingOrders, _bench.Venue.Flattened));
        Assert.Equal(entries, _bench.Entries);
        Assert.Contains("held", Assert.Single(_bench.History(), entry => entry.Kind == "halted").Text, StringComparison.Ordinal);

        // The next start finds it halted. What the broken one closed is not in its state: that is a loss of state, and a person has to say
        // what the account is worth.
        _breaks = false;
        var found = _bench.Look();
        Assert.Equal((Finding.Sound, false), (found.Finding, found.Known!.IsSessionOpen));
        Assert.Contains(found.Known.ToRisk().Latches, held => held.Latch == Latch.Halted);
        var second = _bench.Run();
        Assert.Equal((true, TradingState.ManualReview), (second.IsFlat, second.State));
        Assert.Contains(second.Risk.Latches, held => held.Latch == Latch.StateLost);
        Assert.Equal(entries, _bench.Entries);
    }

    /// <summary>
    /// Where halting could not be saved, the next start meets the same event in the journal: it must not break on it again with a position
    /// open.
    /// </summary>
    [Theory]
    [MemberData(nameof(Exceptions))]
    public void An_engine_that_breaks_on_its_journal_closes_what_is_held_all_the_same(Type exception)
    {
        _exception = exception;
        TapeLink link = null!;
        Assert.ThrowsAny<Exception>(() =>
            _bench.Run(
                way: made => link = made,
                with: settings =>
                    BreakWhileHolding(() =>
                    {
                        // The machine dies as the engine breaks.
                        link.BreaksAt = link.Steps + 1;
                        throw new VenueLostException("died");
                    })(settings)
            )
        );
        Assert.NotEqual(0, _bench.Venue.Position);
        Assert.True(_bench.Look().Known!.IsSessionOpen);

        // The event at which it died is the journal's last: the engine, made again, breaks on it.
        var entries = _bench.Entries;
        var second = _bench.Run();
        Assert.Equal((true, TradingState.ManualReview), (second.IsFlat, second.State));
        Assert.Equal((0, 0), (_bench.Venue.Position, _bench.Venue.WorkingOrders));
        Assert.Equal(entries, _bench.Entries);
    }

    [Fact]
    public void An_engine_that_cannot_even_be_made_leaves_nothing_open()
    {
        _bench.CutWhileHolding();
        var entries = _bench.Entries;
        var outcome = _bench.Run(with: settings => settings with { MakeEngine = _ => throw new InvalidOperationException("no engine") });
        Assert.Equal((true, TradingState.ManualReview, true), (outcome.IsFlat, outcome.State, outcome.IsDurable));
        Assert.Equal((0, 0), (_bench.Venue.Position, _bench.Venue.WorkingOrders));
        var second = _bench.Run();
        Assert.Equal(TradingState.ManualReview, second.State);
        Assert.Equal(entries, _bench.Entries);
    }

    /// <summary>Not only the engine: whatever is told of trades and bars may break.</summary>
    [Fact]
    public void A_listener_that_breaks_is_no_reason_to_hold_on()
    {
        var outcome = _bench.Run(with: settings => settings with { OnBar = _ => Assert.Equal(0, _bench.Venue.Position) });
        Assert.Equal((true, TradingState.ManualReview), (outcome.IsFlat, outcome.State));
        Assert.Equal((0, 0), (_bench.Venue.Position, _bench.Venue.WorkingOrders));
        Assert.Contains(_bench.Look().Known!.ToRisk().Latches, held => held.Latch == Latch.Halted);
    }

    private SessionBench MakeBench() => new SessionBench { Rule = () => new BreakingRule(this) }.Begin();

    /// <summary>The engine breaks at a bar at which a position has been held for a while.</summary>
    private Func<SessionSettings, SessionSettings> BreakWhileHolding(Action beforehand) =>
        settings =>
            settings with
            {
                BeforeEvent = e =>
                {
                    if (_breaks || e.Kind != EventKind.BarClosed || _bench.Venue.Position == 0)
                        return;
                    _breaks = true;
                    beforehand();
                },
            };

    private sealed class BreakingRule(BrokenEngine test) : SignalRule
    {
        public override Signal OnBar(in Bar bar, Side held, Timestamp heldSince, Timestamp now)
        {
            if (test._breaks && held != Side.None)
                throw (Exception)Activator.CreateInstance(test._exception, "broken while a position is held")!;
            return Sound.OnBar(bar, held, heldSince, now);
        }

        public override void Reset() { }

        public override void Archive(StateArchive archive) { }
    }
}
