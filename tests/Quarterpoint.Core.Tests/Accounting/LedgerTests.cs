using CsCheck;
using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Tests.Accounting;

/// <summary>The ledger's money, against a cash book kept contract by contract.</summary>
[Trait("Spec", "X7")]
public sealed class LedgerTests
{
    private static readonly Money TickValue = new(1_250_000);

    private static readonly Gen<FillFacts> Fills =
        from side in Gen.Bool
        from size in Gen.Int[1, 5]
        from price in Gen.Int[19_950, 20_050]
        from slippage in Gen.Int[0, 4]
        from fee in Gen.Int[0, 2_000_000]
        select new FillFacts(1, 1, 1, new Money(fee), new Price(price), size, (short)slippage, side ? Side.Buy : Side.Sell, FillFlags.None);

    private static FillFacts Fill(Side side, int price, int size = 1, int slippage = 0, long fees = 420_000) =>
        new(1, 1, 1, new Money(fees * size), new Price(price), size, (short)slippage, side, FillFlags.None);

    private static bool Apply(
        Ledger ledger,
        in FillFacts fill,
        out RoundTrip trip,
        int second = 0,
        ExitReason reason = ExitReason.Signal
    ) => ledger.Apply(fill, Timestamp.FromUnixSeconds(second), fill.Fees, reason, out trip);

    private static byte[] Saved(Ledger ledger) => StateArchive.Save(ledger.Archive);

    [Fact]
    public void Realised_plus_open_profit_less_fees_equals_the_cash_book_after_every_fill() =>
        Gen.Select(Fills.Array[1, 40], Gen.Int[19_900, 20_100])
            .Sample(
                (fills, mark) =>
                {
                    var ledger = new Ledger(TickValue);
                    var (cash, net) = (0L, 0L);
                    foreach (var fill in fills)
                    {
                        Apply(ledger, fill, out _);
                        net += fill.Size * fill.Side.Sign();
                        cash -= (fill.Size * fill.Side.Sign() * (long)fill.Price.InTicks * TickValue.MicroDollars) + fill.Fees.MicroDollars;
                        var equity = ledger.Realised + ledger.OpenAt(new Price(mark)) - ledger.Charged;
                        Assert.Equal(cash + (net * mark * TickValue.MicroDollars), equity.MicroDollars);
                        Assert.Equal(net, ledger.Net);
                    }
                }
            );

    [Fact]
    public void Each_trades_gross_commission_slippage_and_net_are_the_sums_over_its_contracts() =>
        Fills
            .Array[1, 40]
            .Sample(fills =>
            {
                var ledger = new Ledger(TickValue);
                var book = new ContractBook();
                foreach (var fill in fills)
                {
                    var closed = Apply(ledger, fill, out var trip);
                    Assert.Equal(closed, book.Take(fill, out var gross, out var slippage, out var commission));
                    if (!closed)
                        continue;
                    Assert.Equal(
                        (gross, slippage, commission),
                        (trip.Gross.MicroDollars, trip.Slippage.MicroDollars, trip.Commission.MicroDollars)
                    );
                    Assert.Equal(gross - commission - slippage, trip.Net.MicroDollars);
                }

                Assert.Equal(book.Net, ledger.Net);
            });

    [Fact]
    public void A_long_earns_when_the_price_rises()
    {
        var ledger = new Ledger(TickValue);
        Assert.False(Apply(ledger, Fill(Side.Buy, 20_001, slippage: 1), out _, second: 10));
        Assert.Equal((1, Side.Buy, new Price(20_001)), (ledger.Net, ledger.Side, ledger.EntryPrice));
        Assert.Equal(-1_250_000, ledger.OpenAt(new Price(20_000)).MicroDollars);
        Assert.True(Apply(ledger, Fill(Side.Sell, 19_992, slippage: 1), out var trip, second: 20, ExitReason.Stop));

        // 9 ticks lost at fills, 7 before slippage: 7 x 1.25 = 8.75; slippage 2 x 1.25 = 2.50; 0.84.
        Assert.Equal(
            (-8.75m, 0.84m, 2.50m, -12.09m),
            (trip.Gross.InDollars, trip.Commission.InDollars, trip.Slippage.InDollars, trip.Net.InDollars)
        );
        Assert.Equal(
            (10, 20, ExitReason.Stop, 1, 1),
            (trip.EntryTime.UnixSeconds, trip.ExitTime.UnixSeconds, trip.Reason, trip.Contracts, trip.Quantity)
        );
        Assert.True(ledger.IsFlat);
    }

