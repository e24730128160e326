using System.IO.Compression;
using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Data.Import;

namespace Quarterpoint.Shell.Tests.Import.Csv;

/// <summary>Files in memory, and readers that are read to the end.</summary>
internal static class Reading
{
    public const string Header = "timestamp,open,high,low,close,volume\n";

    public static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    public static SourceFile File(byte[] bytes, string name = "some.file") => new(name, () => new MemoryStream(bytes, writable: false));

    public static SourceFile File(string text) => File(Encoding.UTF8.GetBytes(text));

    public static IRowReader Open(string text, TimeZoneInfo? zone = null) =>
        RowReaders.Open(File(text), new RowReaderOptions { TimeZone = zone });

    /// <summary>All rows; a bad one fails the test.</summary>
    public static List<SourceRow> Rows(string text, TimeZoneInfo? zone = null)
    {
        using var reader = Open(text, zone);
        return Rows(reader);
    }

    public static List<SourceRow> Rows(IRowReader reader)
    {
        var rows = new List<SourceRow>();
        SourceRow row = default;
        while (reader.TryRead(ref row))
            rows.Add(row);
        return rows;
    }

    /// <summary>The good rows and what was said about the bad ones.</summary>
    public static (List<SourceRow> Rows, List<BadInputException> Bad) RowsAndErrors(string text, TimeZoneInfo? zone = null)
    {
        using var reader = Open(text, zone);
        var (rows, bad) = (new List<SourceRow>(), new List<BadInputException>());
        SourceRow row = default;
        while (true)
        {
            try
            {
                if (!reader.TryRead(ref row))
                    return (rows, bad);
                rows.Add(row);
            }
            catch (BadInputException e) when (e.Row > 0)
            {
                bad.Add(e);
            }
        }
    }

    /// <summary>The error of a file that cannot be opened.</summary>
    public static BadInputException Refusal(string text, TimeZoneInfo? zone = null) =>
        Assert.Throws<BadInputException>(() => Open(text, zone).Dispose());

    /// <summary>The error of the one bad row after a good one.</summary>
    public static BadInputException BadRow(string header, string good, string bad, TimeZoneInfo? zone = null)
    {
        var (rows, errors) = RowsAndErrors(header + good + "\n" + bad + "\n" + good + "\n", zone);
        Assert.Equal([1L, 3L], rows.Select(row => row.Number));
        var error = Assert.Single(errors);
        Assert.Equal(2, error.Row);
        return error;
    }

    public static string Iso(long nanos) =>
        DateTime
            .UnixEpoch.AddTicks(nanos / 100)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Zstandard(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor(1);
        return compressor.Wrap(bytes).ToArray();
    }
}
