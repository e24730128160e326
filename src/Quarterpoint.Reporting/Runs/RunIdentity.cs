using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Metrics;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// What a run was: enough to say whether two runs are comparable, and to make it again. Nothing in it depends on when or where it ran, so
/// that the same run gives the same bytes.
/// </summary>
public sealed record RunIdentity
{
    /// <summary>The command line that makes this run again.</summary>
    public required string Command { get; init; }

    public required string CodeVersion { get; init; }

    /// <summary>The rule or model that traded, with what sets it apart: "random, seed 7, hold 30 s".</summary>
    public required string Strategy { get; init; }

    public required RunInstrument Instrument { get; init; }

    public required RunData Data { get; init; }

    /// <summary>Null where nothing was drawn.</summary>
    public required ulong? Seed { get; init; }

    /// <summary>False for the validation runs of SPEC X11 only: bannered, and never evidence.</summary>
    public required bool RailsOn { get; init; }

    public required FillMode Fills { get; init; }

    public required AccountMode Account { get; init; }

    public required EndOfDayPlan EndOfDay { get; init; }

    public required bool EntriesInEth { get; init; }

    public required Money CommissionPerSide { get; init; }

    public required Money FeesPerSide { get; init; }

    /// <summary>R1's number, drawn into the daily chart; null where no daily limit acted.</summary>
    public Money? DailyLossLimit { get; init; }

    public required Timestamp First { get; init; }

    public required Timestamp Last { get; init; }

    /// <summary>SHA-256 of the configuration's text; <see cref="Run.Of"/> sets it.</summary>
    public string ConfigurationHash { get; init; } = "";

    /// <summary>Holes of the data inside trading hours (SPEC D7).</summary>
    public IReadOnlyList<DataGap> DataGaps { get; init; } = [];

    /// <summary>What the model was trained on (SPEC L4); null for a strategy without labels.</summary>
    public ClassBalance? ClassBalance { get; init; }

    /// <summary>Null for a strategy that follows bars.</summary>
    public RunModel? Model { get; init; }

    /// <summary>The same decisions under other guesses about fills (SPEC N7).</summary>
    public IReadOnlyList<EnvelopeOutcome> Envelope { get; init; } = [];

    /// <summary>What the doctor of backtests saw (SPEC N16).</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>An instrument as far as prices and money need it.</summary>
public sealed record RunInstrument(string Symbol, string Name, decimal TickSize, Money TickValue)
{
    public static RunInstrument Of(Instrument instrument) =>
        new(instrument.Symbol, instrument.Name, instrument.TickSize, instrument.TickValue);

    internal Instrument ToInstrument() =>
        new()
        {
            Symbol = Symbol,
            Name = Name,
            TickSizeNanos = (long)(TickSize * Core.Instruments.Instrument.NanosPerPoint),
            TickValue = TickValue,
        };
}

/// <summary>The data set and the hash of its content.</summary>
public sealed record RunData(string Name, string Fingerprint, bool IsSynthetic, int BarSeconds);

/// <summary>A hole in the data: no bar from <see cref="From"/> to <see cref="To"/>.</summary>
public readonly record struct DataGap(Timestamp From, Timestamp To);

/// <summary>How many labels of each class; <see cref="Labels"/> says which: "30 s, 3 ticks".</summary>
public sealed record ClassBalance(string Labels, long Down, long Flat, long Up)
{
    public long Total => Down + Flat + Up;
}
