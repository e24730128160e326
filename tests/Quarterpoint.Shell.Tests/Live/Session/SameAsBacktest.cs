using CsCheck;
using Quarterpoint.Core.Risk;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>The loop of a session, with journal and store, trades what a backtest trades on the same tape.</summary>
public sealed class SameAsBacktest : IDisposable
{
    private readonly SessionBench _bench = new SessionBench().Begin();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Spec", "T9")]
    public void A_session_trades_what_a_backtest_trades_and_replays_to_the_same()
    {
        var outcome = _bench.Run();
        var backtest = _bench.Backtest();
        Assert.Equal(backtest.Trades.Select(trade => trade.Trip), _bench.Trades);
        Assert.Equal(9, _bench.Trades.Count);
        Assert.Contains(_bench.Trades, trade => trade.Net.MicroDollars < 0);
        Assert.Contains(_bench.Trades, trade => trade.Net.MicroDollars > 0);
        Assert.Equal(
            ("the tape came to its end", true, TradingState.Active, true),
            (outcome.Why, outcome.IsFlat, outcome.State, outcome.IsDurable)
        );
        Assert.Equal(SessionBench.Engine.Limits.Capital + _bench.Venue.Earned, outcome.Risk.Balance);
        Assert.Equal(_bench.Trades.Count, outcome.Trades);
        Assert.Empty(_bench.Alarms);

        var found = _bench.Look();
        Assert.Equal(Finding.Sound, found.Finding);
        Assert.Equal(outcome.Risk.ToBytes(), found.Known!.Risk);
        Assert.False(found.Known.IsSessionOpen);

        var replay = JournalReplay.Run(_bench.JournalFolder, _bench.MakeEngine, TestContext.Current.CancellationToken);
        Assert.Equal((2, true, false), (replay.Files, replay.HasEnded, replay.IsTorn));
        Assert.Equal((outcome.Events, (long)outcome.Trades), (replay.Events, replay.Trades));

        // What the session asks on its own account, before there is an engine, is no intent.
        Assert.Equal(_bench.Venue.Heard.Count(intent => intent.RequestId > 0), replay.Intents);

        // Two commits come before the first event: the account's first, and the session's.
        Assert.Equal(found.Known.Commit, replay.Commits + 2);
    }

    /// <summary>Whatever is traded, and however.</summary>
    [Fact]
    [Trait("Spec", "X1")]
    public void Any_way_to_trade_gives_the_trades_of_its_backtest() =>
        Situation.Any.Sample(
            drawn =>
            {
                var situation = drawn with { FillsInParts = false, Bars = 150 };
                using var bench = new SessionBench(situation.Columns(), situation.Venue())
                {
                    Settings = situation.Engine(),
                    Rule = situation.Rule,
                }.Begin();
                var outcome = bench.Run();
                Assert.True(outcome.IsFlat, outcome.Why);
                Assert.Equal(bench.Backtest().Trades.Select(trade => trade.Trip), bench.Trades);
                JournalReplay.Run(bench.JournalFolder, bench.MakeEngine, TestContext.Current.CancellationToken);
            },
            iter: 25,
            threads: 1
        );
}
