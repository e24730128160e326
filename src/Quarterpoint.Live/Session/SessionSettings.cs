using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>A model that speaks of each bar as it closes, in the loop of a session.</summary>
public interface IBarForecaster
{
    /// <summary>Takes the bar that closed and says what the model says of it: a Forecast, or why there is none.</summary>
    /// <param name="bar">Every bar of the session under way, in order.</param>
    /// <param name="session">The session that it belongs to.</param>
    /// <param name="isAsked">False for bars that are only caught up on: the model hears them and need not speak.</param>
    EngineEvent? Next(in Bar bar, in TradingSession session, bool isAsked);
}

/// <summary>What a session is made of; everything that the loop itself does not know.</summary>
public sealed record SessionSettings
{
    /// <summary>Instrument, settings, and rule in words that <see cref="MakeEngine"/> understands: the journal begins with them.</summary>
    public required string Setup { get; init; }

    /// <summary>
    /// Makes an engine from such words. A session that is resumed is made from its journal's, whatever is configured now.
    /// </summary>
    public required Func<string, TradingEngine> MakeEngine { get; init; }

    /// <summary>Null where no model speaks.</summary>
    public Func<IBarForecaster>? MakeForecaster { get; init; }

    /// <summary>
    /// Real time: what the loop's own clock is made of, and by what it measures how often peaks are made durable and how long a stop may
    /// take. It is the mailbox's too.
    /// </summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long a stop waits for a proved flat before it gives up and says so.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// On real time: how far the wall clock may be from the loop's own before nothing opens (RELIABILITY I15). Beside it a ten-thousandth
    /// of the session's length is allowed, by which two sound clocks may drift apart.
    /// </summary>
    public TimeSpan WallClockBound { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>On real time: how far the venue's clock may be from the loop's own, whichever is ahead (RELIABILITY I15).</summary>
    public TimeSpan VenueClockBound { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long all that the venue says of its clock must lie beyond the bound before nothing opens: one late answer is no proof.
    /// </summary>
    public TimeSpan VenueClockPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Each trade, once it has ended and is stored.</summary>
    public Action<RoundTrip>? OnTrade { get; init; }

    /// <summary>What became of a latch or a limit, once it is stored.</summary>
    public Action<RiskFact>? OnRisk { get; init; }

    /// <summary>Something that a person should know now.</summary>
    public Action<string>? OnAlarm { get; init; }

    /// <summary>How far the session has come, at each bar.</summary>
    public Action<Timestamp>? OnBar { get; init; }

    /// <summary>Every event before the engine takes it; for tests.</summary>
    internal Action<EngineEvent>? BeforeEvent { get; init; }

    /// <summary>On real time: in the place of waiting for mail, at most so long; for tests, whose clock waits for nobody.</summary>
    internal Action<TimeSpan>? WaitForMail { get; init; }
}

/// <summary>How a session ended.</summary>
/// <param name="Why">In words.</param>
/// <param name="IsFlat">Whether the venue has said that nothing is held and nothing works.</param>
/// <param name="State">What the account may do.</param>
/// <param name="Risk">Its state.</param>
/// <param name="Trades">Trades that ended in this run of the program.</param>
/// <param name="Events">Events taken in this run of the program.</param>
/// <param name="IsDurable">Whether all of it is on disk.</param>
public sealed record SessionOutcome(string Why, bool IsFlat, TradingState State, RiskState Risk, int Trades, long Events, bool IsDurable);