    [Fact]
    public void A_short_earns_when_the_price_falls()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Sell, 20_000), out _);
        Assert.Equal(5 * 1_250_000, ledger.OpenAt(new Price(19_995)).MicroDollars);
        Apply(ledger, Fill(Side.Buy, 19_995), out var trip);

        Assert.Equal((6.25m, 5.41m), (trip.Gross.InDollars, trip.Net.InDollars));
    }

    [Fact]
    public void A_partial_close_keeps_the_trade_open_and_every_tick_of_it()
    {
        // Bought 1 at 20,000 and 2 at 20,001: 60,002 ticks for three. One sold at 20,004 leaves a third of them, cut to 20,000, so 4 ticks
        // are realised; the other two cost 40,002 and go at 20,003 each: 4 more.
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        Apply(ledger, Fill(Side.Buy, 20_001, size: 2), out _);
        Assert.Equal(new Price(20_001), ledger.EntryPrice);
        Assert.False(Apply(ledger, Fill(Side.Sell, 20_004), out _));
        Assert.Equal(4 * 1_250_000, ledger.Realised.MicroDollars);
        Assert.True(Apply(ledger, Fill(Side.Sell, 20_003, size: 2), out var trip));

        Assert.Equal(8 * 1.25m, trip.Gross.InDollars);
        Assert.Equal((3, 3, 60_002L, 60_010L), (trip.Contracts, trip.Quantity, trip.EntryTicks, trip.ExitTicks));
        Assert.Equal(6 * 0.42m, trip.Commission.InDollars);
    }

    [Theory]
    [InlineData(Side.Buy, 20_001)] // 20,000 and 20,001 bought: to the worse tick, up
    [InlineData(Side.Sell, 20_000)] // sold: down
    public void The_average_entry_is_rounded_against_its_holder(Side side, int expected)
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(side, 20_000), out _);
        Apply(ledger, Fill(side, 20_001), out _);

        Assert.Equal(new Price(expected), ledger.EntryPrice);
    }

    [Fact]
    public void A_fill_larger_than_the_position_closes_it_and_opens_the_other_way_with_its_share_of_the_cost()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000), out _, second: 1);
        Assert.True(Apply(ledger, Fill(Side.Sell, 20_010, size: 3), out var first, second: 2));
        Assert.Equal((-2, new Price(20_010), 2L), (ledger.Net, ledger.EntryPrice, ledger.EntryTime.UnixSeconds));
        Assert.Equal((12.5m, 0.84m, 1), (first.Gross.InDollars, first.Commission.InDollars, first.Contracts));
        Assert.True(Apply(ledger, Fill(Side.Buy, 20_000, size: 2), out var second, second: 3));
        Assert.Equal((25m, 1.68m, Side.Sell, 2), (second.Gross.InDollars, second.Commission.InDollars, second.Side, second.Contracts));
    }

    [Fact]
    public void Excursions_count_the_bars_that_the_trade_outlived_and_its_exit_price()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        ledger.NoteExtremes(new Price(19_998), new Price(20_003));
        Apply(ledger, Fill(Side.Sell, 19_991), out var trip);

        Assert.Equal((-9, 3), (trip.AdverseExcursion.Count, trip.FavourableExcursion.Count));
    }

    [Fact]
    public void Excursions_of_a_short_are_mirrored_and_never_shrink_on_a_quieter_bar()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Sell, 20_000), out _);
        ledger.NoteExtremes(new Price(19_996), new Price(20_002));
        ledger.NoteExtremes(new Price(19_998), new Price(20_001));
        Apply(ledger, Fill(Side.Buy, 19_999), out var trip);

        Assert.Equal((-2, 4), (trip.AdverseExcursion.Count, trip.FavourableExcursion.Count));
    }

    [Fact]
    public void An_exit_better_than_every_bar_is_the_best_that_was_seen()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        ledger.NoteExtremes(new Price(20_000), new Price(20_003));
        Apply(ledger, Fill(Side.Sell, 20_012), out var trip);

        Assert.Equal((0, 12), (trip.AdverseExcursion.Count, trip.FavourableExcursion.Count));
    }

    /// <summary>Saved states are compared byte by byte, so a price seen while flat must leave no byte behind.</summary>
    [Fact]
    public void Market_moves_while_flat_leave_no_trace_in_the_ledger()
    {
        var ledger = new Ledger(TickValue);
        ledger.NoteExtremes(new Price(19_000), new Price(21_000));

        Assert.Equal(Saved(new Ledger(TickValue)), Saved(ledger));
        Assert.Equal((Side.None, default(Price)), (ledger.Side, ledger.EntryPrice));
    }

    /// <summary>
    /// Three bought in all, each with a stop of 8 ticks: 3 x 8 x 1.25 = 30.00 at risk. Although never more than two were held at once.
    /// </summary>
    [Fact]
    public void A_position_enlarged_after_a_reduction_has_risked_each_contract_it_bought()
    {
        var ledger = new Ledger(TickValue);
        ledger.NoteSignal(650_000, 0, new Ticks(8));
        Apply(ledger, Fill(Side.Buy, 20_000, size: 2), out _, second: 1);
        Assert.False(Apply(ledger, Fill(Side.Sell, 20_002), out _, second: 2));
        Assert.False(Apply(ledger, Fill(Side.Buy, 20_001), out _, second: 3));
        Assert.True(Apply(ledger, Fill(Side.Sell, 20_003, size: 2), out var trip, second: 4, ExitReason.Target));

        Assert.Equal((2, 3, 30m), (trip.Contracts, trip.Quantity, trip.Risked.InDollars));
        Assert.Equal((1L, 4L, ExitReason.Target), (trip.EntryTime.UnixSeconds, trip.ExitTime.UnixSeconds, trip.Reason));
        Assert.Equal((60_001L, 60_008L, 8.75m), (trip.EntryTicks, trip.ExitTicks, trip.Gross.InDollars)); // 7 ticks
    }

    [Fact]
    public void A_trade_carries_the_flags_of_all_its_fills()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000) with { Flags = FillFlags.Ambiguous }, out _);
        Apply(ledger, Fill(Side.Sell, 20_000) with { Flags = FillFlags.Ambiguous | FillFlags.Booked | FillFlags.Late }, out var trip);
        Apply(ledger, Fill(Side.Sell, 20_000), out _);
        Apply(ledger, Fill(Side.Buy, 20_000), out var next);

        Assert.Equal((FillFlags.Ambiguous | FillFlags.Booked | FillFlags.Late, FillFlags.None), (trip.Flags, next.Flags));
    }

    /// <summary>Spreads trade below zero: an average of -1.5 is rounded to -1 for a long and to -2 for a short.</summary>
    [Theory]
    [InlineData(Side.Buy, -1)]
    [InlineData(Side.Sell, -2)]
    public void Below_zero_the_average_entry_is_rounded_against_its_holder_too(Side side, int expected)
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(side, -1), out _);
        Apply(ledger, Fill(side, -2), out _);
        Assert.Equal(new Price(expected), ledger.EntryPrice);

        Apply(ledger, Fill(side, 0), out _); // -1 exactly
        Assert.Equal(new Price(-1), ledger.EntryPrice);
    }

    [Fact]
    public void Writing_off_a_position_makes_no_trade_and_keeps_what_was_earned_and_charged_before()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        Apply(ledger, Fill(Side.Sell, 20_004), out _);
        ledger.NoteSignal(700_000, 2, new Ticks(8));
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        ledger.NoteExtremes(new Price(19_990), new Price(20_010));
        ledger.WriteOff();

        Assert.Equal(
            (0, default(Price), 5m, 3 * 0.42m),
            (ledger.Net, ledger.EntryPrice, ledger.Realised.InDollars, ledger.Charged.InDollars)
        );
        Apply(ledger, Fill(Side.Sell, 20_000), out _, second: 5);
        Apply(ledger, Fill(Side.Buy, 20_001), out var next, second: 6);
        Assert.Equal((0, (sbyte)-1, Money.Zero, 5L), (next.Confidence, next.PredictedClass, next.Risked, next.EntryTime.UnixSeconds));
        Assert.Equal((-1, 0, 0.84m), (next.AdverseExcursion.Count, next.FavourableExcursion.Count, next.Commission.InDollars));
    }

    /// <summary>Saved and loaded at any point, the ledger ends with the same trades and the same money.</summary>
    [Fact]
    [Trait("Spec", "R21")]
    public void A_ledger_saved_and_loaded_between_any_two_fills_is_the_same_ledger() =>
        Gen.Select(Fills.Array[1, 20], Gen.Int[0, 20])
            .Sample(
                (fills, cut) =>
                {
                    var (whole, other) = (new Ledger(TickValue), new Ledger(TickValue));
                    whole.NoteSignal(712_345, 2, new Ticks(6));
                    Apply(other, Fill(Side.Sell, 19_000, size: 9), out _);
                    for (var i = 0; i < fills.Length; i++)
                    {
                        if (i == Math.Min(cut, fills.Length - 1))
                            StateArchive.Load(Saved(whole), other.Archive);
                        var closed = Apply(whole, fills[i], out var trip, second: i);
                        whole.NoteExtremes(new Price(19_960), new Price(20_040));
                        if (i < cut && i < fills.Length - 1)
                            continue;
                        Assert.Equal(closed, Apply(other, fills[i], out var same, second: i));
                        other.NoteExtremes(new Price(19_960), new Price(20_040));
                        Assert.Equal(trip, same);
                        Assert.Equal(
                            (whole.Net, whole.EntryPrice, whole.Realised, whole.Charged),
                            (other.Net, other.EntryPrice, other.Realised, other.Charged)
                        );
                    }

                    Assert.Equal(Saved(whole), Saved(other));
                }
            );

    [Fact]
    public void A_signals_confidence_is_recorded_with_its_own_trade_and_no_other()
    {
        var ledger = new Ledger(TickValue);
        ledger.NoteSignal(712_345, 2);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        Apply(ledger, Fill(Side.Sell, 20_000), out var with);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        Apply(ledger, Fill(Side.Sell, 20_000), out var without);

        Assert.Equal((712_345, (sbyte)2), (with.Confidence, with.PredictedClass));
        Assert.Equal((0, (sbyte)-1), (without.Confidence, without.PredictedClass));
    }

    [Fact]
    public void A_ledger_is_reset_only_while_flat()
    {
        var ledger = new Ledger(TickValue);
        Apply(ledger, Fill(Side.Buy, 20_000), out _);
        Assert.Throws<InvariantException>(ledger.Reset);
        Apply(ledger, Fill(Side.Sell, 20_007), out _);
        ledger.Reset();

        Assert.Equal((Money.Zero, Money.Zero), (ledger.Realised, ledger.Charged));
    }

    [Fact]
    public void A_fresh_account_knows_nothing_of_a_signal_that_was_never_filled()
    {
        var ledger = new Ledger(TickValue);
        ledger.NoteSignal(700_000, 2, new Ticks(8));
        ledger.Reset();
        Assert.Equal(Saved(new Ledger(TickValue)), Saved(ledger));
    }

    [Theory]
    [InlineData(0, Side.Buy)]
    [InlineData(1, Side.None)]
    public void A_fill_without_a_side_or_a_size_is_refused(int size, Side side) =>
        Assert.Throws<InvariantException>(() => Apply(new Ledger(TickValue), Fill(side, 20_000) with { Size = size }, out _));

    /// <summary>The same account kept one contract at a time, so that nothing is averaged.</summary>
    private sealed class ContractBook
    {
        private long _gross;
        private long _slippage;
        private long _commission;

        public int Net { get; private set; }

        public bool Take(in FillFacts fill, out long gross, out long slippage, out long commission)
        {
            var closed = false;
            (gross, slippage, commission) = (0, 0, 0);
            var closing = Net != 0 && Math.Sign(Net) != fill.Side.Sign() ? Math.Min(fill.Size, Math.Abs(Net)) : 0;
            var costOfClosing = closing == fill.Size ? fill.Fees.MicroDollars : fill.Fees.MicroDollars / fill.Size * closing;
            for (var contract = 0; contract < fill.Size; contract++)
            {
                if (contract == 0)
                    _commission += closing > 0 ? costOfClosing : fill.Fees.MicroDollars;
                else if (contract == closing)
                    _commission += fill.Fees.MicroDollars - costOfClosing;
                var before = fill.Price.InTicks - (fill.Side.Sign() * (long)fill.SlippageTicks);
                _gross -= fill.Side.Sign() * before * TickValue.MicroDollars;
                _slippage += fill.SlippageTicks * TickValue.MicroDollars;
                Net += fill.Side.Sign();
                if (Net != 0)
                    continue;
                closed = true;
                (gross, slippage, commission) = (_gross, _slippage, _commission);
                (_gross, _slippage, _commission) = (0, 0, 0);
            }

            return closed;
        }
    }
}
