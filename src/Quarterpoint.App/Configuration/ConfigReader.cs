using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Quarterpoint.App.Console;
using Quarterpoint.App.Logging;

namespace Quarterpoint.App.Configuration;

/// <summary>
/// Reads typed values from a tree, with defaults and bounds, and keeps three things: every error with its place, every value in effect
/// with where it came from, and which keys nobody asked for.
/// </summary>
internal sealed class ConfigReader
{
    private readonly string _source;
    private readonly IReadOnlyDictionary<string, string> _overrides;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];
    private readonly List<ConfigValue> _values = [];

    /// <param name="root">The file's tree; empty where there is no file.</param>
    /// <param name="source">The file's name, for errors.</param>
    /// <param name="overrides">Values from the command line by path; they win.</param>
    public ConfigReader(YamlMap root, string source, IReadOnlyDictionary<string, string> overrides)
    {
        _source = source;
        _overrides = overrides;
        Root = new Section(this, "", root);
    }

    public Section Root { get; }

    /// <summary>Every value in effect, in the order in which it was read.</summary>
    public IReadOnlyList<ConfigValue> Values => _values;

    /// <summary>Call after the last value has been read.</summary>
    /// <exception cref="ConfigurationException">There were errors, or keys that mean nothing.</exception>
    public void Finish()
    {
        Root.ReportUnknown();
        foreach (var path in _overrides.Keys.Where(p => !_asked.Contains(p)))
            _errors.Add($"command line: {path}: there is no such setting{Spelling.Hint(path, _asked)}");
        if (_errors.Count > 0)
            throw new ConfigurationException(_errors);
    }

    public void Error(string path, long line, string what) =>
        _errors.Add(line > 0 ? $"{_source}:{line}: {path}: {what}" : $"{_source}: {path}: {what}");

    /// <summary>The values in effect as YAML: the snapshot kept with a run, which a later run can be started from.</summary>
    public string Snapshot()
    {
        var text = new StringBuilder();
        string[] open = [];
        foreach (var value in _values)
        {
            var parts = value.Path.Split('.');
            var shared = 0;
            while (shared < open.Length && shared < parts.Length - 1 && open[shared] == parts[shared])
                shared++;
            for (var depth = shared; depth < parts.Length - 1; depth++)
                text.Append(' ', depth * 2).Append(parts[depth]).Append(":\n");
            text.Append(' ', (parts.Length - 1) * 2).Append(parts[^1]).Append(": ").Append(Quoted(value.Text)).Append('\n');
            open = parts[..^1];
        }

        return text.ToString();
    }

    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+') && !text.StartsWith('-')
            ? text
            : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>A map of the configuration, read key by key.</summary>
    internal sealed class Section(ConfigReader reader, string path, YamlMap? map)
    {
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Section> _children = new(StringComparer.Ordinal);

        public IEnumerable<string> Keys => map?.Entries.Keys ?? [];

        public string PathOf(string key) => path.Length == 0 ? key : path + "." + key;

        public Section Child(string key)
        {
            if (_children.TryGetValue(key, out var read))
                return read;
            _known.Add(key);
            YamlMap? child = null;
            if (map is not null && map.Entries.TryGetValue(key, out var node))
            {
                if (node is YamlMap found)
                    child = found;
                else if (node is not YamlScalar { Text: "" })
                    reader.Error(PathOf(key), node.Line, "found a value; expected keys with values under it");
            }

            var section = new Section(reader, PathOf(key), child);
            _children.Add(key, section);
            return section;
        }

        public int Int(string key, int fallback, int least, int most, string unit = "") =>
            Read(
                key,
                fallback,
                text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var v) ? v : null,
                v => v >= least && v <= most,
                $"a whole number from {least} to {most}{Of(unit)}",
                v => v.ToString(CultureInfo.InvariantCulture),
                v => v == least || v == most
            );

        public double Number(string key, double fallback, double least, double most, string unit = "") =>
            Read(
                key,
                fallback,
                text =>
                    double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var v)
                    && double.IsFinite(v)
                        ? v
                        : null,
                v => v >= least && v <= most,
                string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}{Of(unit)}"),
                v => v.ToString(CultureInfo.InvariantCulture),
                v => v == least || v == most
            );

        public decimal Amount(string key, decimal fallback, decimal least, decimal most, string why = "") =>
            Read(
                key,
                fallback,
                text =>
                    decimal.TryParse(
                        text,
                        NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out var v
                    )
                    && decimal.Round(v, 6) == v
                        ? v
                        : null,
                v => v >= least && v <= most,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"an amount from {least} to {most}, at most six decimals{(why.Length > 0 ? " (" + why + ")" : "")}"
                ),
                v => v.ToString("0.######", CultureInfo.InvariantCulture)
            );

        public bool Flag(string key, bool fallback) =>
            Read(
                key,
                fallback,
                text =>
                    text switch
                    {
                        "true" => true,
                        "false" => false,
                        _ => (bool?)null,
                    },
                _ => true,
                "true or false",
                v => v ? "true" : "false"
            );

        public T Choice<T>(string key, T fallback, IReadOnlyDictionary<string, T> choices)
            where T : struct =>
            Read(
                key,
                fallback,
                text => choices.TryGetValue(text, out var v) ? v : null,
                _ => true,
                string.Join(" or ", choices.Keys),
                v => choices.First(c => c.Value.Equals(v)).Key
            );

        public string Text(string key, string fallback, Func<string, bool> isValid, string expected)
        {
            var found = Take(key, out var line, out var origin);
            var text = found ?? fallback;
            if (found is not null && !isValid(found))
            {
                reader.Error(PathOf(key), line, $"found '{found}'; expected {expected}");
                text = fallback;
            }

            reader._values.Add(new ConfigValue(PathOf(key), text, origin));
            return text;
        }

        public void Error(string key, string what) =>
            reader.Error(PathOf(key), map is not null && map.Entries.TryGetValue(key, out var node) ? node.Line : 0, what);

        public void ReportUnknown()
        {
            foreach (var child in _children.Values)
                child.ReportUnknown();
            if (map is null)
                return;
            foreach (var (key, node) in map.Entries)
            {
                if (_known.Contains(key))
                    continue;
                var secret = Secrets.IsSecret(key) ? " (secrets belong in environment variables, never in a file)" : "";
                reader.Error(PathOf(key), node.Line, $"there is no such setting{Spelling.Hint(key, _known)}{secret}");
            }
        }

        private static string Of(string unit) => unit.Length > 0 ? " " + unit : "";

        private T Read<T>(
            string key,
            T fallback,
            Func<string, T?> parse,
            Func<T, bool> isAllowed,
            string expected,
            Func<T, string> print,
            Func<T, bool>? isEdge = null
        )
            where T : struct
        {
            var found = Take(key, out var line, out var origin);
            var value = fallback;
            if (found is not null)
            {
                if (parse(found) is { } parsed && isAllowed(parsed))
                    value = parsed;
                else if (origin == ConfigOrigin.CommandLine)
                    reader._errors.Add($"command line: {PathOf(key)}: found '{found}'; expected {expected}");
                else
                    reader.Error(PathOf(key), line, $"found '{found}'; expected {expected}");
            }

            reader._values.Add(new ConfigValue(PathOf(key), print(value), origin) { IsAtEdge = isEdge is not null && isEdge(value) });
            return value;
        }

        private string? Take(string key, out long line, out ConfigOrigin origin)
        {
            _known.Add(key);
            reader._asked.Add(PathOf(key));
            line = 0;
            if (reader._overrides.TryGetValue(PathOf(key), out var text))
            {
                origin = ConfigOrigin.CommandLine;
                return text;
            }

            origin = ConfigOrigin.Default;
            if (map is null || !map.Entries.TryGetValue(key, out var node))
                return null;
            line = node.Line;
            if (node is not YamlScalar scalar)
            {
                reader.Error(PathOf(key), line, "found keys or a list; expected one value");
                return null;
            }

            origin = ConfigOrigin.File;
            return scalar.Text;
        }
    }
}

internal enum ConfigOrigin
{
    [JsonStringEnumMemberName("default")]
    Default,

    [JsonStringEnumMemberName("file")]
    File,

    [JsonStringEnumMemberName("commandLine")]
    CommandLine,
}

/// <summary>One setting in effect.</summary>
internal readonly record struct ConfigValue(string Path, string Text, ConfigOrigin Origin)
{
    /// <summary>Whether a number is the least or the greatest that is allowed.</summary>
    [JsonIgnore]
    public bool IsAtEdge { get; init; }
}
