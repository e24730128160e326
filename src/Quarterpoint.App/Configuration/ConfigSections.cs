using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Configuration;

/// <summary>
/// The configuration's sections: which settings there are, how each is spelt, and what it may be. The defaults are Core's
/// (<see cref="CoreDefaults"/>). Values are reported in the order in which they are read here, and snapshots keep that order.
/// </summary>
internal sealed class ConfigSections(ConfigReader.Section root, string folder)
{
    private static readonly Dictionary<string, Profile> Profiles = new() { ["plan"] = Profile.Plan, ["topstepx"] = Profile.TopstepX };
    private static readonly Dictionary<string, EndOfDayPlan> Plans = new()
    {
        ["plan"] = EndOfDayPlan.Plan,
        ["topstepx"] = EndOfDayPlan.TopstepX,
    };
    private static readonly Dictionary<string, bool> Sessions = new() { ["rth"] = false, ["eth"] = true };
    private static readonly Dictionary<string, bool> Switch = new() { ["on"] = true, ["off"] = false };
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
    private static readonly Dictionary<string, bool> ConfidenceKinds = new() { ["lowerBound"] = true, ["calibrated"] = false };
    private static readonly Dictionary<string, BreakerAction> BreakerActions = new()
    {
        ["pause"] = BreakerAction.Pause,
        ["half"] = BreakerAction.Half,
    };

    private enum Profile
    {
        Plan,
        TopstepX,
    }

    private enum TargetChoice
    {
        Auto,
        Multiple,
        Fixed,
        None,
    }

    public QuarterpointConfig Read()
    {
        var profile = root.Choice("profile", Profile.Plan, Profiles);
        var fees = ReadFees(root.Child("costs"), profile == Profile.TopstepX ? FeeSchedule.TopstepX : CoreDefaults.Engine.Fees);
        var plan = profile == Profile.TopstepX ? EndOfDayPlan.TopstepX : CoreDefaults.Engine.EndOfDay;
        var endOfDay = root.Choice("endOfDay", plan, Plans);
        var eth = root.Choice("session", CoreDefaults.Engine.EntriesInEth, Sessions);
        var (trading, labels, engine) = (root.Child("trading"), root.Child("labels"), CoreDefaults.Engine);
        var config = new QuarterpointConfig
        {
            Fees = fees,
            EndOfDay = endOfDay,
            EntriesInEth = eth,
            Stop = ReadStop(trading.Child("stop")),
            Contracts = trading.Int("contracts", engine.Contracts, 0, 50, "(0: as many as the rules give)"),
            Target = ReadTarget(trading.Child("target")),
            Trail = ReadTrail(trading.Child("trailing")),
            MaxHoldingSeconds = trading.Int("maxHoldingSeconds", engine.MaxHoldingSeconds, 0, 86_400, "(0: no bound)"),
            EntryType = trading.Choice("entry", engine.EntryType, EntryTypes),
            LimitOffsetTicks = trading.Int("limitOffsetTicks", engine.LimitOffset.Count, 0, 100),
            EntryTimeoutSeconds = trading.Int("entryTimeoutSeconds", engine.EntryTimeoutSeconds, 1, 600),
            Strategies = ReadStrategies(root.Child("strategies")),
            Limits = ReadLimits(root.Child("risk")),
            Fills = ReadFillMode(root.Child("fills")),
            Slippage = ReadSlippage(root.Child("fills").Child("slippageTicks")),
            LatencyMilliseconds = ReadLatency(root.Child("fills")),
            NativeBrackets = root.Child("fills").Choice("brackets", CoreDefaults.Venue.NativeBrackets, BracketKinds),
            HorizonSeconds = labels.Int("horizonSeconds", 0, 0, 3_600, "(0: 30 s, or five longer bars)"),
            ThresholdTicks = labels.Number("thresholdTicks", new HorizonSettings().ThresholdTicks, 0.5, 100),
            RollDaysBeforeExpiry = root.Child("data").Int("rollDaysBeforeExpiry", 0, 0, 30, "(0: by volume)"),
            News = ReadFile("newsFile", engine.News, (text, source) => engine.News.With(NewsCalendar.Parse(text, source))),
            Calendar = ReadFile("calendarFile", CalendarTable.CmeEquityIndex, CalendarTable.Parse),
            Instruments = InstrumentCatalogue.Read(root.Child("instruments")),
        };
        CheckTogether(config);
        return config;
    }

