using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Configuration;

/// <summary>How the strategies that ship are set.</summary>
internal sealed record StrategySettings(
    int TrendFast,
    int TrendSlow,
    bool TrendReverses,
    int RandomSeed,
    int RandomEntrySeconds,
    int RandomHoldSeconds,
    ModelEntrySettings Model
);

/// <summary>When a model's forecast opens a trade.</summary>
/// <param name="Gate">Least confidence, 0 to 1 (SPEC T4).</param>
/// <param name="BreakEven">Whether the bracket's own probability must pay for it too (SPEC M4).</param>
/// <param name="Margin">By how much it must lie above break-even.</param>
/// <param name="Reverses">Whether a forecast against the position turns it round.</param>
/// <param name="AllowGateBelowBreakEven">Lets a gate through that cannot cover its costs; every report says so.</param>
/// <param name="ByLowerBound">Whether gate and size take the lower bound of the confidence (SPEC R10); else the calibrated confidence itself.</param>
internal sealed record ModelEntrySettings(
    double Gate,
    bool BreakEven,
    double Margin,
    bool Reverses,
    bool AllowGateBelowBreakEven,
    bool ByLowerBound
);

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

    /// <summary>Null where the strategy chooses: none for random, which must not give a tick away at a target, 1.5 times the stop else.</summary>
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

    /// <summary>All values in effect, as YAML.</summary>
    public required string Snapshot { get; init; }

    public required IReadOnlyList<ConfigValue> Values { get; init; }

    /// <summary>Settings of trading and strategies that were chosen at the end of their range; 0, which mostly says "off", is no end.</summary>
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

    public static QuarterpointConfig Parse(string text, string source, IReadOnlyDictionary<string, string> overrides, string folder)
    {
        var reader = new ConfigReader(YamlTree.Parse(text, source), source, overrides);
        var root = reader.Root;
        var profile = root.Choice("profile", Profile.Plan, Profiles);
        var costs = root.Child("costs");
        var standard = profile == Profile.TopstepX ? FeeSchedule.TopstepX : FeeSchedule.Plan;
        var fees = new FeeSchedule(
            Money.FromDollars(costs.Amount("commission", standard.CommissionPerSide.InDollars, 0, 100)),
            Money.FromDollars(costs.Amount("fees", standard.FeesPerSide.InDollars, 0, 100))
        );
        var endOfDay = root.Choice("endOfDay", profile == Profile.TopstepX ? EndOfDayPlan.TopstepX : EndOfDayPlan.Plan, Plans);
        var eth = root.Choice("session", false, Sessions);

        var trading = root.Child("trading");
        var stop = ReadStop(trading.Child("stop"));
        var config = new QuarterpointConfig
        {
            Fees = fees,
            EndOfDay = endOfDay,
            EntriesInEth = eth,
            Contracts = trading.Int("contracts", 0, 0, 50, "(0: as many as the rules give)"),
            Stop = stop,
            Target = ReadTarget(trading.Child("target")),
            Trail = ReadTrail(trading.Child("trailing")),
            MaxHoldingSeconds = trading.Int("maxHoldingSeconds", 0, 0, 86_400, "(0: no bound)"),
            EntryType = trading.Choice("entry", OrderType.Market, EntryTypes),
            LimitOffsetTicks = trading.Int("limitOffsetTicks", 0, 0, 100),
            EntryTimeoutSeconds = trading.Int("entryTimeoutSeconds", 5, 1, 600),
            Strategies = ReadStrategies(root.Child("strategies")),
            Limits = ReadLimits(root.Child("risk")),
            Fills = ReadFills(root.Child("fills"), out var slippage, out var latency, out var native),
            Slippage = slippage,
            LatencyMilliseconds = latency,
            NativeBrackets = native,
            HorizonSeconds = root.Child("labels").Int("horizonSeconds", 0, 0, 3_600, "(0: 30 s, or five longer bars)"),
            ThresholdTicks = root.Child("labels").Number("thresholdTicks", 3, 0.5, 100),
            RollDaysBeforeExpiry = root.Child("data").Int("rollDaysBeforeExpiry", 0, 0, 30, "(0: by volume)"),
            News = ReadFile(root, "newsFile", folder, NewsCalendar.UnitedStates, (t, s) =>
                NewsCalendar.UnitedStates.With(NewsCalendar.Parse(t, s))
            ),
            Calendar = ReadFile(root, "calendarFile", folder, CalendarTable.CmeEquityIndex, CalendarTable.Parse),
            Instruments = InstrumentCatalogue.Read(root.Child("instruments")),
            Snapshot = "",
            Values = reader.Values,
        };
        if (config.Strategies.TrendFast >= config.Strategies.TrendSlow)
            root.Child("strategies").Child("trend").Error("fast", "the fast average must be shorter than the slow one");
        if (config.Limits.RailsOn && config.Strategies.Model.Gate * 1_000_000 < PositionSize.LeastConfidenceMillionths)
            root.Child("strategies")
                .Child("model")
                .Error("gate", "with the rails on nothing below 0.6 opens (R10); expected 0.6 to 1, or risk.rails off");
        reader.Finish();
        return config with { Snapshot = reader.Snapshot() };
    }

    private enum Profile
    {
        Plan,
        TopstepX,
    }

    private static readonly Dictionary<string, Profile> Profiles = new() { ["plan"] = Profile.Plan, ["topstepx"] = Profile.TopstepX };
    private static readonly Dictionary<string, EndOfDayPlan> Plans = new()
    {
        ["plan"] = EndOfDayPlan.Plan,
        ["topstepx"] = EndOfDayPlan.TopstepX,
    };
    private static readonly Dictionary<string, bool> Sessions = new() { ["rth"] = false, ["eth"] = true };
    private static readonly Dictionary<string, OrderType> EntryTypes = new() { ["market"] = OrderType.Market, ["limit"] = OrderType.Limit };
    private static readonly Dictionary<string, StopKind> StopKinds = new()
    {
        ["atr"] = StopKind.Atr,
        ["fixed"] = StopKind.Fixed,
        ["structure"] = StopKind.Structure,
    };
    private static readonly Dictionary<string, TargetChoice> TargetKinds = new()
    {
        ["auto"] = TargetChoice.Auto,
        ["multiple"] = TargetChoice.Multiple,
        ["fixed"] = TargetChoice.Fixed,
        ["none"] = TargetChoice.None,
    };

    private static readonly Dictionary<string, TrailKind> TrailKinds = new()
    {
        ["none"] = TrailKind.None,
        ["ticks"] = TrailKind.Ticks,
        ["atr"] = TrailKind.Atr,
    };
    private static readonly Dictionary<string, FillMode> FillModes = new()
    {
        ["realistic"] = FillMode.Realistic,
        ["conservative"] = FillMode.Conservative,
        ["optimistic"] = FillMode.Optimistic,
    };

    private static readonly Dictionary<string, bool> BracketKinds = new() { ["native"] = true, ["managed"] = false };

    private enum TargetChoice
    {
        Auto,
        Multiple,
        Fixed,
        None,
    }

    private static StopSettings ReadStop(ConfigReader.Section stop) =>
        new()
        {
            Kind = stop.Choice("kind", StopKind.Atr, StopKinds),
            AtrMultiple = stop.Number("atrMultiple", 1.5, 0.1, 20),
            FixedTicks = stop.Int("ticks", 8, StopSettings.LeastTicks, 1_000, "ticks"),
        };

    private static TargetSettings? ReadTarget(ConfigReader.Section target)
    {
        var kind = target.Choice("kind", TargetChoice.Auto, TargetKinds);
        var multiple = target.Number("multiple", 1.5, 0.1, 50);
        var ticks = target.Int("ticks", 12, StopSettings.LeastTicks, 5_000, "ticks");
        return kind switch
        {
            TargetChoice.Auto => null,
            TargetChoice.Multiple => new TargetSettings { Kind = TargetKind.Multiple, Multiple = multiple },
            TargetChoice.Fixed => new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = ticks },
            _ => new TargetSettings { Kind = TargetKind.None },
        };
    }

    private static TrailSettings ReadTrail(ConfigReader.Section trail) =>
        new()
        {
            BreakEvenAfterTicks = trail.Int("breakEvenAfterTicks", 0, 0, 1_000, "ticks (0: never)"),
            Kind = trail.Choice("kind", TrailKind.None, TrailKinds),
            Ticks = trail.Int("ticks", 8, 1, 1_000, "ticks"),
            AtrMultiple = trail.Number("atrMultiple", 1.5, 0.1, 20),
        };

    private static StrategySettings ReadStrategies(ConfigReader.Section strategies)
    {
        var trend = strategies.Child("trend");
        var random = strategies.Child("random");
        var model = strategies.Child("model");
        return new StrategySettings(
            trend.Int("fast", 9, 1, 10_000, "bars"),
            trend.Int("slow", 21, 2, 10_000, "bars"),
            trend.Flag("reverses", true),
            random.Int("seed", 1, 0, int.MaxValue),
            random.Int("entrySeconds", 60, 1, 86_400, "seconds"),
            random.Int("holdSeconds", 60, 1, 86_400, "seconds"),
            new ModelEntrySettings(
                model.Number("gate", 0.6, 0, 1),
                model.Choice("breakEven", true, Rails),
                model.Number("breakEvenMargin", 0, 0, 1),
                model.Flag("reverses", false),
                model.Flag("allowGateBelowBreakEven", false),
                model.Choice("confidence", true, ConfidenceKinds)
            )
        );
    }

    private static readonly Dictionary<string, bool> ConfidenceKinds = new() { ["lowerBound"] = true, ["calibrated"] = false };

    private static readonly Dictionary<string, BreakerAction> BreakerActions = new()
    {
        ["pause"] = BreakerAction.Pause,
        ["half"] = BreakerAction.Half,
    };

    private static RiskLimits ReadLimits(ConfigReader.Section risk)
    {
        const string Stricter = "a hard limit: it can be made stricter, never looser";
        var hard = new RiskLimits();
        var capital = Money.FromDollars(risk.Amount("capital", hard.Capital.InDollars, 100, 1_000_000));
        var scaled = hard.ScaledTo(capital);
        Money Loss(string key, Money most) => Money.FromDollars(risk.Amount(key, most.InDollars, 0.01m, most.InDollars, Stricter));
        int AtMost(string key, int most, int least = 1) => risk.Int(key, most, least, most, $"({Stricter})");
        int AtLeast(string key, int least, int most) => risk.Int(key, least, least, most, $"({Stricter})");
        return scaled with
        {
            DailyLoss = Loss("dailyLoss", scaled.DailyLoss),
            DailyDrawdown = Loss("dailyDrawdown", scaled.DailyDrawdown),
            TradeRisk = Loss("tradeRisk", scaled.TradeRisk),
            AccountDrawdown = Loss("accountDrawdown", scaled.AccountDrawdown),
            KillLoss = Loss("killLoss", scaled.KillLoss),
            BalanceFloor = Money.FromDollars(
                risk.Amount("balanceFloor", scaled.BalanceFloor.InDollars, scaled.BalanceFloor.InDollars, 1_000_000, Stricter)
            ),
            StressedSlippage = new Ticks(AtLeast("stressedSlippageTicks", hard.StressedSlippage.Count, 100)),
            MostContracts = risk.Int("maxContracts", hard.MostContracts, 1, 50),
            LossesToPause = AtMost("lossesToPause", hard.LossesToPause),
            PauseSeconds = 60 * AtLeast("pauseMinutes", hard.PauseSeconds / 60, 1_440),
            LossesToLongPause = AtMost("lossesToLongPause", hard.LossesToLongPause),
            LongPauseSeconds = 60 * AtLeast("longPauseMinutes", hard.LongPauseSeconds / 60, 1_440),
            VolatilityLimit = risk.Number("volatilityLimit", hard.VolatilityLimit, 1, hard.VolatilityLimit, $"times normal ({Stricter})"),
            OnVolatility = risk.Choice("onVolatility", BreakerAction.Pause, BreakerActions),
            SpreadLimit = new Ticks(AtMost("spreadTicks", hard.SpreadLimit.Count)),
            VolumeLimit = risk.Number("volumeLimit", hard.VolumeLimit, hard.VolumeLimit, 1, $"of normal ({Stricter})"),
            OnLowVolume = risk.Choice("onLowVolume", BreakerAction.Pause, BreakerActions),
            CooldownSeconds = AtLeast("cooldownSeconds", hard.CooldownSeconds, 86_400),
            Pace = new PaceLimits
            {
                SecondsBetweenEntries = AtLeast("secondsBetweenEntries", hard.Pace.SecondsBetweenEntries, 86_400),
                EntriesAnHour = AtMost("entriesAnHour", hard.Pace.EntriesAnHour),
                EntriesADay = AtMost("entriesADay", hard.Pace.EntriesADay),
                LeastHoldingSeconds = AtLeast("leastHoldingSeconds", hard.Pace.LeastHoldingSeconds, 86_400),
            },
            RailsOn = risk.Choice("rails", true, Rails),
        };
    }

    private static readonly Dictionary<string, bool> Rails = new() { ["on"] = true, ["off"] = false };

    private static FillMode ReadFills(ConfigReader.Section fills, out SlippageSettings slippage, out int latency, out bool native)
    {
        var mode = fills.Choice("mode", FillMode.Realistic, FillModes);
        var ticks = fills.Child("slippageTicks");
        slippage = new SlippageSettings
        {
            Normal = ticks.Int("normal", 1, 1, 50),
            Eth = ticks.Int("eth", 2, 1, 50),
            HighVolatility = ticks.Int("highVolatility", 2, 1, 50),
            ExtremeVolatility = ticks.Int("extremeVolatility", 4, 1, 50),
            News = ticks.Int("news", 4, 1, 50),
        };
        latency = fills.Int("latencyMs", 0, 0, 60_000, "milliseconds");
        native = fills.Choice("brackets", true, BracketKinds);
        return mode;
    }

    private static T ReadFile<T>(ConfigReader.Section root, string key, string folder, T shipped, Func<string, string, T> parse)
    {
        var name = root.Text(key, "", _ => true, "a file");
        if (name.Length == 0)
            return shipped;
        var path = Path.GetFullPath(Path.Combine(folder, name));
        try
        {
            return parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            root.Error(key, e.Message);
            return shipped;
        }
    }
}
