using System.Globalization;

namespace Quarterpoint.Data.Import.Dbn;

/// <summary>Instrument ids to contract names. An id may name another contract on another day, so each name holds for whole UTC dates.</summary>
internal sealed class DbnSymbols
{
    public const int MaxUnnamed = 100_000;

    private readonly Dictionary<uint, List<Mapping>> _mappings = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<uint, string> _unnamed = [];
    private uint _lastId;
    private Mapping _last = new(0, 0, "");

    /// <summary>The name holds from the first instant up to the second, which is not included.</summary>
    public void Add(uint id, long fromNanos, long toNanos, string name)
    {
        if (!_mappings.TryGetValue(id, out var mappings))
            _mappings.Add(id, mappings = []);
        if (!_names.TryGetValue(name, out var known))
            _names.Add(known = name);
        mappings.Add(new Mapping(fromNanos, toNanos, known));
    }

    /// <summary>After the last <see cref="Add"/>.</summary>
    public void Sort()
    {
        foreach (var mappings in _mappings.Values)
            mappings.Sort((a, b) => a.From.CompareTo(b.From));
    }

    /// <summary>
    /// The contract, or the id in decimal where the file names none for that day; the same instance each time. Null where there are
    /// more than <see cref="MaxUnnamed"/> ids without a name.
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
