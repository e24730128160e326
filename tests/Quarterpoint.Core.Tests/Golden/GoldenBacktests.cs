using System.Globalization;
using System.Text;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Golden;

/// <summary>
/// What must not change by accident: small tapes, many ways to trade them, and a committed file of the results. QP_REWRITE_GOLDEN writes
/// that file again from today's results; every line of its diff must then be explained.
/// </summary>
[Trait("Spec", "X1")]
public sealed class GoldenBacktests
{
    private const string RewriteSwitch = "QP_REWRITE_GOLDEN";

    private const string Head = """
        # What the committed tapes must give: trades by exit reason, dollars, refusals, and the SHA-256 of the trade list in whole numbers.
        # A difference here is a change of trading behaviour: say in the commit why it is right. To write the file anew:
        #   QP_REWRITE_GOLDEN=1 dotnet test --project tests/Quarterpoint.Core.Tests --filter-class '*GoldenBacktests'
        # The run that writes it fails, so that no build goes on with expectations it made itself.


        """;

    public static TheoryData<string, string> Cases() => [.. GoldenCase.All.Select(golden => (golden.Tape, golden.Way))];

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Spec", "X11")]
    public void A_tape_gives_the_committed_result_and_the_same_bytes_when_run_twice(string tape, string way)
    {
        var golden = new GoldenCase(tape, way);
        var (first, second) = (golden.Run(), golden.Run());

        Assert.Equal(Encoding.UTF8.GetBytes(GoldenCase.Canonical(first)), Encoding.UTF8.GetBytes(GoldenCase.Canonical(second)));
        Assert.Equal(Expected(golden), golden.Describe(first));
        Assert.All(first.Trades, trade => Assert.Equal(trade.Trip.Gross - trade.Trip.Commission - trade.Trip.Slippage, trade.Trip.Net));
    }

    [Fact]
    public void The_committed_file_holds_every_case_and_no_case_that_is_gone()
    {
        if (Environment.GetEnvironmentVariable(RewriteSwitch) is { Length: > 0 })
            WriteAnew();
        Assert.Equal(GoldenCase.All.Select(golden => golden.ToString()), Blocks().Select(block => block.Split('\n')[0]));
    }

    /// <summary>As long as no message is lost, it makes no difference to any trade whether the venue or we place the stop.</summary>
    [Theory]
    [InlineData("walk")]
    [InlineData("trend")]
    [InlineData("gaps")]
    [InlineData("roll")]
    public void Managed_brackets_make_the_same_trades_as_native_ones(string tape) =>
        Assert.Equal(
            GoldenCase.Canonical(new GoldenCase(tape, "bracket").Run()),
            GoldenCase.Canonical(new GoldenCase(tape, "managed").Run())
        );

    /// <summary>
    /// The tape "walk" by hand. EMA(9) - EMA(21), seeded by plain averages, was calculated by a script in another language; a bar counts
    /// from its close, so a cross in the bar of :01 buys or sells at the open of :02, one tick worse.
    /// <list type="number">
    /// <item>+0.035, then -0.221 at 09:31:01 (close 20,403): sells at 20,403 - 1 = 20,402, stop 20,410. The bar of 09:31:31 (20,408 to
    /// 20,410) reaches it: bought at 20,411. Before slippage 20,403 - 20,410 = -7 ticks x $1.25 = -$8.75; slippage 2 x $1.25; fees $0.84;
    /// net -$12.09.</item>
    /// <item>+0.051, then -0.090 at 09:32:17: sells at 20,415 - 1, stop 20,422, which is touched at 09:32:43. Again -7 ticks, net
    /// -$12.09.</item>
    /// <item>The cross down of 09:33:09 falls into the cooldown, 30 s from 09:32:43. -0.058, then +0.003 at 09:33:13, whose close is its
    /// end: buys at 20,422 + 1, target 20,439, through which the bar of 09:40:59 trades (high 20,440). 20,439 - 20,422 = 17 ticks = $21.25;
    /// slippage $1.25; fees $0.84; net $19.16.</item>
    /// </list>
    /// </summary>
    [Fact]
    [Trait("Spec", "X2")]
    [Trait("Spec", "X3")]
    public void The_first_three_trades_of_the_walk_are_those_calculated_by_hand()
    {
        var trips = new GoldenCase("walk", "bracket").Run().Trades.Take(3).Select(t => t.Trip).ToList();

        Assert.Equal(
            [
                ("09:31:02", Side.Sell, 20_402, "09:31:31", 20_411, ExitReason.Stop),
                ("09:32:18", Side.Sell, 20_414, "09:32:43", 20_423, ExitReason.Stop),
                ("09:33:14", Side.Buy, 20_423, "09:40:59", 20_439, ExitReason.Target),
            ],
            trips.Select(t => (Clock(t.EntryTime), t.Side, (int)t.EntryTicks, Clock(t.ExitTime), (int)t.ExitTicks, t.Reason))
        );
        Assert.Equal(
            [(-8.75m, 0.84m, 2.50m, -12.09m), (-8.75m, 0.84m, 2.50m, -12.09m), (21.25m, 0.84m, 1.25m, 19.16m)],
            trips.Select(t => (t.Gross.InDollars, t.Commission.InDollars, t.Slippage.InDollars, t.Net.InDollars))
        );
    }

