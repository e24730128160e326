using Quarterpoint.Core;
using ZstdSharp;

namespace Quarterpoint.Data.Import;

/// <summary>How a file is compressed.</summary>
internal enum Packing
{
    None,
    Gzip,
    Zstandard,
}

/// <summary>
/// The bytes of a file, decompressed where its content shows that it is compressed. Whatever the file claims, memory stays within the
/// decoder's window (at most 128 MiB, for Zstandard) and the caller's buffer. After damage or an early end every read throws.
/// </summary>
internal sealed class CompressedFile : IDisposable
{
    private const uint ZstandardMagic = 0xFD2FB528;

    // Files of parallel compressors begin with a skippable frame, whose last four bits can be anything.
    private const uint SkippableMagic = 0x184D2A50;

    private readonly Stream _disk;
    private readonly Stream _content;
    private BadInputException? _failure;

    private CompressedFile(string name, Stream disk, Packing compression, Stream content)
    {
        Name = name;
        Packing = compression;
        _disk = disk;
        _content = content;
    }

    public string Name { get; }

    public Packing Packing { get; }

    /// <summary>The share of the file on disk that has been read, from 0 to 1.</summary>
    public double Progress => Math.Min(1.0, (double)_disk.Position / _disk.Length);

    /// <exception cref="BadInputException">The file is missing, a folder, unreadable, or empty.</exception>
    public static CompressedFile Open(SourceFile source)
    {
        var disk = source.Open();
        try
        {
            if (!disk.CanSeek)
                throw new BadInputException(source.Name, "a pipe or a device", "a file on disk");
            if (disk.Length == 0)
                throw new BadInputException(source.Name, "an empty file", "rows of data");
            Span<byte> start = stackalloc byte[4];
            start = start[..disk.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            disk.Position = 0;
            var compression = Recognise(start);
            return new CompressedFile(
                source.Name,
                disk,
                compression,
                compression switch
                {
                    Packing.Gzip => new GzipContent(disk),
                    Packing.Zstandard => new DecompressionStream(disk, checkEndOfStream: true, leaveOpen: true),
                    _ => disk,
                }
            );
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>Reads some bytes; 0 only at the end.</summary>
    public int Read(Span<byte> into)
    {
        if (_failure is not null)
            throw _failure;
        try
        {
            return _content.Read(into);
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
        {
            _failure = new BadInputException(Name, e.Message, $"a {Packing} file that is whole and undamaged");
            throw _failure;
        }
    }

    /// <summary>Reads as many bytes as there is room for; fewer only at the end.</summary>
    public int ReadUpTo(Span<byte> into)
    {
        var count = 0;
        while (count < into.Length)
        {
            var read = Read(into[count..]);
            if (read == 0)
                break;
            count += read;
        }

        return count;
    }

    public void Dispose()
    {
        _content.Dispose();
        _disk.Dispose();
    }

    private static Packing Recognise(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return Packing.Gzip;
        if (start.Length < sizeof(uint))
            return Packing.None;
        var magic = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(start);
        return magic == ZstandardMagic || (magic & ~0xFu) == SkippableMagic ? Packing.Zstandard : Packing.None;
    }
}
