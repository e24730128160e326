using System.Buffers;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Import.Dbn;

/// <summary>Reads the records of a DBN file one after the other, as bytes, after the metadata if the file has any.</summary>
internal sealed class DbnRecords : IDisposable
{
    public const int HeaderBytes = 16;

    private const int BytesPerWord = 4;
    private const int BufferBytes = 64 * 1024;

    private readonly CompressedFile _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _start;
    private int _end;

    // In bytes of the decompressed file: where the last record began, and where the next one begins.
    private long _offset;
    private long _next;
    private BadInputException? _failure;

    public DbnRecords(SourceFile source)
    {
        _file = CompressedFile.Open(source);
        try
        {
            if (TryFill(DbnMetadata.PreludeBytes) == 0)
                throw new BadInputException(_file.Name, "nothing after decompression", "a DBN file");
            if (DbnMetadata.HasPrelude(Unread))
                Metadata = ReadMetadata();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Null for a fragment, which has none.</summary>
    public DbnMetadata? Metadata { get; }

    public double Progress => _file.Progress;

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The type of the next record, without reading it.</summary>
    /// <exception cref="BadInputException">The file ends before it.</exception>
    public byte PeekType() =>
        TryFill(HeaderBytes) >= HeaderBytes
            ? Unread[1]
            : throw new BadInputException(_file.Name, $"{_end - _start} bytes", "a DBN file or a fragment of one");

    /// <summary>Reads the next record, with its header; the span is valid until the next call. False at the end of the file.</summary>
    public bool TryRead(out ReadOnlySpan<byte> record)
    {
        if (_failure is not null)
            throw _failure;
        record = default;
        _offset = _next;
        var available = TryFill(1);
        if (available == 0)
            return false;
        var length = _buffer[_start] * BytesPerWord;
        if (length < HeaderBytes)
            throw Damaged($"a record of {length} bytes", $"at least {HeaderBytes}");
        if (available < length && TryFill(length) is var got && got < length)
            throw Damaged($"an end after {got} of {length} bytes of a record", "a file that ends with a whole record");
        record = Unread[..length];
        _start += length;
        _next += length;
        return true;
    }

    /// <summary>Makes the exception for a last record that is damaged; from then on every read throws it.</summary>
    public BadInputException Damaged(string found, string expected)
    {
        _failure = new BadInputException(_file.Name, $"{found} at byte {_offset}", expected);
        return _failure;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Buffers at least that many bytes unless the file ends before, and returns how many are unread.</summary>
    private int TryFill(int bytes)
    {
        if (_end - _start >= bytes)
            return _end - _start;
        Unread.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        _end += _file.ReadUpTo(_buffer.AsSpan(_end));
        return _end;
    }

    private DbnMetadata ReadMetadata()
    {
        var (version, length) = DbnMetadata.ParsePrelude(_file.Name, Unread[..Math.Min(Unread.Length, DbnMetadata.PreludeBytes)]);
        _start += DbnMetadata.PreludeBytes;

        // Memory grows with the bytes that really come, not with the length that the file claims.
        using var body = new MemoryStream();
        while (body.Length < length)
        {
            var available = TryFill(1);
            if (available == 0)
                throw new BadInputException(_file.Name, $"an end after {body.Length} of {length} bytes of metadata", "complete metadata");
            var count = (int)Math.Min(available, length - body.Length);
            body.Write(_buffer, _start, count);
            _start += count;
        }

        _next = DbnMetadata.PreludeBytes + length;
        return DbnMetadata.Parse(_file.Name, version, body.GetBuffer().AsSpan(0, length));
    }
}
