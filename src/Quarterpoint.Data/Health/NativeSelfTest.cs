using ParquetSharp;
using ParquetSharp.IO;

namespace Quarterpoint.Data.Health;

/// <summary>Tests that the native libraries load and work: writes some Parquet and Zstandard in memory and reads it back.</summary>
public static class NativeSelfTest
{
    /// <summary>Null on success, otherwise what went wrong.</summary>
    public static string? Run()
    {
        try
        {
            long[] values = [1, -2, 3_000_000_000];
            using var memory = new MemoryStream();
            using (var output = new ManagedOutputStream(memory, leaveOpen: true))
            using (var writer = new ParquetFileWriter(output, [new Column<long>("value")], Compression.Zstd))
            {
                using (var group = writer.AppendRowGroup())
                using (var column = group.NextColumn().LogicalWriter<long>())
                    column.WriteBatch(values);
                writer.Close();
            }

            memory.Position = 0;
            using var input = new ManagedRandomAccessFile(memory, leaveOpen: true);
            using var reader = new ParquetFileReader(input);
            using var first = reader.RowGroup(0);
            using var read = first.Column(0).LogicalReader<long>();
            if (!read.ReadAll(values.Length).AsSpan().SequenceEqual(values))
                return "Parquet read back other values than it wrote";

            byte[] text = [.. "quarterpoint"u8];
            using var compressor = new ZstdSharp.Compressor();
            using var decompressor = new ZstdSharp.Decompressor();
            return decompressor.Unwrap(compressor.Wrap(text)).SequenceEqual(text) ? null : "Zstandard read back other bytes than it wrote";
        }
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or TypeInitializationException
                        or BadImageFormatException
                        or ParquetException
                        or EntryPointNotFoundException
            )
        {
            return (e.InnerException ?? e).Message;
        }
    }
}
