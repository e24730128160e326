using System.Runtime.ExceptionServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Parquet;

/// <summary>Consecutive rows of one file, and the row of the columns at which they begin.</summary>
internal readonly record struct FilePiece(string Path, long FirstRow, int Rows, int Target);

/// <summary>
/// Fills columns from pieces of files on several threads. Threads take the pieces in turn, each with a reader of its own, and check every
/// row. The error reported is always that of the first bad piece, whichever thread finds one first.
/// </summary>
internal sealed class ColumnLoader
{
    private const int BlockRows = 8_192;

    private readonly IReadOnlyList<FilePiece> _pieces;
    private readonly BarColumns _target;
    private readonly Instrument _instrument;
    private readonly TimeZoneInfo? _zone;
    private readonly CancellationToken _cancellation;
    private readonly Lock _failing = new();
    private int _taken = -1;
    private int _failedPiece = int.MaxValue;
    private ExceptionDispatchInfo? _failure;

    private ColumnLoader(
        IReadOnlyList<FilePiece> pieces,
        BarColumns target,
        Instrument instrument,
        TimeZoneInfo? zone,
        CancellationToken cancellation
    )
    {
        _pieces = pieces;
        _target = target;
        _instrument = instrument;
        _zone = zone;
        _cancellation = cancellation;
    }

    /// <summary>
    /// Columns for that many rows. Their memory is not cleared, because touching it for the first time costs more than decoding into it.
    /// </summary>
    public static BarColumns Allocate(
        int rows,
        int barSeconds,
        bool hasVolume,
        bool hasBidAskVolume,
        IReadOnlyList<ContractSegment> segments,
        IReadOnlyList<SessionRows> sessions
    ) =>
        new()
        {
            BarSeconds = barSeconds,
            Count = rows,
            Time = GC.AllocateUninitializedArray<uint>(rows),
            Open = GC.AllocateUninitializedArray<int>(rows),
            High = GC.AllocateUninitializedArray<int>(rows),
            Low = GC.AllocateUninitializedArray<int>(rows),
            Close = GC.AllocateUninitializedArray<int>(rows),
            Volume = hasVolume ? GC.AllocateUninitializedArray<uint>(rows) : null,
            BidVolume = hasBidAskVolume ? GC.AllocateUninitializedArray<uint>(rows) : null,
            AskVolume = hasBidAskVolume ? GC.AllocateUninitializedArray<uint>(rows) : null,
            Segments = segments,
            Sessions = sessions,
        };

    /// <summary>Fills <paramref name="target"/> from <paramref name="pieces"/>, and returns when all of them are done.</summary>
    /// <exception cref="BadInputException">A file is damaged, or a row is bad.</exception>
    public static void Fill(
        IReadOnlyList<FilePiece> pieces,
        BarColumns target,
        Instrument instrument,
        ParquetReadOptions options,
        CancellationToken cancellation
    )
    {
        var loader = new ColumnLoader(pieces, target, instrument, options.TimeZone, cancellation);
        var count = Math.Min(options.Threads > 0 ? options.Threads : Environment.ProcessorCount, pieces.Count);
        var others = new List<Thread>();
        for (var i = 1; i < count; i++)
            others.Add(new Thread(loader.Work) { IsBackground = true, Name = "column loader" });
        foreach (var other in others)
            other.Start();
        loader.Work();
        foreach (var other in others)
            other.Join();
        cancellation.ThrowIfCancellationRequested();
        loader._failure?.Throw();
        loader.CheckSeams();
    }

    private void Work()
    {
        ParquetBarFile? file = null;
        var piece = -1;
        try
        {
            while (!_cancellation.IsCancellationRequested && _failure is null)
            {
                piece = Interlocked.Increment(ref _taken);
                if (piece >= _pieces.Count)
                    return;
                if (file?.Path != _pieces[piece].Path)
                {
                    file?.Dispose();
                    file = null;
                    file = ParquetBarFile.Open(_pieces[piece].Path, _instrument, _zone);
                }

                Load(file, _pieces[piece]);
            }
        }
        catch (Exception e)
        {
            // Whatever it is, the thread that called Fill throws it again.
            lock (_failing)
            {
                if (piece < _failedPiece)
                    (_failedPiece, _failure) = (piece, ExceptionDispatchInfo.Capture(e));
            }
        }
        finally
        {
            file?.Dispose();
        }
    }

