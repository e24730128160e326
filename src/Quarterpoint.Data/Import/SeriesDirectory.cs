using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Import;

/// <summary>
/// Finds the series that a row belongs to, by its symbol: an outright contract of the instrument, the single series of a source that names
/// no contracts, or none (calendar spreads and other products, which are dropped).
/// </summary>
internal sealed class SeriesDirectory(Instrument instrument, SessionCalendar calendar, Func<string?, ImportSeries> create)
{
    public const string Spread = "calendar spread";
    public const string Other = "other instrument";

    private readonly Dictionary<ContractMonth, ImportSeries> _contracts = [];
    private readonly Dictionary<string, Listing> _listings = new(StringComparer.Ordinal);
    private ImportSeries? _continuous;
    private string? _lastSymbol;
    private Listing _last;

    public IEnumerable<ImportSeries> All =>
        _continuous is null ? _contracts.OrderBy(c => c.Key.Ordinal).Select(c => c.Value) : [_continuous];

    /// <summary>The series; null where the row does not belong in the set, for that reason.</summary>
    /// <exception cref="BadInputException">Some rows name a contract and some name none.</exception>
    public ImportSeries? Find(string? symbol, uint second, string file, long row, out string reason)
    {
        if (_last.Covers(second) && ReferenceEquals(symbol, _lastSymbol))
        {
            reason = _last.Reason;
            return _last.Series;
        }

        var key = symbol ?? "";
        if (!_listings.TryGetValue(key, out var listing) || !listing.Covers(second))
        {
            listing = List(symbol, second, file, row);
            _listings[key] = listing;
        }

        (_lastSymbol, _last) = (symbol, listing);
        reason = listing.Reason;
        return listing.Series;
    }

    private Listing List(string? symbol, uint second, string file, long row)
    {
        if (symbol is null || NamesTheProduct(symbol))
        {
            if (_contracts.Count > 0)
                throw Mixed(file, row, symbol ?? "none");
            return new Listing(_continuous ??= create(null), "", 0, long.MaxValue);
        }

        var day = FilingDay.At(second, calendar);
        if (!instrument.HasContracts || !ContractMonth.TryParse(symbol, instrument.Symbol, day.Day, out var month))
            return new Listing(null, symbol.Contains('-', StringComparison.Ordinal) ? Spread : Other, 0, long.MaxValue);
        if (_continuous is not null)
            throw Mixed(file, row, symbol);
        if (!_contracts.TryGetValue(month, out var series))
        {
            series = create(month.SymbolOf(instrument.Symbol));
            _contracts.Add(month, series);
        }

        // A symbol with a one-digit year names another contract ten years later, so it is resolved again for each trading day.
        return new Listing(series, "", day.From, day.Until);
    }

    /// <summary>
    /// Whether the symbol is the product's own, or a continuous series that the source has joined by calendar, volume, or open interest:
    /// MES.c.0, MES.v.0, MES.n.0.
    /// </summary>
    private bool NamesTheProduct(string symbol) =>
        symbol == instrument.Symbol
        || (
            symbol.StartsWith(instrument.Symbol + ".", StringComparison.Ordinal)
            && symbol[(instrument.Symbol.Length + 1)..] is "c.0" or "v.0" or "n.0"
        );

    private static BadInputException Mixed(string file, long row, string symbol) =>
        new(file, row, "symbol", symbol, "a contract in every row, or in no row");

    private readonly record struct Listing(ImportSeries? Series, string Reason, long From, long Until)
    {
        public bool Covers(uint second) => second >= From && second < Until;
    }
}
