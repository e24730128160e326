using System.Buffers;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// The lines of a text that hold rows: blank lines and comments (#) are passed over. Lines end in LF, CRLF, or CR. A line longer than
/// <see cref="MaxBytes"/> is read past, never held.
/// </summary>
internal sealed class CsvLines : IDisposable
{
    public const int MaxBytes = 64 * 1024;

    // A million lines without one row are no market data: a small compressed file can hold billions, and reading them looks like a hang.
    private const int MaxIdleLines = 1_000_000;

    private readonly CompressedFile _file;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * MaxBytes);
    private int _start;
    private int _end;
    private bool _ended;
    private BadInputException? _failure;

    public CsvLines(SourceFile source)
    {
        _file = CompressedFile.Open(source);
        try
        {
            if (Fill() && Unread.StartsWith("\uFEFF"u8))
                _start += "\uFEFF"u8.Length;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public double Progress => _file.Progress;

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The next line that is no comment, blanks around it removed; valid until the next call. False at the end of the file.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        if (_failure is not null)
            throw _failure;
        for (var idle = 0; idle < MaxIdleLines; idle++)
        {
            var length = LineLength();
            tooLong = length > MaxBytes;
            line = Unread[..Math.Min(length, MaxBytes)].Trim((byte)' ');
            if (line.IsEmpty && length == _end - _start && _ended)
                return false;
            var isRow = !line.IsEmpty && line[0] != (byte)'#';
            if (tooLong)
                SkipLine();
            else
                _start += Math.Min(length + 1, _end - _start);
            if (!isRow)
                continue;
            if (tooLong)
                line = default;
            return true;
        }

        _failure = new BadInputException(_file.Name, $"more than {MaxIdleLines} blank or comment lines on end", "rows of data");
        throw _failure;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    /// <summary>Bytes up to the line's end or the file's; more than <see cref="MaxBytes"/> where neither is near.</summary>
    private int LineLength()
    {
        var searched = 0;
        while (true)
        {
            var found = Unread[searched..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found >= 0)
                return searched + found;
            searched = _end - _start;
            if (searched > MaxBytes || !Fill())
                return searched;
        }
    }

    private void SkipLine()
    {
        while (true)
        {
            var found = Unread.IndexOfAny((byte)'\n', (byte)'\r');
            _start = found >= 0 ? _start + found + 1 : _end;
            if (found >= 0 || !Fill())
                return;
        }
    }

    /// <summary>More bytes behind those that are unread. False at the end of the file.</summary>
    private bool Fill()
    {
        if (_ended)
            return false;
        Unread.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _file.ReadUpTo(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        return read > 0;
    }
}
