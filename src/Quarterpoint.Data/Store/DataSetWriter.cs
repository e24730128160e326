using System.Security.Cryptography;
using System.Text.Json;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Store;

/// <summary>
/// Writes a data set as its bars come; memory holds one row group of each contract. The set appears under its name only in
/// <see cref="Complete"/>; disposed before that, it leaves nothing behind.
/// </summary>
internal sealed class DataSetWriter : IDisposable
{
    private readonly DataSetDescription _description;
    private readonly SessionCalendar _calendar;
    private readonly Func<string, Stream> _create;
    private readonly DataSetFolder _folder;
    private readonly Dictionary<ContractMonth, ContractWriter> _contracts = [];
    private readonly Dictionary<string, Listing> _listings = new(StringComparer.Ordinal);
    private ContractWriter? _continuous;

    internal DataSetWriter(
        string workspace,
        DataSetDescription description,
        SessionCalendar calendar,
        bool replace,
        Func<string, Stream> create
    )
    {
        Require.That(description.BarSeconds > 0, "the length of a bar is above zero");
        _description = description;
        _calendar = calendar;
        _create = create;
        _folder = DataSetFolder.Begin(workspace, description.Name, replace);
    }

    /// <param name="workspace">The workspace folder.</param>
    /// <param name="description">The set's name, and what its bars are.</param>
    /// <param name="calendar">The instrument's sessions. The set can only be read with the calendar that it was written with.</param>
    /// <param name="replace">Whether a set of that name may be replaced. The old one stays until the new one is complete.</param>
    /// <exception cref="BadInputException">The name is not a valid folder name; the set exists; another process is writing it.</exception>
    public static DataSetWriter Create(string workspace, DataSetDescription description, SessionCalendar calendar, bool replace) =>
        new(workspace, description, calendar, replace, path => new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            1
        ));

    /// <summary>Adds bars of one contract, in order of time; contracts may alternate.</summary>
    /// <param name="contract">
    /// An outright contract's symbol; null for a series without contracts. A set has contracts or one such series, never both.
    /// </param>
    /// <param name="bars">The bars.</param>
    /// <param name="bidVolumes">One for each bar where the set has bid and ask volume; otherwise empty.</param>
    /// <param name="askVolumes">Likewise.</param>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Append(
        string? contract,
        ReadOnlySpan<Bar> bars,
        ReadOnlySpan<uint> bidVolumes = default,
        ReadOnlySpan<uint> askVolumes = default
    )
    {
        var sides = _description.HasBidAskVolume ? bars.Length : 0;
        Require.That(bidVolumes.Length == sides && askVolumes.Length == sides, "every bar has bid and ask volume, or none has");
        var listing = default(Listing);
        for (var row = 0; row < bars.Length; row++)
        {
            var second = bars[row].OpenTime;
            if (second < listing.From || second >= listing.Until)
                listing = contract is null ? Continuous() : Outright(contract, second);
            listing.Writer.Append(bars[row], sides > 0 ? bidVolumes[row] : 0, sides > 0 ? askVolumes[row] : 0);
        }
    }

    /// <summary>Finishes all files and gives the set its name, replacing the old one if asked to.</summary>
    /// <exception cref="IOException">The disk is full, or a file cannot be written.</exception>
    public DataSetInfo Complete(DataSetOrigin origin)
    {
        var contracts = _contracts.OrderBy(c => c.Key.Ordinal).Select(c => c.Value).ToList();
        if (_continuous is not null)
            contracts.Add(_continuous);
        foreach (var contract in contracts)
            contract.CloseFile();
        var stored = contracts.Select(c => (Contract: Describe(c), c.Sessions)).ToList();
        var files = contracts.SelectMany(c => c.Files).ToList();
        Require.That(files.Count > 0, "a set has at least one bar");

        var sessions = SessionTable.Write(stored);
        var days = stored.SelectMany(c => c.Sessions).Select(s => s.Day).Order().ToList();
        var info = new DataSetInfo
        {
            Schema = DataSetInfo.CurrentSchema,
            Name = _description.Name,
            Instrument = _description.Instrument.Symbol,
            TickSizeNanos = _description.Instrument.TickSizeNanos,
            BarSeconds = _description.BarSeconds,
            HasVolume = _description.HasVolume,
            HasBidAskVolume = _description.HasBidAskVolume,
            IsAdjusted = _description.IsAdjusted,
            Rows = files.Sum(f => f.Rows),
            RowsOutsideSessions = contracts.Sum(c => c.RowsOutsideSessions),
            First = files.Min(f => f.First),
            Last = files.Max(f => f.Last),
            Fingerprint = FingerprintOf(files),
            CalendarSha256 = days.Count == 0 ? "" : FilingDay.HashOf(_calendar, days[0], days[^1]),
            SessionsSha256 = Convert.ToHexStringLower(SHA256.HashData(sessions)),
            Origin = origin,
            Contracts = [.. stored.Select(c => c.Contract)],
        };
        WriteFile(SessionTable.FileName, sessions);
        WriteFile(DataSetFolder.InfoFileName, JsonSerializer.SerializeToUtf8Bytes(info, StoreJson.Default.DataSetInfo));
        _folder.Publish();
        return info;
    }

    public void Dispose()
    {
        foreach (var contract in _contracts.Values)
            contract.Dispose();
        _continuous?.Dispose();
        _folder.Dispose();
    }

    private static StoredContract Describe(ContractWriter writer) =>
        new(writer.Symbol, writer.Delivery is { } month ? $"{month.Year:D4}-{month.Month:D2}" : null, writer.Files);

    private static string FingerprintOf(IEnumerable<StoredFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(Convert.FromHexString(file.Sha256));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private Listing Continuous()
    {
        Require.That(_contracts.Count == 0, "a set with contracts has no series without one");
        _continuous ??= new ContractWriter(_folder.New, StoredContract.Continuous, null, _description, _calendar, _create);
        return new Listing(0, long.MaxValue, _continuous);
    }

    private Listing Outright(string symbol, uint second)
    {
        if (_listings.TryGetValue(symbol, out var listing) && second >= listing.From && second < listing.Until)
            return listing;
        Require.That(_continuous is null, "a set with contracts has no series without one");

        // A symbol with a one-digit year names another contract ten years later, so it is resolved again for each trading day.
        var day = FilingDay.At(second, _calendar);
        Require.That(
            ContractMonth.TryParse(symbol, _description.Instrument.Symbol, day.Day, out var month),
            "a contract's symbol belongs to the set's instrument"
        );
        if (!_contracts.TryGetValue(month, out var writer))
        {
            writer = new ContractWriter(
                _folder.New,
                month.SymbolOf(_description.Instrument.Symbol),
                month,
                _description,
                _calendar,
                _create
            );
            _contracts.Add(month, writer);
        }

        listing = new Listing(day.From, day.Until, writer);
        _listings[symbol] = listing;
        return listing;
    }

    private void WriteFile(string name, byte[] content)
    {
        using var stream = new HashingStream(_create(Path.Combine(_folder.New, name)));
        stream.Write(content);
        stream.Finish();
    }

    /// <summary>The contract that a symbol names from one second up to another.</summary>
    private readonly record struct Listing(long From, long Until, ContractWriter Writer);
}
