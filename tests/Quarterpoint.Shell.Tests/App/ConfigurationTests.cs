using Quarterpoint.App.Configuration;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;

namespace Quarterpoint.Shell.Tests.App;

public sealed class ConfigurationTests
{
    /// <summary>Texts that pretend to be a configuration.</summary>
    public const int FuzzInputs = 40_000;

    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "quarterpoint.example.yaml"));

    [Fact]
    [Trait("Spec", "C1")]
    public void Everything_works_without_a_file()
    {
        var config = Parse("");
        Assert.Equal(["ES", "MES", "MNQ", "NQ"], config.Instruments.All.Select(i => i.Symbol));
        Assert.Equal(Money.FromDollars(0.84m), config.Fees.RoundTrip);
        Assert.All(config.Values, v => Assert.Equal(ConfigOrigin.Default, v.Origin));
    }

    [Theory]
    [InlineData("trading.stop.ticks", "4", true)] // the closest stop a venue takes
    [InlineData("trading.stop.ticks", "5", false)]
    [InlineData("strategies.model.gate", "1", true)]
    [InlineData("trading.maxHoldingSeconds", "0", false)] // no bound is no end of a range
    [InlineData("fills.slippageTicks.normal", "50", false)] // says nothing of a strategy
    [Trait("Spec", "N16")]
    public void A_choice_at_the_end_of_its_range_is_known_as_one(string path, string value, bool atEdge) =>
        Assert.Equal(
            atEdge ? [path] : [],
            QuarterpointConfig.Parse("", "q.yaml", new Dictionary<string, string> { [path] = value }, "/").AtEdges.Select(v => v.Path)
        );

    [Theory]
    [InlineData("MES", 1.25, 5)]
    [InlineData("ES", 12.5, 50)]
    [InlineData("MNQ", 0.5, 2)]
    [InlineData("NQ", 5, 20)]
    [Trait("Spec", "K1")]
    public void The_instruments_that_ship_have_their_exchange_values(string symbol, double tickValue, double pointValue)
    {
        var instrument = Parse("").Instruments[symbol];
        Assert.Equal(0.25m, instrument.TickSize);
        Assert.Equal((decimal)tickValue, instrument.TickValue.InDollars);
        Assert.Equal((decimal)pointValue, instrument.TickValue.InDollars / instrument.TickSize);
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void The_example_shows_every_setting_with_its_default()
    {
        var (example, defaults) = (Parse(Example), Parse(""));
        var shown = example.Values.Where(v => v.Origin == ConfigOrigin.File).ToDictionary(v => v.Path, v => v.Text);
        foreach (var setting in defaults.Values)
        {
            Assert.True(shown.ContainsKey(setting.Path), $"{setting.Path} is missing from the example");
            Assert.Equal(setting.Text, shown[setting.Path]);
        }

        Assert.Equal(defaults.Values.Count, shown.Keys.Count(k => !k.StartsWith("instruments.", StringComparison.Ordinal)));
        Assert.Equal(0.01m, example.Instruments["SPY"].TickSize);
        Assert.Equal(1m, example.Instruments["MYM"].TickSize);
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void The_snapshot_of_a_run_is_a_configuration_that_gives_the_same_run()
    {
        var config = Parse(
            Example.Replace("kind: atr ", "kind: fixed ", StringComparison.Ordinal),
            ("trading.contracts", "2"),
            ("strategies.random.seed", "9")
        );
        var again = Parse(config.Snapshot);
        Assert.Equal(config.Snapshot, again.Snapshot);
        Assert.Equal(StopKind.Fixed, again.Stop.Kind);
        Assert.Equal(2, again.Contracts);
        Assert.Equal(9, again.Strategies.Random.Seed);
    }

    [Theory]
    [InlineData("trading:\n  contracts: 51\n", "quarterpoint.yaml:2: trading.contracts: found '51'; expected a whole number from 0 to 50")]
    [InlineData("trading:\n  contracts: many\n", "quarterpoint.yaml:2: trading.contracts: found 'many'")]
    [InlineData("trading:\n  contract: 1\n", "quarterpoint.yaml:2: trading.contract: there is no such setting; did you mean 'contracts'?")]
    [InlineData("profile: cheap\n", "quarterpoint.yaml:1: profile: found 'cheap'; expected plan or topstepx")]
    [InlineData("trading: fast\n", "quarterpoint.yaml:1: trading: found a value; expected keys with values under it")]
    [InlineData("profile:\n  name: plan\n", "quarterpoint.yaml:2: profile: found keys or a list; expected one value")]
    [InlineData("apiKey: abc\n", "secrets belong in environment variables")]
    [InlineData("costs:\n  commission: 0.1234567\n", "at most six decimals")]
    [InlineData("costs:\n  commission: NaN\n", "found 'NaN'")]
    [InlineData("labels:\n  thresholdTicks: .inf\n", "found '.inf'")]
    [InlineData("costs:\n  commission: 0,20\n", "found '0,20'")]
    [InlineData("strategies:\n  trend: {fast: 21, slow: 9}\n", "the fast average must be shorter than the slow one")]
    [InlineData("newsFile: nowhere.csv\n", "newsFile")]
    [InlineData("instruments:\n  XYZ: {tickSize: 0.25}\n", "instruments.XYZ.tickValue: missing")]
    [InlineData("instruments:\n  XYZ: {tickSize: 0, tickValue: 1}\n", "instruments.XYZ.tickSize")]
    [InlineData("instruments:\n  'X Y': {tickSize: 1, tickValue: 1}\n", "a symbol has 1 to 12 letters and digits")]
    [InlineData("instruments:\n  XYZ: {tickSize: 1, tickValue: 1, hours: 9to5}\n", "opening and closing time")]
    [Trait("Spec", "C1")]
    public void An_error_names_its_place_its_value_and_what_was_expected(string text, string expected)
    {
        var e = Assert.Throws<ConfigurationException>(() => Parse(text));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C1")]
    public void All_errors_are_told_at_once()
    {
        var e = Assert.Throws<ConfigurationException>(() =>
            Parse("profile: x\ntrading:\n  contracts: -1\n  entry: hope\n", ("no.such", "1"))
        );
        Assert.Equal(4, e.Errors.Count);
        Assert.Contains(e.Errors, error => error.Contains("command line: no.such", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tradeRisk", "25.01", "25")]
    [InlineData("accountDrawdown", "200.01", "200")]
    [InlineData("killLoss", "300.01", "300")]
    [InlineData("balanceFloor", "699.99", "700")]
    [InlineData("stressedSlippageTicks", "3", "4")]
    [InlineData("cooldownSeconds", "29", "30")]
    [Trait("Spec", "R3")]
    [Trait("Spec", "C1")]
    public void A_hard_limit_can_be_made_stricter_and_never_looser(string limit, string looser, string hard)
    {
        Assert.Contains(
            limit,
            Assert.Throws<ConfigurationException>(() => Parse($"risk:\n  {limit}: {looser}\n")).Message,
            StringComparison.Ordinal
        );
        Parse($"risk:\n  {limit}: {hard}\n");
        Assert.Contains(
            limit,
            Assert.Throws<ConfigurationException>(() => Parse("", ("risk." + limit, looser))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Spec", "R3")]
    public void With_less_capital_the_limits_shrink_with_it_and_with_more_they_stay()
    {
        var half = Parse("risk: {capital: 500}").Limits;
        Assert.Equal(
            (12.5m, 100m, 150m, 350m),
            (half.TradeRisk.InDollars, half.AccountDrawdown.InDollars, half.KillLoss.InDollars, half.BalanceFloor.InDollars)
        );
        var twice = Parse("risk: {capital: 2000}").Limits;
        Assert.Equal(
            (25m, 200m, 300m, 700m),
            (twice.TradeRisk.InDollars, twice.AccountDrawdown.InDollars, twice.KillLoss.InDollars, twice.BalanceFloor.InDollars)
        );
    }

    [Fact]
    [Trait("Spec", "X3")]
    [Trait("Spec", "R13")]
    public void A_profile_sets_costs_and_times_together_and_each_can_be_overridden()
    {
        var live = Parse("profile: topstepx");
        Assert.Equal(1.22m, live.Fees.RoundTrip.InDollars);
        Assert.Equal(EndOfDayPlan.TopstepX, live.EndOfDay);
        var mixed = Parse("profile: topstepx\nendOfDay: plan\ncosts: {commission: 0.5}");
        Assert.Equal(1.72m, mixed.Fees.RoundTrip.InDollars);
        Assert.Equal(EndOfDayPlan.Plan, mixed.EndOfDay);
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x\n")]
    [InlineData("a: !!int 1\n")]
    [InlineData("profile: plan\nprofile: plan\n")]
    [InlineData("- a\n- b\n")]
    [InlineData("a: 1\n---\nb: 2\n")]
    [InlineData("? [a, b]\n: c\n")]
    [InlineData("a: [1, 2\n")]
    [InlineData("\t- a")]
    [Trait("Spec", "Q6")]
    public void What_no_person_writes_by_hand_is_refused(string text) =>
        Assert.StartsWith("quarterpoint.yaml", Assert.Throws<ConfigurationException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    [Trait("Spec", "Q6")]
    public void Depth_size_and_number_are_bounded()
    {
        Assert.Contains(
            "deep",
            Assert.Throws<ConfigurationException>(() => Parse("a: " + new string('[', 100_000))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "characters",
            Assert.Throws<ConfigurationException>(() => Parse(new string('#', 300_000))).Message,
            StringComparison.Ordinal
        );
        var many = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"k{i}:\n"));
        Assert.Throws<ConfigurationException>(() => Parse(many));
    }

    /// <summary>Whatever is in a file, reading it ends in a configuration or in errors that name it, soon.</summary>
    [Fact]
    [Trait("Spec", "Q6")]
    public void No_text_whatever_does_worse_than_being_refused()
    {
        var random = new SplitMix64(2026);
        var alphabet = "abc:{}[]-#'\"|>&*!%@`\n\n  \t0123.,?\\=~\u0000é𝄞".EnumerateRunes().ToArray();
        var lines = Example.Split('\n');
        var (read, refused) = (0, 0);
        for (var i = 0; i < FuzzInputs; i++)
        {
            var text = i % 3 == 0 ? Noise(ref random, alphabet) : Mutated(ref random, lines, alphabet);
            try
            {
                Parse(text);
                read++;
            }
            catch (ConfigurationException e)
            {
                Assert.NotEmpty(e.Errors);
                refused++;
            }
        }

        // Damage of every kind: some of it must not matter, or nothing behind the first parser was reached.
        Assert.Equal(FuzzInputs, read + refused);
        Assert.InRange(read, FuzzInputs / 20, FuzzInputs / 2);
    }

    private static string Noise(ref SplitMix64 random, System.Text.Rune[] alphabet)
    {
        var text = new System.Text.StringBuilder();
        for (var length = random.NextBelow(120); length > 0; length--)
            text.Append(alphabet[random.NextBelow(alphabet.Length)].ToString());
        return text.ToString();
    }

    /// <summary>A few neighbouring lines of the example, with letters changed, dropped, or put in.</summary>
    private static string Mutated(ref SplitMix64 random, string[] lines, System.Text.Rune[] alphabet)
    {
        var from = random.NextBelow(lines.Length);
        var text = string.Join('\n', lines.Skip(from).Take(1 + random.NextBelow(12)));
        for (var edits = 1 + random.NextBelow(4); edits > 0 && text.Length > 0; edits--)
        {
            var at = random.NextBelow(text.Length);
            text = random.NextBelow(3) switch
            {
                0 => text.Remove(at, 1),
                1 => text.Insert(at, alphabet[random.NextBelow(alphabet.Length)].ToString()),
                _ => text[..at] + text[random.NextBelow(text.Length)..],
            };
        }

        return text;
    }

    private static QuarterpointConfig Parse(string text, params (string Path, string Value)[] overrides) =>
        QuarterpointConfig.Parse(text, "quarterpoint.yaml", overrides.ToDictionary(o => o.Path, o => o.Value), AppContext.BaseDirectory);
}
