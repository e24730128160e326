using Quarterpoint.Core;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Import.Parquet;
using Quarterpoint.Data.Parquet;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Import;

/// <summary>
/// Imports files into the store. Every row is checked (SPEC D7), counted, and stored under its contract; if the import fails, nothing is
/// written. Trades are built into bars.
/// </summary>
public sealed class Importer
{
    private readonly Func<string, ImportRequest, IRowReader> _open;
    private readonly Func<string, Stream>? _create;

    /// <param name="openOthers">Opens files that are not Parquet: text and DBN.</param>
    public Importer(Func<string, ImportRequest, IRowReader> openOthers)
        : this(openOthers, null) { }

    internal Importer(Func<string, ImportRequest, IRowReader> openOthers, Func<string, Stream>? create)
    {
        _open = (path, request) =>
            ParquetFooter.IsParquet(path) ? ParquetRowReader.Open(path, request.Instrument, request.TimeZone) : openOthers(path, request);
        _create = create;
    }

    /// <exception cref="BadInputException">A file or a row is bad, or the set exists and may not be replaced.</exception>
    /// <exception cref="IOException">The disk is full, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Nothing was written.</exception>
    public ImportSummary Import(ImportRequest request, IProgress<ImportProgress> progress, CancellationToken cancellation)
    {
        IRowReader Open(string path) => _open(path, request);
        DataSetFolder.CheckName(request.SetName);
        var calendar = request.Calendar ?? SessionCalendar.For(request.Instrument.Hours);
        var sources = ImportSources.Find(request, Open, cancellation);
        var barSeconds = ImportSources.BarSecondsOf(sources, request, Open, out var isCertain);
        var description = new DataSetDescription
        {
            Name = request.SetName,
            Instrument = request.Instrument,
            BarSeconds = barSeconds,
            HasVolume = sources.All(s => s.HasVolume),
            HasBidAskVolume = sources.All(s => s.HasBidAskVolume),
            IsAdjusted = request.IsAdjusted,
        };
        using var writer = _create is null
            ? DataSetWriter.Create(request.Workspace, description, calendar, request.Replace)
            : new DataSetWriter(request.Workspace, description, calendar, request.Replace, _create);
        var run = new ImportRun(request, description, calendar, writer, isCertain);
        var done = 0L;
        var total = Math.Max(1, sources.Sum(s => s.Bytes));
        var files = new List<SourceFileInfo>();
        for (var i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            var (number, before) = (i + 1, done);
            using var reader = Open(source.Path);
            void Report() =>
                progress.Report(
                    new ImportProgress(
                        source.Path,
                        number,
                        sources.Count,
                        (before + (reader.Progress * source.Bytes)) / total,
                        run.Account.Read
                    )
                );
            var rows = run.Read(source, reader, Report, cancellation);
            files.Add(new SourceFileInfo(Path.GetFileName(source.Path), rows, source.Sha256));
            done += source.Bytes;
        }

        return run.Complete(files, Warnings(sources, description));
    }

    private static IEnumerable<string> Warnings(IReadOnlyList<ImportSource> sources, DataSetDescription description)
    {
        if (!description.HasVolume && sources.FirstOrDefault(s => s.HasVolume) is { } with)
            yield return $"{with.Path} has volume, but other files have none: the set has none.";
        if (!description.HasBidAskVolume && sources.FirstOrDefault(s => s.HasBidAskVolume) is { } sides)
            yield return $"{sides.Path} has bid and ask volume, but other files have none: the set has none.";
    }
}
