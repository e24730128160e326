using Quarterpoint.Core;

namespace Quarterpoint.Data.Import;

/// <summary>
/// Reads one file from start to end. It only parses: the importer decides what to do about a price between two ticks or a time that runs
/// backwards. A row that cannot be parsed throws <see cref="BadInputException"/>, after which reading can go on with the next row.
/// </summary>
public interface IRowReader : IDisposable
{
    SourceKind Kind { get; }

    /// <summary>The length of a bar, where the format states it (a DBN schema); null where only the times can tell.</summary>
    int? BarSeconds { get; }

    bool HasVolume { get; }

    /// <summary>For bars, whether both columns are present; for trades, whether each tells its <see cref="SourceRow.Aggressor"/>.</summary>
    bool HasBidAskVolume { get; }

    /// <summary>
    /// Rows so far that are neither bars nor trades, such as order events in an order-by-order file: skipped, but not bad.
    /// </summary>
    long SkippedRows { get; }

    /// <summary>The share of the file that has been read, from 0 to 1, in bytes on disk.</summary>
    double Progress { get; }

    /// <summary>Reads the next row; false at the end of the file.</summary>
    /// <exception cref="BadInputException">
    /// With a row above 0: that row cannot be parsed, and the next call reads the one after it. With row 0: the file ends inside a row or
    /// is damaged and cannot be read further, and every later call throws the same.
    /// </exception>
    bool TryRead(ref SourceRow row);
}
