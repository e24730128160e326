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

    /// <summary>Makes an engine from such words. A session that is resumed is made from its journal's, whatever is configured now.</summary>
    public required Func<string, TradingEngine> MakeEngine { get; init; }

    /// <summary>Null where no model speaks.</summary>
    public Func<IBarForecaster>? MakeForecaster { get; init; }

    /// <summary>Real time, for how often peaks are made durable and how long a stop may take.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long a stop waits for a proved flat before it gives up and says so.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(60);

    public Action<RoundTrip>? OnTrade { get; init; }

    public Action<RiskFact>? OnRisk { get; init; }

    /// <summary>Something that a person should know now.</summary>
    public Action<string>? OnAlarm { get; init; }

    /// <summary>How far the session has come, at each bar.</summary>
    public Action<Timestamp>? OnBar { get; init; }

    /// <summary>Every event before the engine takes it; for tests.</summary>
    internal Action<EngineEvent>? BeforeEvent { get; init; }
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
