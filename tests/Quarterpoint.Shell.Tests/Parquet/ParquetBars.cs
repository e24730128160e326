using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Data.Import;
using Quarterpoint.Data.Parquet;

namespace Quarterpoint.Shell.Tests.Parquet;

/// <summary>Loads foreign Parquet files straight into memory through the store's column loader, without an import.</summary>
internal static class ParquetBars
{
    private const int BlockRows = 8_192;

    /// <summary>
    /// Loads one contract's bars from a file, or from all data files in a folder and below it (such as <c>year=2024/month=3</c>), sorted as
    /// the importer sorts them. No sessions are assigned.
    /// </summary>
    /// <param name="barSeconds">The length of the bars; our own files state theirs, which must be the same.</param>
    /// <exception cref="BadInputException">Names the file, the row, the column, the value, and what was expected.</exception>
    public static BarColumns Load(
        string path,
        Instrument instrument,
        int barSeconds,
        ParquetReadOptions options,
        CancellationToken cancellation
    )
    {
        var pieces = new List<FilePiece>();
        var (total, hasVolume, hasSides) = (0L, true, true);
        string? symbol = null;
        foreach (var name in ImportSources.FilesUnder(path))
        {
            cancellation.ThrowIfCancellationRequested();
            using var file = ParquetBarFile.Open(name, instrument, options.TimeZone);
            if (file.Metadata is { } own && own.BarSeconds != barSeconds)
                throw new BadInputException(name, $"bars of {own.BarSeconds} s", $"bars of {barSeconds} s");
            hasVolume &= file.Has(BarField.Volume);
            hasSides &= file.Has(BarField.BidVolume);
            symbol ??= SymbolOf(file);
            for (var group = 0; group < file.Groups; group++)
            {
                var rows = file.GroupStarts[group + 1] - file.GroupStarts[group];
                if (total + rows > Array.MaxLength)
                    throw new BadInputException(name, $"more than {Array.MaxLength} rows in all", "fewer: import them and read by chunks");
                if (rows > 0)
                    pieces.Add(new FilePiece(name, file.GroupStarts[group], (int)rows, (int)total));
                total += rows;
            }
        }

        if (total == 0)
            throw new BadInputException(path, "no rows", "bars");
        var columns = ColumnLoader.Allocate(
            (int)total,
            barSeconds,
            hasVolume,
            hasSides,
            [new ContractSegment(0, (int)total, symbol ?? "", default)],
            []
        );
        ColumnLoader.Fill(pieces, columns, instrument, options, cancellation);
        return columns;
    }

    /// <summary>
    /// The symbol of the first row, else the contract of the metadata. The whole column is read, so that a bad symbol throws.
    /// </summary>
    private static string? SymbolOf(ParquetBarFile file)
    {
        if (!file.Has(BarField.Symbol))
            return file.Metadata?.Contract;
        string? first = null;
        for (var group = 0; group < file.Groups; group++)
        {
            using var cursor = file.OpenGroup(group);
            for (var left = file.GroupStarts[group + 1] - file.GroupStarts[group]; left > 0; left -= BlockRows)
            {
                var symbols = SymbolsOf(cursor, (int)Math.Min(BlockRows, left));
                first ??= symbols[0];
            }
        }

        return first;
    }

    private static string?[] SymbolsOf(GroupCursor cursor, int rows)
    {
        var symbols = new string?[rows];
        cursor.Read(
            new BarSpans
            {
                Time = new uint[rows],
                Open = new int[rows],
                High = new int[rows],
                Low = new int[rows],
                Close = new int[rows],
                Volume = new uint[rows],
                BidVolume = new uint[rows],
                AskVolume = new uint[rows],
                Symbol = symbols,
            }
        );
        return symbols;
    }
}
