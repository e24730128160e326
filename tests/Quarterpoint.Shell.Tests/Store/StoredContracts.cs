using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Parquet;
using Quarterpoint.Data.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Store;

/// <summary>What a set's files hold for one contract. The product reads only the leading contract of each session.</summary>
internal static class StoredContracts
{
    /// <summary>All rows of one contract as they are stored, those outside sessions too, one file at a time.</summary>
    public static IEnumerable<BarColumns> ReadContract(
        this DataSet set,
        StoredContract contract,
        SessionCalendar calendar,
        CancellationToken cancellation
    )
    {
        var instrument = Micro.Mes with { Symbol = set.Info.Instrument, TickSizeNanos = set.Info.TickSizeNanos };
        foreach (var file in contract.Files)
        {
            var (rows, sessions) = ((int)file.Rows, new List<SessionRows>());
            var columns = ColumnLoader.Allocate(
                rows,
                set.Info.BarSeconds,
                set.Info.HasVolume,
                set.Info.HasBidAskVolume,
                [new ContractSegment(0, rows, contract.Symbol, default)],
                sessions
            );
            FilePiece whole = new(Path.Combine(set.Folder, file.Path), 0, rows, 0);
            ColumnLoader.Fill([whole], columns, instrument, new ParquetReadOptions(), cancellation);
            sessions.AddRange(SessionMap.Assign(columns.Time.AsSpan(0, rows), 0, 0, calendar, out _));
            yield return columns;
        }
    }

    /// <summary>The sessions of one contract, as the set's own table lists them.</summary>
    public static IReadOnlyList<StoredSession> SessionsOf(this DataSet set, StoredContract contract)
    {
        var path = Path.Combine(set.Folder, SessionTable.FileName);
        var table = SessionTable.Read(File.ReadAllBytes(path), path, set.Info.Contracts);
        return table[set.Info.Contracts.TakeWhile(c => c != contract).Count()];
    }
}
