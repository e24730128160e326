using CsCheck;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Trading;

/// <summary>A saved state is loaded whole or refused.</summary>
[Trait("Spec", "R21")]
public sealed class SavedState
{
    private static TradingEngine Fresh(SignalRule? rule = null) => new(new EngineBench().Engine.Settings, rule ?? new TrendRule());

    private static byte[] Held()
    {
        var bench = new EngineBench();
        bench.Hold();
        return bench.Engine.SaveState();
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found_and_the_engine_stays_as_it_was()
    {
        var saved = Held();
        Gen.Select(Gen.Int[0, saved.Length - 1], Gen.Int[0, 7])
            .Sample(
                (at, bit) =>
                {
                    var damaged = (byte[])saved.Clone();
                    damaged[at] ^= (byte)(1 << bit);
                    var engine = Fresh(new ScriptedRule());
                    var before = engine.SaveState();
                    Assert.Throws<InvalidDataException>(() => engine.LoadState(damaged));
                    Assert.Equal(before, engine.SaveState());
                },
                iter: 500
            );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(-1)] // one byte too few
    [InlineData(1)]
    public void A_state_that_is_not_whole_is_refused(int length)
    {
        var saved = Held();
        var shorter = length > 0 ? saved[..length] : saved[..(saved.Length + length)];
        if (length == 0)
            shorter = [];

        Assert.Throws<InvalidDataException>(() => Fresh(new ScriptedRule()).LoadState(shorter));
    }

    [Fact]
    public void A_state_with_bytes_behind_it_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Fresh(new ScriptedRule()).LoadState((byte[])[.. Held(), 0]));

    [Fact]
    public void Another_rules_state_is_refused() => Assert.Throws<InvalidDataException>(() => Fresh(new TrendRule()).LoadState(Held()));

    [Fact]
    public void Another_versions_state_is_refused_by_its_version()
    {
        var mine = StateArchive.Save(a => a.Expect(1, "version"));
        var thrown = Assert.Throws<InvalidDataException>(() => StateArchive.Load(mine, a => a.Expect(2, "version")));

        Assert.Equal("The saved state's version is 1, and 2 was expected.", thrown.Message);
    }

    [Fact]
    public void A_state_that_reads_less_or_more_than_was_saved_is_refused()
    {
        static void Two(StateArchive archive)
        {
            var (a, b) = (1L, 2L);
            archive.Value(ref a);
            archive.Value(ref b);
        }

        static void One(StateArchive archive)
        {
            var a = 0L;
            archive.Value(ref a);
        }

        Assert.Throws<InvalidDataException>(() => StateArchive.Load(StateArchive.Save(Two), One));
        Assert.Throws<InvalidDataException>(() => StateArchive.Load(StateArchive.Save(One), Two));
    }

    [Fact]
    public void A_state_is_saved_only_after_closed_trades_were_collected()
    {
        var bench = new EngineBench();
        bench.Hold();
        bench.Fill(101, Core.Instruments.Side.Sell, -8);

        Assert.Throws<InvariantException>(() => bench.Engine.SaveState());
        bench.Engine.ClearClosedTrades();
        Assert.NotEmpty(bench.Engine.SaveState());
    }
}
