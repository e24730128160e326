using System.Buffers;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Import.Csv;

/// <summary>
/// Reads the lines of a text, without blank lines and comments (#). Lines end in LF, CRLF, or CR. A line longer than
/// <see cref="MaxBytes"/> is skipped and never kept in memory.
/// </summary>
internal sealed class CsvLines : IDisposable
{
    public const int MaxBytes = 64 * 1024;

    // A million lines without one row are not market data. A small compressed file can hold billions, and reading them looks like a hang.
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

    /// <summary>
    /// Reads the next line that is not a comment, without blanks around it; the span is valid until the next call. False at the end of the
    /// file.
    /// </summary>
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

        _failure = new BadInputException(_file.Name, $"more than {MaxIdleLines} blank or comment lines in a row", "rows of data");
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

    /// <summary>
    /// Bytes up to the end of the line or of the file; any number above <see cref="MaxBytes"/> where neither is found by then.
    /// </summary>
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

    /// <summary>Reads more bytes into the buffer, after the unread ones. False at the end of the file.</summary>
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
