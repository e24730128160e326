namespace Quarterpoint.Shell.Tests.Live.Faults;

/// <summary>
/// What SQLite can ask of its file layer. The values are SQLite's own: a failed operation's code is 10 | (value &lt;&lt; 8), except for
/// Open, and for ShmUnmap, which has none.
/// </summary>
internal enum IoOp
{
    Open = 0,
    Read = 1,
    Write = 3,
    Sync = 4,
    Truncate = 6,
    FileSize = 7,
    Unlock = 8,
    Delete = 10,
    Access = 13,
    CheckReservedLock = 14,
    Lock = 15,
    Close = 16,
    ShmUnmap = 18,
    ShmLock = 20,
    ShmMap = 21,
}

/// <summary>Which of a database's files an operation is on.</summary>
internal enum DbFile
{
    Main,
    Wal,
    Journal,
    Temp,
}

internal enum FaultKind
{
    /// <summary>The operation is not done; its error is returned.</summary>
    Error,

    /// <summary>Writes only: the first half is written, and the disk is full.</summary>
    ShortWrite,

    /// <summary>Writes only: the first half is written and the power goes; what was written before survives.</summary>
    TornWrite,

    /// <summary>The power goes before the operation; every write since its file's last sync is undone.</summary>
    PowerLoss,
}

/// <summary>What becomes of the <paramref name="At"/>th (from 1) of the operations that match.</summary>
internal sealed record Fault(long At, FaultKind Kind = FaultKind.Error)
{
    public const int Full = 13;
    public const int ReadOnly = 8;

    /// <summary>Only operations on this file match; null for all.</summary>
    public DbFile? File { get; init; }

    /// <summary>Only operations of this sort match; null for all.</summary>
    public IoOp? Op { get; init; }

    /// <summary>SQLite's code to return; null for the one that suits the operation.</summary>
    public int? Code { get; init; }

    /// <summary>Whether all later matching operations fail too.</summary>
    public bool Forever { get; init; }

    public bool Matches(IoOp op, DbFile file) =>
        (Op ?? op) == op
        && (File ?? file) == file
        && (Kind is not (FaultKind.ShortWrite or FaultKind.TornWrite) || op == IoOp.Write)
        && (Code is not (Full or ReadOnly) || Writes(op));

    public int CodeFor(IoOp op) =>
        Code
        ?? op switch
        {
            IoOp.Open => 14,
            IoOp.Write when Kind == FaultKind.ShortWrite => Full,
            _ => 10 | ((int)op << 8),
        };

    /// <summary>A full disk, or one that is read-only, refuses only what writes.</summary>
    private static bool Writes(IoOp op) => op is IoOp.Write or IoOp.Truncate or IoOp.Delete;
}

/// <summary>An operation as SQLite asked for it, whether or not it was made to fail.</summary>
internal readonly record struct IoCall(long Number, IoOp Op, DbFile File, long Offset, int Length);
