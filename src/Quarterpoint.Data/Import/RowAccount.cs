using Quarterpoint.Core;

namespace Quarterpoint.Data.Import;

/// <summary>Counts what happens to the rows of an import, and keeps the first bad ones to show.</summary>
internal sealed class RowAccount(BadRowPolicy policy)
{
    private const int Shown = 10;

    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rejected = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];

    public long Stored { get; private set; }

    public long RowsDropped { get; private set; }

    public long RowsRejected { get; private set; }

    public long Read => Stored + RowsDropped + RowsRejected;

    public IReadOnlyDictionary<string, long> Dropped => _dropped;

    public IReadOnlyDictionary<string, long> Rejected => _rejected;

    /// <summary>Messages of the first rejected rows.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public void Store() => Stored++;

    public void Drop(string reason, long rows = 1)
    {
        if (rows == 0)
            return;
        RowsDropped += rows;
        _dropped[reason] = _dropped.GetValueOrDefault(reason) + rows;
    }

    /// <summary>Counts a bad row.</summary>
    /// <exception cref="BadInputException">The policy is to fail at the first bad row.</exception>
    public void Reject(string kind, BadInputException why)
    {
        if (policy == BadRowPolicy.Fail)
            throw why;
        RowsRejected++;
        _rejected[kind] = _rejected.GetValueOrDefault(kind) + 1;
        if (_examples.Count < Shown)
            _examples.Add(why.Message);
    }
}
