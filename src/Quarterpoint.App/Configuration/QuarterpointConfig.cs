using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Configuration;

/// <summary>How the strategies that ship are set.</summary>
internal sealed record StrategySettings(TrendSettings Trend, RandomSettings Random, ForecastSettings Model);

/// <summary>
/// Everything that can be set, validated once at start (SPEC C1). Without a file every value has its default. Risk limits can be made
/// stricter than SPEC section 5, never looser.
/// </summary>
internal sealed record QuarterpointConfig
{
    public const string FileName = "quarterpoint.yaml";

    public required InstrumentCatalogue Instruments { get; init; }

    public required FeeSchedule Fees { get; init; }

    public required EndOfDayPlan EndOfDay { get; init; }

    public required bool EntriesInEth { get; init; }

    public required int Contracts { get; init; }

    public required StopSettings Stop { get; init; }

    /// <summary>Null where the strategy's own default counts (<see cref="SignalRule.DefaultTarget"/>).</summary>
    public required TargetSettings? Target { get; init; }

    public required TrailSettings Trail { get; init; }

    public required int MaxHoldingSeconds { get; init; }

    public required OrderType EntryType { get; init; }

    public required int LimitOffsetTicks { get; init; }

    public required int EntryTimeoutSeconds { get; init; }

    public required StrategySettings Strategies { get; init; }

    public required RiskLimits Limits { get; init; }

    public required FillMode Fills { get; init; }

    public required SlippageSettings Slippage { get; init; }

    public required int LatencyMilliseconds { get; init; }

    public required bool NativeBrackets { get; init; }

    /// <summary>0 where the data's bar length decides: 30 s for seconds, 5 minutes for minutes.</summary>
    public required int HorizonSeconds { get; init; }

    public required double ThresholdTicks { get; init; }

    public required int RollDaysBeforeExpiry { get; init; }

    public required NewsCalendar News { get; init; }

    public required CalendarTable Calendar { get; init; }

    /// <summary>All values in effect, as YAML: kept with a run, which can be started from it again.</summary>
    public string Snapshot { get; private init; } = "";

    /// <summary>All values in effect, in the order in which they were read.</summary>
    public IReadOnlyList<ConfigValue> Values { get; private init; } = [];

    /// <summary>
    /// Settings of trading and strategies that were chosen at the end of their range; 0 mostly means "off" and does not count as an end.
    /// </summary>
    public IEnumerable<ConfigValue> AtEdges =>
        Values.Where(v =>
            v is { IsAtEdge: true, Origin: not ConfigOrigin.Default }
            && v.Text != "0"
            && (v.Path.StartsWith("trading.", StringComparison.Ordinal) || v.Path.StartsWith("strategies.", StringComparison.Ordinal))
            && !v.Path.EndsWith(".seed", StringComparison.Ordinal)
        );

    public RollRule RollRule => RollDaysBeforeExpiry > 0 ? new RollRule.BeforeExpiry(RollDaysBeforeExpiry) : new RollRule.ByVolume();

    public HorizonSettings Horizon(int barSeconds)
    {
        var settings = HorizonSettings.For(barSeconds) with { ThresholdTicks = ThresholdTicks };
        return HorizonSeconds > 0 ? settings with { HorizonSeconds = HorizonSeconds } : settings;
    }

    /// <summary>Reads a file, or the defaults where <paramref name="path"/> is null, under the command line's settings.</summary>
    /// <exception cref="ConfigurationException">Names every error by its path.</exception>
    public static QuarterpointConfig Load(string? path, IReadOnlyDictionary<string, string> overrides)
    {
        if (path is null)
            return Parse("", FileName, overrides, Environment.CurrentDirectory);
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > YamlTree.MostBytes })
                throw new ConfigurationException([$"{path}: larger than {YamlTree.MostBytes:N0} bytes"]);
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"{path}: cannot be read: {e.Message}"]);
        }

        return Parse(text, path, overrides, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads a text; files that it names lie in <paramref name="folder"/> where their paths are relative.</summary>
    /// <exception cref="ConfigurationException">Names every error by its path.</exception>
    public static QuarterpointConfig Parse(string text, string source, IReadOnlyDictionary<string, string> overrides, string folder)
    {
        var reader = new ConfigReader(YamlTree.Parse(text, source), source, overrides);
        var config = new ConfigSections(reader.Root, folder).Read() with { Values = reader.Values };
        reader.Finish();
        return config with { Snapshot = reader.Snapshot() };
    }
}