    private void Load(ParquetBarFile file, FilePiece piece)
    {
        if (piece.FirstRow + piece.Rows > file.Rows)
            throw new BadInputException(file.Path, $"{file.Rows} rows", $"at least {piece.FirstRow + piece.Rows}");

        var done = 0;
        var group = GroupOf(file, piece.FirstRow);
        while (done < piece.Rows)
        {
            var skip = piece.FirstRow + done - file.GroupStarts[group];
            var rows = (int)Math.Min(piece.Rows - done, file.GroupStarts[group + 1] - file.GroupStarts[group] - skip);
            using var cursor = file.OpenGroup(group);
            cursor.Skip(skip);
            for (var end = done + rows; done < end && !_cancellation.IsCancellationRequested; )
            {
                var block = Math.Min(BlockRows, end - done);
                cursor.Read(Spans(piece.Target + done, block));
                Check(file, piece, done, block);
                done += block;
            }

            if (_cancellation.IsCancellationRequested)
                return;
            group++;
        }
    }

    private static int GroupOf(ParquetBarFile file, long row)
    {
        var index = Array.BinarySearch(file.GroupStarts, row);
        if (index < 0)
            return ~index - 1;

        // A group without rows starts at the same row as the next one.
        while (index + 1 < file.Groups && file.GroupStarts[index + 1] == row)
            index++;
        return index;
    }

    private BarSpans Spans(int first, int rows) =>
        new()
        {
            Time = _target.Time.AsSpan(first, rows),
            Open = _target.Open.AsSpan(first, rows),
            High = _target.High.AsSpan(first, rows),
            Low = _target.Low.AsSpan(first, rows),
            Close = _target.Close.AsSpan(first, rows),
            Volume = _target.Volume is null ? [] : _target.Volume.AsSpan(first, rows),
            BidVolume = _target.BidVolume is null ? [] : _target.BidVolume.AsSpan(first, rows),
            AskVolume = _target.AskVolume is null ? [] : _target.AskVolume.AsSpan(first, rows),
        };

    private void Check(ParquetBarFile file, FilePiece piece, int done, int rows)
    {
        var first = piece.Target + done;
        var from = done == 0 ? first : first - 1;
        var backward = BarChecks.FirstNotIncreasing(_target.Time.AsSpan(from, first + rows - from));
        if (backward >= 0)
            throw Backward(file.Path, piece.FirstRow + (from + backward - piece.Target) + 1, from + backward);
        var bad = BarChecks.FirstInconsistent(
            _target.Open.AsSpan(first, rows),
            _target.High.AsSpan(first, rows),
            _target.Low.AsSpan(first, rows),
            _target.Close.AsSpan(first, rows)
        );
        if (bad >= 0)
            throw Inconsistent(file.Path, piece.FirstRow + done + bad + 1, first + bad);
    }

    private void CheckSeams()
    {
        foreach (var piece in _pieces)
        {
            if (piece.Target > 0 && piece.Rows > 0 && _target.Time[piece.Target] <= _target.Time[piece.Target - 1])
                throw Backward(piece.Path, piece.FirstRow + 1, piece.Target);
        }
    }

    private BadInputException Backward(string path, long row, int at) =>
        new(
            path,
            row,
            BarFields.NamesOf(BarField.Time)[0],
            Timestamp.FromUnixSeconds(_target.Time[at]).ToString(),
            $"a time after {Timestamp.FromUnixSeconds(_target.Time[at - 1])}, the time of the row before"
        );

    private BadInputException Inconsistent(string path, long row, int at)
    {
        string Text(int ticks) => _instrument.Format(new Price(ticks));
        return new BadInputException(
            path,
            row,
            "low and high",
            $"open {Text(_target.Open[at])}, high {Text(_target.High[at])}, low {Text(_target.Low[at])}, close {Text(_target.Close[at])}",
            "low <= open, close <= high"
        );
    }
}
