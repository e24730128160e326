using Quarterpoint.Core.Instruments;
using Quarterpoint.Data.Import;
using Quarterpoint.Shell.Tests.Store;

namespace Quarterpoint.Shell.Tests.Import;

/// <summary>Imports files of the shared folder with <see cref="RealCsv"/>.</summary>
internal static class RealFiles
{
    public const string Name = "REAL";

    public static ImportSummary Import(
        Workspace work,
        Instrument instrument,
        IEnumerable<string?> files,
        Func<ImportRequest, ImportRequest>? how = null,
        bool isNewYork = false
    )
    {
        var request = new ImportRequest
        {
            Workspace = work.Root,
            SetName = Name,
            Instrument = instrument,
            Paths = [.. files.Select(f => f!)],
        };
        return new Importer((path, _) => new RealCsv(path, isNewYork)).Import(
            how is null ? request : how(request),
            new Progress<ImportProgress>(),
            CancellationToken.None
        );
    }
}
