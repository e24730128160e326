using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Configuration;

/// <summary>The instruments that ship and those of the configuration, by symbol.</summary>
internal sealed class InstrumentCatalogue
{
    private readonly Dictionary<string, Instrument> _instruments = new(StringComparer.Ordinal);

    public IEnumerable<Instrument> All => _instruments.Values.OrderBy(i => i.Symbol, StringComparer.Ordinal);

    /// <exception cref="UsageException">There is none; the message lists those there are and says how to add one.</exception>
    public Instrument this[string symbol] =>
        _instruments.TryGetValue(symbol, out var found)
            ? found
            : throw new UsageException(
                $"There is no instrument '{symbol}'. Known: {string.Join(", ", All.Select(i => i.Symbol))}. "
                    + "Add it under 'instruments:' in quarterpoint.yaml (see quarterpoint.example.yaml)."
            );

    /// <summary>Reads the shipped instruments, then the configuration's, which may restate a shipped one.</summary>
    public static InstrumentCatalogue Read(ConfigReader.Section configured)
    {
        var catalogue = new InstrumentCatalogue();
        using (
            var stream = typeof(InstrumentCatalogue).Assembly.GetManifestResourceStream("instruments.yaml")
                ?? throw new InvalidOperationException("The assembly lacks its instruments.")
        )
        using (var text = new StreamReader(stream))
        {
            var shipped = new ConfigReader(
                YamlTree.Parse(text.ReadToEnd(), "instruments.yaml"),
                "instruments.yaml",
                new Dictionary<string, string>()
            );
            catalogue.Add(shipped.Root);
            shipped.Finish();
        }

        catalogue.Add(configured);
        return catalogue;
    }

    private void Add(ConfigReader.Section section)
    {
        foreach (var symbol in section.Keys)
        {
            var child = section.Child(symbol);
            if (symbol.Length is 0 or > 12 || !symbol.All(char.IsAsciiLetterOrDigit))
            {
                section.Error(symbol, "a symbol has 1 to 12 letters and digits");
                continue;
            }

            _instruments.TryGetValue(symbol, out var known);
            var name = child.Text("name", known?.Name ?? symbol, t => t.Length <= 80, "at most 80 characters");
            var tickSize = child.Amount("tickSize", known?.TickSize ?? 0, 0.000001m, 10_000m);
            var tickValue = child.Amount("tickValue", known?.TickValue.InDollars ?? 0, 0.000001m, 100_000m);
            var contracts = child.Flag("contracts", known?.HasContracts ?? true);
            var hours = child.Text(
                "hours",
                known?.Hours.ToString() ?? "calendar",
                t => TryHours(t, out _),
                "'calendar', or opening and closing time in New York such as '04:00-20:00'"
            );
            if (tickSize == 0)
                child.Error("tickSize", "missing; expected the price grid in points, such as 0.25");
            if (tickValue == 0)
                child.Error("tickValue", "missing; expected dollars a tick and contract, such as 1.25");
            if (tickSize == 0 || tickValue == 0)
                continue;
            TryHours(hours, out var parsed);
            _instruments[symbol] = new Instrument
            {
                Symbol = symbol,
                Name = name,
                TickSizeNanos = (long)(tickSize * Instrument.NanosPerPoint),
                TickValue = Money.FromDollars(tickValue),
                HasContracts = contracts,
                Hours = parsed,
            };
        }
    }

    private static bool TryHours(string text, out SessionHours hours)
    {
        hours = SessionHours.CmeEquityIndex;
        if (text == "calendar")
            return true;
        var ends = text.Split('-');
        if (
            ends.Length != 2
            || !TimeOnly.TryParseExact(ends[0], "HH:mm", out var open)
            || !TimeOnly.TryParseExact(ends[1], "HH:mm", out var close)
            || open == close
        )
            return false;
        hours = new SessionHours(open, close);
        return true;
    }
}
