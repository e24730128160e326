using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Quarterpoint.Data.Import;

/// <summary>
/// Decompresses gzip and notices where it is incomplete. <see cref="GZipStream"/> takes a file that ends early for a shorter one (in .NET
/// 10 a cut at any byte passes unnoticed), and so would lose the end of a market's history without a word. Therefore one more member with
/// a known text is appended to the file: it comes out intact only if everything before it was complete, checksums included.
/// </summary>
internal sealed class GzipContent : ReadOnlyStream
{
    private static readonly byte[] EndText = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the end of the file, ", 4)));
    private static readonly byte[] EndMember = Compress(EndText);

    private readonly GZipStream _members;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;

    /// <param name="file">Stays open; the caller closes it.</param>
    public GzipContent(Stream file) => _members = new GZipStream(new WithEndMember(file), CompressionMode.Decompress);

    public override int Read(Span<byte> into)
    {
        // What could be the end text is held back until more has come after it.
        while (_end - _start <= EndText.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = _members.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return _buffer.AsSpan(0, _end).SequenceEqual(EndText)
                    ? 0
                    : throw new EndOfStreamException("gzip data that ends early or has other bytes after it");
            }

            _end += read;
        }

        var count = Math.Min(into.Length, _end - _start - EndText.Length);
        _buffer.AsSpan(_start, count).CopyTo(into);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            _members.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        base.Dispose(disposing);
    }

    private static byte[] Compress(byte[] text)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.SmallestSize))
            gzip.Write(text);
        return member.ToArray();
    }

    private sealed class WithEndMember(Stream file) : ReadOnlyStream
    {
        private int _given;

        public override int Read(Span<byte> into)
        {
            var read = file.Read(into);
            if (read > 0 || into.IsEmpty)
                return read;
            read = Math.Min(into.Length, EndMember.Length - _given);
            EndMember.AsSpan(_given, read).CopyTo(into);
            _given += read;
            return read;
        }
    }
}

/// <summary>A stream that can only be read forward.</summary>
internal abstract class ReadOnlyStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> into);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
