using System.Buffers.Binary;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// Checks the first and last bytes of a file before the native reader opens it, so that a wrong path, an incomplete download, and another
/// format each get a clear message.
/// </summary>
internal static class ParquetFooter
{
    // PAR1 at both ends, and the length of the footer before the last one.
    private const int Ends = 12;

    /// <summary>Whether a file's name ends in .parquet or its content begins as Parquet does.</summary>
    public static bool IsParquet(string path)
    {
        if (path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase))
            return true;
        if (!File.Exists(path))
            return false;
        using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        Span<byte> head = stackalloc byte[4];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual("PAR1"u8);
    }

    /// <exception cref="BadInputException">The file is missing, a folder, unreadable, encrypted, cut off, or not Parquet.</exception>
    public static void Check(string path)
    {
        if (Directory.Exists(path))
            throw new BadInputException(path, "a folder", "a Parquet file");
        if (!File.Exists(path))
            throw new BadInputException(path, "nothing", "a Parquet file");
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
            Check(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, e.Message, "a file that can be opened for reading");
        }
    }

    private static void Check(FileStream file, string path)
    {
        if (file.Length == 0)
            throw new BadInputException(path, "an empty file", "a Parquet file");
        if (file.Length < Ends)
            throw new BadInputException(path, $"{file.Length} bytes", "a Parquet file");
        Span<byte> head = stackalloc byte[4];
        Span<byte> tail = stackalloc byte[8];
        file.ReadExactly(head);
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        if (tail[4..].SequenceEqual("PARE"u8))
            throw new BadInputException(path, "an encrypted Parquet file", "one that is not encrypted");
        if (!head.SequenceEqual("PAR1"u8))
            throw new BadInputException(path, "something else (its first bytes are not PAR1)", "a Parquet file");
        if (!tail[4..].SequenceEqual("PAR1"u8))
            throw new BadInputException(path, "a Parquet file that has been cut off (its last bytes are not PAR1)", "a whole file");
        var description = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (description > file.Length - Ends)
            throw new BadInputException(path, $"a description of {description} bytes in a file of {file.Length}", "a whole Parquet file");
    }
}
