using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk;

/// <summary>What the breakers learn minute by minute, forget with a session, and keep over a restart.</summary>
public sealed class MarketBreakersTests
{
    private static readonly TradingSession Session = SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2024, 3, 5))!.Value;
    private static readonly Timestamp Ten = NewYork.At(new DateOnly(2024, 3, 5), new TimeOnly(10, 0));

    /// <summary>An ATR of 8 ticks and a volume of 100 a minute are normal.</summary>
    private static MarketBreakers Learned(int days = MinuteNorms.Days)
    {
        var breakers = new MarketBreakers(new RiskLimits());
        breakers.Recall(MarketMemory.Of(days, atrTicks: 8, volume: 100));
        breakers.EnterSession(Session);
        return breakers;
    }

    private static MarketBreakers After(
        MarketBreakers breakers,
        int minutes,
        int range,
        uint volume,
        bool hasVolume = true,
        Timestamp? from = null
    )
    {
        var study = new MinuteStudy(60);
        for (var minute = 0; minute < minutes; minute++)
        {
            var opens = (uint)(from ?? Ten).AddSeconds(60 * minute).UnixSeconds;
            study.Next(new Bar(opens, new Price(20_000), new Price(20_000 + range), new Price(20_000), new Price(20_000), volume));
            breakers.OnMinute(study, hasVolume);
        }

        return breakers;
    }

    private static byte[] Saved(MarketBreakers breakers) => StateArchive.Save(breakers.Archive);

    /// <summary>ATR was known in two of the sixteen minutes, from the fifteenth on, and volume in all of them.</summary>
    [Theory]
    [InlineData(20, true, 16, 2, 16)]
    [InlineData(20, false, 16, 2, 0)]
    [InlineData(19, true, 16, 0, 0)]
    [Trait("Spec", "R18")]
    [Trait("Spec", "R20")]
    public void The_minutes_that_had_something_to_compare_with_are_counted(
        int days,
        bool hasVolume,
        int minutes,
        int withVolatility,
        int withVolume
    ) => Assert.Equal(new BreakerCoverage(minutes, withVolatility, withVolume), After(Learned(days), 16, 8, 100, hasVolume).Coverage);

    [Fact]
    [Trait("Spec", "R18")]
    [Trait("Spec", "R20")]
    public void A_new_session_begins_without_a_tripped_breaker()
    {
        var breakers = After(Learned(), 15, 25, 9);
        Assert.Equal(
            (true, true, BreakerInput.Known, BreakerInput.Known),
            (breakers.IsVolatile, breakers.IsThin, breakers.Volatility, breakers.Volume)
        );

        breakers.EnterSession(SessionCalendar.CmeEquityIndex.Find(TradingDay.On(2024, 3, 6))!.Value);
        Assert.Equal(
            (false, false, BreakerInput.NotAvailable, BreakerInput.NotAvailable),
            (breakers.IsVolatile, breakers.IsThin, breakers.Volatility, breakers.Volume)
        );
    }

    /// <summary>Nineteen full days are too few to know what is normal; twenty are enough, from the next day on, minute by minute.</summary>
    [Theory]
    [InlineData(19, BreakerInput.NotAvailable)]
    [InlineData(20, BreakerInput.Known)]
    [Trait("Spec", "R18")]
    [Trait("Spec", "R20")]
    public void What_is_normal_is_learnt_from_twenty_full_days(int days, BreakerInput expected)
    {
        var breakers = new MarketBreakers(new RiskLimits());
        var sessions = SessionCalendar
            .CmeEquityIndex.Sessions.ToArray()
            .Where(session => session.Open > Session.Open && !session.IsEarlyClose)
            .ToArray();
        foreach (var session in sessions[..days])
        {
            breakers.EnterSession(session);
            After(breakers, 15, 8, 100, from: session.RthOpen);
            Assert.Equal((BreakerInput.NotAvailable, BreakerInput.NotAvailable), (breakers.Volatility, breakers.Volume));
        }

        breakers.EnterSession(sessions[days]);
        After(breakers, 15, 25, 9, from: sessions[days].RthOpen);
        var knows = expected == BreakerInput.Known;
        Assert.Equal((expected, expected, knows, knows), (breakers.Volatility, breakers.Volume, breakers.IsVolatile, breakers.IsThin));
    }

    [Fact]
    [Trait("Spec", "R21")]
    public void Breakers_saved_and_loaded_hold_the_same_and_remember_what_is_normal()
    {
        var saved = After(Learned(), 15, 25, 9);
        var loaded = new MarketBreakers(new RiskLimits());
        StateArchive.Load(Saved(saved), loaded.Archive);

        Assert.Equal(
            (true, true, BreakerInput.Known, BreakerInput.Known),
            (loaded.IsVolatile, loaded.IsThin, loaded.Volatility, loaded.Volume)
        );
        Assert.Equal(saved.Coverage, loaded.Coverage);
        Assert.Equal(Saved(saved), Saved(loaded));
        Assert.Equal(saved.Remember(), loaded.Remember());
        Assert.Equal((BreakerInput.Known, BreakerInput.Known), (After(loaded, 15, 8, 100).Volatility, loaded.Volume));
    }

    /// <summary>Normally nothing is traded in this minute, so no volume is too little for it.</summary>
    [Fact]
    [Trait("Spec", "R20")]
    public void Where_no_volume_is_normal_no_volume_is_too_little()
    {
        var breakers = new MarketBreakers(new RiskLimits());
        breakers.Recall(MarketMemory.Of(20, atrTicks: 8, volume: 0));
        breakers.EnterSession(Session);
        After(breakers, 2, 8, 1);
        Assert.Equal((BreakerInput.NotAvailable, false, 0L), (breakers.Volume, breakers.IsThin, breakers.Coverage.WithVolume));
    }

    /// <summary>The breaker trips above the upper limit and holds down to the lower one.</summary>
    [Theory]
    [InlineData(2, false, false)]
    [InlineData(3, false, true)]
    [InlineData(2, true, true)]
    [InlineData(1, true, false)]
    [Trait("Spec", "R19")]
    public void A_wide_spread_holds_until_it_is_narrow_again(int spread, bool isHeld, bool isWide) =>
        Assert.Equal(isWide, new MarketBreakers(new RiskLimits()).IsWide(new Ticks(spread), isHeld));
}