    /// <summary>What no single value shows to be wrong.</summary>
    private void CheckTogether(QuarterpointConfig config)
    {
        var strategies = root.Child("strategies");
        if (config.Strategies.Trend.Fast >= config.Strategies.Trend.Slow)
            strategies.Child("trend").Error("fast", "the fast average must be shorter than the slow one");
        if (config.Limits.RailsOn && config.Strategies.Model.Gate * 1_000_000 < PositionSize.LeastConfidenceMillionths)
            strategies
                .Child("model")
                .Error("gate", "with the rails on nothing below 0.6 opens (R10); expected 0.6 to 1, or risk.rails off");
    }

    private static FeeSchedule ReadFees(ConfigReader.Section costs, FeeSchedule standard) =>
        new(
            Money.FromDollars(costs.Amount("commission", standard.CommissionPerSide.InDollars, 0, 100)),
            Money.FromDollars(costs.Amount("fees", standard.FeesPerSide.InDollars, 0, 100))
        );

    private static StopSettings ReadStop(ConfigReader.Section stop)
    {
        var standard = CoreDefaults.Engine.Stop;
        return new StopSettings
        {
            Kind = stop.Choice("kind", standard.Kind, StopKinds),
            AtrMultiple = stop.Number("atrMultiple", standard.AtrMultiple, 0.1, 20),
            FixedTicks = stop.Int("ticks", standard.FixedTicks, StopSettings.LeastTicks, 1_000, "ticks"),
        };
    }

    /// <summary>Null where the strategy's own default counts.</summary>
    private static TargetSettings? ReadTarget(ConfigReader.Section target)
    {
        var standard = TargetSettings.Default;
        var kind = target.Choice("kind", TargetChoice.Auto, TargetKinds);
        var multiple = target.Number("multiple", standard.Multiple, 0.1, 50);
        var ticks = target.Int("ticks", standard.FixedTicks, StopSettings.LeastTicks, 5_000, "ticks");
        return kind switch
        {
            TargetChoice.Auto => null,
            TargetChoice.Multiple => new TargetSettings { Kind = TargetKind.Multiple, Multiple = multiple },
            TargetChoice.Fixed => new TargetSettings { Kind = TargetKind.Fixed, FixedTicks = ticks },
            _ => TargetSettings.None,
        };
    }

    private static TrailSettings ReadTrail(ConfigReader.Section trail)
    {
        var standard = CoreDefaults.Engine.Trail;
        return new TrailSettings
        {
            BreakEvenAfterTicks = trail.Int("breakEvenAfterTicks", standard.BreakEvenAfterTicks, 0, 1_000, "ticks (0: never)"),
            Kind = trail.Choice("kind", standard.Kind, TrailKinds),
            Ticks = trail.Int("ticks", standard.Ticks, 1, 1_000, "ticks"),
            AtrMultiple = trail.Number("atrMultiple", standard.AtrMultiple, 0.1, 20),
        };
    }

    private static StrategySettings ReadStrategies(ConfigReader.Section strategies) =>
        new(ReadTrend(strategies.Child("trend")), ReadRandom(strategies.Child("random")), ReadModel(strategies.Child("model")));

    private static TrendSettings ReadTrend(ConfigReader.Section trend)
    {
        var standard = new TrendSettings();
        return new TrendSettings
        {
            Fast = trend.Int("fast", standard.Fast, 1, 10_000, "bars"),
            Slow = trend.Int("slow", standard.Slow, 2, 10_000, "bars"),
            Reverses = trend.Flag("reverses", standard.Reverses),
        };
    }

