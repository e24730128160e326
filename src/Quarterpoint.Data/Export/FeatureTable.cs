using System.Globalization;
using System.Text;
using ParquetSharp;
using ParquetSharp.IO;
using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Export;

/// <summary>
/// Writes features as a table for other programs: time (UTC), trading day, what the row still waits for (0: nothing), label (-1: none), and
/// one column for each feature. The ending of the file's name decides between CSV and Parquet. The file appears under its name only when it
/// is complete.
/// </summary>
public sealed class FeatureTable : IDisposable
{
    private const int GroupRows = 65_536;

    private readonly string _path;
    private readonly string _partial;
    private readonly int _width;
    private readonly FileStream _stream;
    private readonly StreamWriter? _csv;
    private readonly ManagedOutputStream? _output;
    private readonly ParquetFileWriter? _parquet;
    private readonly List<DateTime> _times = [];
    private readonly List<Date> _days = [];
    private readonly List<int> _waits = [];
    private readonly List<int> _labels = [];
    private readonly List<float>[] _values;
    private bool _completed;

    private FeatureTable(string path, IReadOnlyList<FeatureColumn> columns)
    {
        _path = path;
        _width = columns.Count;
        _values = [.. columns.Select(_ => new List<float>())];
        _partial = path + ".partial";
        _stream = new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.None);
        if (IsParquet(path))
        {
            Column[] schema =
            [
                new Column<DateTime>("time", LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Micros)),
                new Column<Date>("day"),
                new Column<int>("waits"),
                new Column<int>("label"),
                .. columns.Select(c => new Column<float>(c.Name)),
            ];
            _output = new ManagedOutputStream(_stream, leaveOpen: true);
            _parquet = new ParquetFileWriter(_output, schema, Compression.Zstd);
        }
        else
        {
            _csv = new StreamWriter(_stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            _csv.Write("time,day,waits,label");
            foreach (var column in columns)
                _csv.Write("," + column.Name);
            _csv.Write('\n');
        }
    }

    /// <exception cref="BadInputException">The ending is neither .csv nor .parquet, or the file exists.</exception>
    public static FeatureTable Create(string path, IReadOnlyList<FeatureColumn> columns)
    {
        if (!IsParquet(path) && !path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            throw new BadInputException(path, Path.GetExtension(path), "an ending .csv or .parquet");
        if (File.Exists(path))
            throw new BadInputException(path, "a file", "no file of that name: it is not overwritten");
        return new FeatureTable(path, columns);
    }

    /// <summary>Adds one row.</summary>
    /// <param name="time">When the bar opens, in Unix seconds.</param>
    /// <param name="day">Its trading day.</param>
    /// <param name="waits">What its features still wait for.</param>
    /// <param name="label">Its class; -1: none.</param>
    /// <param name="row">One value for each column.</param>
    public void Add(uint time, TradingDay day, Warmup waits, sbyte label, ReadOnlySpan<float> row)
    {
        var utc = Timestamp.FromUnixSeconds(time).ToUtc();
        if (_csv is not null)
        {
            _csv.Write(utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            _csv.Write(',');
            _csv.Write(day.ToString());
            _csv.Write(string.Create(CultureInfo.InvariantCulture, $",{(int)waits},{label}"));
            for (var i = 0; i < _width; i++)
            {
                _csv.Write(',');
                _csv.Write(row[i].ToString("R", CultureInfo.InvariantCulture));
            }

            _csv.Write('\n');
            return;
        }

        _times.Add(utc);
        _days.Add(new Date(day.Date.ToDateTime(default)));
        _waits.Add((int)waits);
        _labels.Add(label);
        for (var i = 0; i < _width; i++)
            _values[i].Add(row[i]);
        if (_times.Count == GroupRows)
            WriteGroup();
    }

    /// <summary>Finishes the file and gives it its name. Disposed before that, the table leaves nothing behind.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public void Complete()
    {
        if (_csv is not null)
            _csv.Flush();
        else
            WriteGroup();
        _parquet?.Close();
        foreach (var part in Parts)
            part?.Dispose();
        File.Move(_partial, _path);
        _completed = true;
    }

    public void Dispose()
    {
        if (_completed)
            return;
        foreach (var part in Parts)
        {
            try
            {
                part?.Dispose();
            }
            catch (Exception e) when (e is IOException or ParquetException)
            {
                // The rest of a buffer may not fit on the disk either; the file is deleted in any case.
            }
        }

        File.Delete(_partial);
    }

    /// <summary>In the order in which they are closed.</summary>
    private IEnumerable<IDisposable?> Parts => [_csv, _parquet, _output, _stream];

    private static bool IsParquet(string path) => path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

    private void WriteGroup()
    {
        if (_times.Count == 0)
            return;
        using var group = _parquet!.AppendRowGroup();
        Write(group, _times);
        Write(group, _days);
        Write(group, _waits);
        Write(group, _labels);
        foreach (var column in _values)
            Write(group, column);
    }

    private static void Write<T>(RowGroupWriter group, List<T> values)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch([.. values]);
        values.Clear();
    }
}
