using System.Globalization;

namespace Quarterpoint.Data.Import.Dbn;

/// <summary>
/// Maps instrument ids to contract names. An id may mean another contract on another day, so each name is valid for a range of UTC dates.
/// </summary>
internal sealed class DbnSymbols
{
    public const int MaxUnnamed = 100_000;

    private readonly Dictionary<uint, List<Mapping>> _mappings = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<uint, string> _unnamed = [];
    private uint _lastId;
    private Mapping _last = new(0, 0, "");

    /// <summary>Adds a name that is valid from the first instant up to, but not including, the second.</summary>
    public void Add(uint id, long fromNanos, long toNanos, string name)
    {
        if (!_mappings.TryGetValue(id, out var mappings))
            _mappings.Add(id, mappings = []);
        if (!_names.TryGetValue(name, out var known))
            _names.Add(known = name);
        mappings.Add(new Mapping(fromNanos, toNanos, known));
    }

    /// <summary>Must be called after the last <see cref="Add"/> and before <see cref="Find"/>.</summary>
    public void Sort()
    {
        foreach (var mappings in _mappings.Values)
            mappings.Sort((a, b) => a.From.CompareTo(b.From));
    }

    /// <summary>
    /// The contract's name, or the id in decimal where the file has no name for it on that day; the same instance each time. Null once
    /// there are more than <see cref="MaxUnnamed"/> ids without a name.
    /// </summary>
    public string? Find(uint id, long nanos)
    {
        if (id == _lastId && nanos >= _last.From && nanos < _last.To)
            return _last.Name;
        if (_mappings.TryGetValue(id, out var mappings))
        {
            var (low, high) = (0, mappings.Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (mappings[middle].From <= nanos)
                    low = middle + 1;
                else
                    high = middle;
            }

            if (low > 0 && nanos < mappings[low - 1].To)
            {
                (_lastId, _last) = (id, mappings[low - 1]);
                return _last.Name;
            }
        }

        if (_unnamed.TryGetValue(id, out var number))
            return number;
        if (_unnamed.Count == MaxUnnamed)
            return null;
        _unnamed.Add(id, number = id.ToString(CultureInfo.InvariantCulture));
        return number;
    }

    private sealed record Mapping(long From, long To, string Name);
}
