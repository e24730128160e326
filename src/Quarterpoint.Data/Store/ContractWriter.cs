using System.Globalization;
using System.Runtime.ExceptionServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Parquet;

namespace Quarterpoint.Data.Store;

/// <summary>Writes the bars of one contract, one file for each month of trading days. It keeps at most one row group in memory.</summary>
internal sealed class ContractWriter : IDisposable
{
    private const int FirstCapacity = 1_024;

    private readonly string _root;
    private readonly DataSetDescription _description;
    private readonly SessionCalendar _calendar;
    private readonly Func<string, Stream> _create;
    private readonly List<StoredFile> _files = [];
    private readonly List<StoredSession> _sessions = [];
    private uint[] _time = new uint[FirstCapacity];
    private int[] _open = new int[FirstCapacity];
    private int[] _high = new int[FirstCapacity];
    private int[] _low = new int[FirstCapacity];
    private int[] _close = new int[FirstCapacity];
    private uint[] _volume = new uint[FirstCapacity];
    private uint[] _bid = new uint[FirstCapacity];
    private uint[] _ask = new uint[FirstCapacity];
    private int _buffered;

    private FilingDay _day;
    private (int Year, int Month) _month;
    private string _path = "";
    private HashingStream? _stream;
    private BarFileWriter? _writer;
    private uint _firstTime;
    private uint _lastTime;
    private int _fileRows;

    public ContractWriter(
        string root,
        string symbol,
        ContractMonth? delivery,
        DataSetDescription description,
        SessionCalendar calendar,
        Func<string, Stream> create
    )
    {
        _root = root;
        Symbol = symbol;
        Delivery = delivery;
        _description = description;
        _calendar = calendar;
        _create = create;
    }

    public string Symbol { get; }

    public ContractMonth? Delivery { get; }

    public long RowsOutsideSessions { get; private set; }

    public IReadOnlyList<StoredFile> Files => _files;

    public IReadOnlyList<StoredSession> Sessions => _sessions;

    public void Append(in Bar bar, uint bidVolume, uint askVolume)
    {
        Require.That(_fileRows + _files.Count == 0 || bar.OpenTime > _lastTime, "bars of a contract are in order of time");
        Require.That(bar.IsConsistent, "a bar's open and close lie inside its range");
        if (!_day.Covers(bar.OpenTime))
            Enter(FilingDay.At(bar.OpenTime, _calendar));
        if (_buffered == _time.Length)
            MakeRoom();
        if (_fileRows == 0)
            _firstTime = bar.OpenTime;
        _lastTime = bar.OpenTime;
        Summarise(bar);

        var row = _buffered++;
        _fileRows++;
        _time[row] = bar.OpenTime;
        _open[row] = bar.Open.InTicks;
        _high[row] = bar.High.InTicks;
        _low[row] = bar.Low.InTicks;
        _close[row] = bar.Close.InTicks;
        _volume[row] = bar.Volume;
        _bid[row] = bidVolume;
        _ask[row] = askVolume;
    }

    public void CloseFile()
    {
        if (_fileRows == 0)
            return;
        Flush();
        Guarded(() =>
        {
            _writer!.Close();
            var bytes = _stream!.Length;
            var (first, last) = (DateTime.UnixEpoch.AddSeconds(_firstTime), DateTime.UnixEpoch.AddSeconds(_lastTime));
            _files.Add(new StoredFile(_path, _fileRows, bytes, _stream.Finish(), first, last));
        });
        CloseStreams();
        _fileRows = 0;
    }

    public void Dispose() => CloseStreams();

    private void Enter(FilingDay day)
    {
        _day = day;
        var date = day.Day.Date;
        if (_month == (date.Year, date.Month))
            return;
        CloseFile();
        _month = (date.Year, date.Month);
        _path = string.Create(CultureInfo.InvariantCulture, $"{Symbol}/{date.Year:D4}/{date.Year:D4}-{date.Month:D2}.parquet");
    }

    private void Summarise(in Bar bar)
    {
        if (!_day.IsInSession(bar.OpenTime))
        {
            RowsOutsideSessions++;
            return;
        }

        if (_sessions.Count == 0 || _sessions[^1].Day != _day.Day)
            _sessions.Add(new StoredSession(_day.Day, _fileRows, 0, 0, default, bar.Opens, default));
        var session = _sessions[^1];
        _sessions[^1] = session with
        {
            Rows = session.Rows + 1,
            Volume = session.Volume + bar.Volume,
            LastClose = bar.Close,
            Last = bar.Opens,
        };
    }

    private void MakeRoom()
    {
        if (_buffered == BarFileWriter.GroupRows)
        {
            Flush();
            return;
        }

        var capacity = Math.Min(BarFileWriter.GroupRows, _time.Length * 2);
        Array.Resize(ref _time, capacity);
        Array.Resize(ref _open, capacity);
        Array.Resize(ref _high, capacity);
        Array.Resize(ref _low, capacity);
        Array.Resize(ref _close, capacity);
        Array.Resize(ref _volume, capacity);
        Array.Resize(ref _bid, capacity);
        Array.Resize(ref _ask, capacity);
    }

    private void Flush() =>
        Guarded(() =>
        {
            if (_buffered == 0)
                return;
            if (_writer is null)
            {
                var path = Path.Combine(_root, _path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                _stream = new HashingStream(_create(path));
                var instrument = _description.Instrument;
                var metadata = new BarMetadata(
                    instrument.Symbol,
                    instrument.TickSizeNanos,
                    _description.BarSeconds,
                    Symbol,
                    PricesAreTicks: false
                );
                _writer = new BarFileWriter(_stream, instrument, metadata, _description.HasVolume, _description.HasBidAskVolume);
            }

            _writer.WriteGroup(
                new BarSpans
                {
                    Time = _time.AsSpan(0, _buffered),
                    Open = _open.AsSpan(0, _buffered),
                    High = _high.AsSpan(0, _buffered),
                    Low = _low.AsSpan(0, _buffered),
                    Close = _close.AsSpan(0, _buffered),
                    Volume = _volume.AsSpan(0, _buffered),
                    BidVolume = _bid.AsSpan(0, _buffered),
                    AskVolume = _ask.AsSpan(0, _buffered),
                }
            );
            _buffered = 0;
        });

    /// <summary>
    /// Runs a write. The native writer reports every failure as its own; where the disk failed, the disk's exception is thrown instead.
    /// </summary>
    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception) when (_stream?.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void CloseStreams()
    {
        _writer?.Dispose();
        _stream?.Dispose();
        (_writer, _stream) = (null, null);
    }
}