    private static RandomSettings ReadRandom(ConfigReader.Section random)
    {
        var standard = new RandomSettings();
        return new RandomSettings
        {
            Seed = random.Int("seed", standard.Seed, 0, int.MaxValue),
            EntrySeconds = random.Int("entrySeconds", standard.EntrySeconds, 1, 86_400, "seconds"),
            HoldSeconds = random.Int("holdSeconds", standard.HoldSeconds, 1, 86_400, "seconds"),
        };
    }

    private static ForecastSettings ReadModel(ConfigReader.Section model)
    {
        var standard = new ForecastSettings();
        return new ForecastSettings
        {
            Gate = model.Number("gate", standard.Gate, 0, 1),
            NeedsBreakEven = model.Choice("breakEven", standard.NeedsBreakEven, Switch),
            BreakEvenMargin = model.Number("breakEvenMargin", standard.BreakEvenMargin, 0, 1),
            Reverses = model.Flag("reverses", standard.Reverses),
            AllowsGateBelowBreakEven = model.Flag("allowGateBelowBreakEven", standard.AllowsGateBelowBreakEven),
            ByLowerBound = model.Choice("confidence", standard.ByLowerBound, ConfidenceKinds),
        };
    }

    private static RiskLimits ReadLimits(ConfigReader.Section risk)
    {
        const string Stricter = "a hard limit: it can be made stricter, never looser";
        var hard = CoreDefaults.Engine.Limits;
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
            OnVolatility = risk.Choice("onVolatility", hard.OnVolatility, BreakerActions),
            SpreadLimit = new Ticks(AtMost("spreadTicks", hard.SpreadLimit.Count)),
            VolumeLimit = risk.Number("volumeLimit", hard.VolumeLimit, hard.VolumeLimit, 1, $"of normal ({Stricter})"),
            OnLowVolume = risk.Choice("onLowVolume", hard.OnLowVolume, BreakerActions),
            CooldownSeconds = AtLeast("cooldownSeconds", hard.CooldownSeconds, 86_400),
            Pace = new PaceLimits
            {
                SecondsBetweenEntries = AtLeast("secondsBetweenEntries", hard.Pace.SecondsBetweenEntries, 86_400),
                EntriesAnHour = AtMost("entriesAnHour", hard.Pace.EntriesAnHour),
                EntriesADay = AtMost("entriesADay", hard.Pace.EntriesADay),
                LeastHoldingSeconds = AtLeast("leastHoldingSeconds", hard.Pace.LeastHoldingSeconds, 86_400),
            },
            RailsOn = risk.Choice("rails", hard.RailsOn, Switch),
        };
    }

    private static FillMode ReadFillMode(ConfigReader.Section fills) => fills.Choice("mode", CoreDefaults.Venue.Fills, FillModes);

    private static SlippageSettings ReadSlippage(ConfigReader.Section ticks)
    {
        var standard = CoreDefaults.Venue.Slippage;
        return new SlippageSettings
        {
            Normal = ticks.Int("normal", standard.Normal, 1, 50),
            Eth = ticks.Int("eth", standard.Eth, 1, 50),
            HighVolatility = ticks.Int("highVolatility", standard.HighVolatility, 1, 50),
            ExtremeVolatility = ticks.Int("extremeVolatility", standard.ExtremeVolatility, 1, 50),
            News = ticks.Int("news", standard.News, 1, 50),
        };
    }

    private static int ReadLatency(ConfigReader.Section fills) =>
        fills.Int("latencyMs", (int)CoreDefaults.Venue.Latency.TotalMilliseconds, 0, 60_000, "milliseconds");

    private T ReadFile<T>(string key, T shipped, Func<string, string, T> parse)
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
