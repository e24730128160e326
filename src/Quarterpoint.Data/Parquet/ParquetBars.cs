using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;

namespace Quarterpoint.Data.Parquet;

/// <summary>Bars straight from somebody's Parquet files into memory, for what needs neither a store nor contracts.</summary>
public static class ParquetBars
{
    /// <summary>
    /// Loads one contract's bars from a file, or from all Parquet files in a folder and below it (such as <c>year=2024/month=3</c>), in order
    /// of their paths, numbers in them by value. Sessions are left to the caller.
    /// </summary>
    /// <param name="barSeconds">What the caller says the bars' length is; files of our own are asked whether it is true.</param>
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
        foreach (var name in FilesUnder(path))
        {
            cancellation.ThrowIfCancellationRequested();
            using var file = ParquetBarFile.Open(name, instrument, options.TimeZone);
            if (file.Metadata is { } own && own.BarSeconds != barSeconds)
                throw new BadInputException(name, $"bars of {own.BarSeconds} s", $"bars of {barSeconds} s");
            hasVolume &= file.Has(BarField.Volume);
            hasSides &= file.Has(BarField.BidVolume);
            symbol ??= FirstSymbol(file);
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
        ColumnLoader.Fill(pieces, columns, instrument, options, symbol, cancellation);
        return columns;
    }

    private static string? FirstSymbol(ParquetBarFile file)
    {
        var group = Array.FindIndex(file.GroupStarts, start => start > 0) - 1;
        if (group < 0 || !file.Has(BarField.Symbol))
            return file.Metadata?.Contract;
        var symbols = new string?[1];
        using var cursor = file.OpenGroup(group);
        cursor.Read(
            new BarSpans
            {
                Time = new uint[1],
                Open = new int[1],
                High = new int[1],
                Low = new int[1],
                Close = new int[1],
                Volume = new uint[1],
                BidVolume = new uint[1],
                AskVolume = new uint[1],
                Symbol = symbols,
            }
        );
        return symbols[0];
    }

    /// <summary>That file, or the Parquet files in that folder and below it. Names that begin with a dot or a low line are somebody's notes.</summary>
    internal static IReadOnlyList<string> FilesUnder(string path)
    {
        if (!Directory.Exists(path))
            return [path];
        var files = Directory
            .EnumerateFiles(path, "*.parquet", SearchOption.AllDirectories)
            .Where(name => !Path.GetRelativePath(path, name).Split(Path.DirectorySeparatorChar).Any(part => part[0] is '.' or '_'))
            .Order(PathOrder.Instance)
            .ToList();
        return files.Count > 0
            ? files
            : throw new BadInputException(path, "a folder without Parquet files", "at least one *.parquet in it or below it");
    }
}