    /// <summary>The tapes are worth keeping only while they produce trades, and while the difficult moments are among them.</summary>
    [Fact]
    public void Every_tape_makes_twenty_trades_without_ending_an_account()
    {
        foreach (var tape in GoldenCase.All.Select(golden => golden.Tape).Distinct())
            Assert.InRange(new GoldenCase(tape, "pair").Run().Trades.Count, 20, int.MaxValue);
        Assert.All(GoldenCase.All, golden => Assert.Empty(golden.Run().Lives));
    }

    [Fact]
    [Trait("Spec", "D4")]
    public void The_tape_with_gaps_has_holes_of_over_a_minute_and_an_entry_that_found_no_bar()
    {
        var golden = new GoldenCase("gaps", "pair");
        var bars = golden.Bars();
        Assert.Contains(Enumerable.Range(1, bars.Count - 1), row => bars.Time[row] - bars.Time[row - 1] > 60);

        // In the five seconds after its signal nothing traded, so it was cancelled; on a tape without holes every entry would have filled.
        var cancelled = 0;
        golden.Run(e =>
            cancelled +=
                e.Kind == EventKind.OrderReport && e.OrderReport is { Status: VenueOrderStatus.Cancelled, Type: OrderType.Market } ? 1 : 0
        );
        Assert.InRange(cancelled, 1, int.MaxValue);
    }

    [Theory]
    [InlineData("gaps", "topstepx", "12:40:02")] // closes at 13:15, so flat by 12:45; nothing trades from 12:39:56 to 12:40:01
    [InlineData("trend", "trailing", "16:25:00")]
    [InlineData("trend", "topstepx", "16:00:00")]
    [Trait("Spec", "R13")]
    public void The_clock_ends_a_trade_on_a_tape_that_runs_past_the_exit_time(string tape, string way, string exitTime)
    {
        var trade = Assert.Single(new GoldenCase(tape, way).Run().Trades, t => t.Trip.Reason == ExitReason.EodFlatten);
        Assert.Equal(exitTime, Clock(trade.Trip.ExitTime));
    }

    [Fact]
    [Trait("Spec", "D6")]
    public void The_tape_over_a_roll_trades_both_contracts_at_their_own_prices()
    {
        var trades = new GoldenCase("roll", "reversing").Run().Trades;
        Assert.Equal(["MESH4", "MESM4"], trades.Select(t => t.Contract).Distinct());
        Assert.All(trades, t => Assert.Equal(t.Contract == "MESM4", t.Trip.EntryTicks > 20_550));

        // Clocks went forward between: the same hour in New York is an hour earlier in UTC.
        Assert.Equal([TimeSpan.FromHours(-5), TimeSpan.FromHours(-4)], trades.Select(t => NewYork.UtcOffset(t.Trip.EntryTime)).Distinct());
    }

    private static string Clock(Timestamp time) => NewYork.Local(time).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Expected(GoldenCase golden) =>
        Assert.Single(Blocks(), block => block.StartsWith($"{golden}\n", StringComparison.Ordinal)).TrimEnd('\n') + "\n";

    /// <summary>The committed file holds one block for each case, after the block of the head.</summary>
    private static IEnumerable<string> Blocks() =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "expected.txt")).ReplaceLineEndings("\n").Split("\n\n").Skip(1);

    private static void WriteAnew()
    {
        var path = Path.Combine(Repository.Root, "tests", "Quarterpoint.Core.Tests", "Golden", "expected.txt");
        File.WriteAllText(path, Head + string.Join('\n', GoldenCase.All.Select(golden => golden.Describe(golden.Run()))));
        Assert.Fail($"{path} was written anew because {RewriteSwitch} is set: read its diff, unset it, build, and run again.");
    }
}
