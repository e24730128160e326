using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Live.Journal;

/// <summary>
/// Reads a file record by record and holds each to its hash. A record that the file ends within was being written when the machine or the
/// program died: <see cref="IsTorn"/>. Anything else that is not as it was written is damage, and is named.
/// </summary>
internal sealed class JournalReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly byte[] _prefix = new byte[JournalFormat.PrefixSize];
    private readonly byte[] _head = new byte[JournalFormat.HashSize];
    private readonly byte[] _hash = new byte[JournalFormat.HashSize];
    private byte[] _record = new byte[4096];
    private int _payloadLength;

    /// <exception cref="BadInputException">The file is no journal.</exception>
    public JournalReader(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16);
        try
        {
            Span<byte> mark = stackalloc byte[JournalFormat.Mark.Length];
            if (_stream.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false) < mark.Length || !mark.SequenceEqual(JournalFormat.Mark))
                throw new BadInputException(path, "other bytes at its beginning", "a journal of Quarterpoint");
            Length = mark.Length;
            if (!Next() || Kind != RecordKind.Header)
                throw Damage("no header", "a header as the first record");
            var reader = Payload;
            Header = Decode(() => "header", ref reader, JournalHeader.Read);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public delegate T ReadRecord<out T>(ref ByteReader from);

    public JournalHeader Header { get; }

    /// <summary>Number of the record read last, from 1.</summary>
    public long Number { get; private set; }

    public RecordKind Kind { get; private set; }

    /// <summary>Where the next record begins: the length of what is whole.</summary>
    public long Length { get; private set; }

    public ReadOnlySpan<byte> Head => _head;

    /// <summary>Whether the file ends within a record.</summary>
    public bool IsTorn { get; private set; }

    public ByteReader Payload => new(_record.AsSpan(JournalFormat.PrefixSize, _payloadLength));

    /// <summary>Moves to the next record; false at the end, be it clean or torn.</summary>
    /// <exception cref="BadInputException">A record is not as it was written.</exception>
    public bool Next()
    {
        var found = _stream.ReadAtLeast(_prefix, _prefix.Length, throwOnEndOfStream: false);
        if (found == 0)
            return false;
        if (found < _prefix.Length)
            return Torn();
        var length = JournalFormat.ReadLength(_prefix, out var isSound);
        if (!isSound)
        {
            // A file system that grew the file before it had the bytes leaves zeros behind.
            if (_prefix.All(b => b == 0) && RestIsZero())
                return Torn();
            Number++;
            throw Damage("a length that does not fit its check", "a record");
        }

        var size = JournalFormat.PrefixSize + length + JournalFormat.HashSize;
        if (_stream.Length - Length < size)
            return Torn();
        if (_record.Length < size)
            _record = new byte[Math.Max(size, _record.Length * 2)];
        _prefix.CopyTo(_record, 0);
        _stream.ReadExactly(_record.AsSpan(JournalFormat.PrefixSize, size - JournalFormat.PrefixSize));
        Number++;
        JournalFormat.Hash(_head, _record.AsSpan(0, size - JournalFormat.HashSize), _hash);
        if (!_hash.AsSpan().SequenceEqual(_record.AsSpan(size - JournalFormat.HashSize, JournalFormat.HashSize)))
        {
            throw Damage(
                $"the hash {Convert.ToHexStringLower(_record.AsSpan(size - JournalFormat.HashSize, 8))}...",
                $"{Convert.ToHexStringLower(_hash.AsSpan(0, 8))}..., which its bytes and the records before give: a byte of it was changed"
            );
        }

        _hash.CopyTo(_head, 0);
        Kind = (RecordKind)_prefix[8];
        _payloadLength = length;
        Length += size;
        return true;
    }

    /// <summary>Reads the payload of the current record.</summary>
    /// <exception cref="BadInputException">It cannot be read so, or bytes are left over.</exception>
    public T Read<T>(ReadRecord<T> read)
    {
        var reader = Payload;
        return Decode(() => Kind.ToString(), ref reader, read);
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>What is wrong with the record under way, by file, record, and place.</summary>
    public BadInputException Damage(string found, string expected) =>
        new(_path, Number, string.Create(CultureInfo.InvariantCulture, $"record at byte {Length}"), found, expected);

    private T Decode<T>(Func<string> what, ref ByteReader reader, ReadRecord<T> read)
    {
        try
        {
            var value = read(ref reader);
            reader.End();
            return value;
        }
        catch (InvalidDataException e)
        {
            throw Damage($"a record of kind {what()} that cannot be read: {e.Message}", "one as this program writes it");
        }
    }

    private bool RestIsZero()
    {
        Span<byte> rest = stackalloc byte[4096];
        int found;
        while ((found = _stream.Read(rest)) > 0)
        {
            if (rest[..found].ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }

    private bool Torn()
    {
        IsTorn = true;
        return false;
    }
}
