using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Quarterpoint.App.Configuration;

internal abstract record YamlNode(long Line);

internal sealed record YamlScalar(string Text, long Line) : YamlNode(Line);

internal sealed record YamlMap(IReadOnlyDictionary<string, YamlNode> Entries, long Line) : YamlNode(Line);

internal sealed record YamlList(IReadOnlyList<YamlNode> Items, long Line) : YamlNode(Line);

/// <summary>
/// Reads YAML into a plain tree and nothing else: no types, no anchors, no aliases, no tags, bounded in size, depth, and number. What a
/// person writes by hand needs none of them, and each has hurt somebody.
/// </summary>
internal static class YamlTree
{
    public const int MostBytes = 256 * 1024;
    private const int MostDepth = 16;
    private const int MostNodes = 20_000;

    /// <exception cref="ConfigurationException">Names the source, the line, and what is wrong there.</exception>
    public static YamlMap Parse(string text, string source)
    {
        if (text.Length > MostBytes)
            throw Error(source, 0, $"{text.Length:N0} characters; a configuration has at most {MostBytes:N0}");
        try
        {
            var reader = new Reader(new Parser(new Scanner(new StringReader(text))), source);
            return reader.Document();
        }
        catch (YamlException e)
        {
            throw Error(source, e.Start.Line, "not readable as YAML: " + FirstLine(e.InnerException?.Message ?? e.Message));
        }
        catch (Exception e)
            when (e is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner itself fails in these ways on hostile text, which is bad input like any other.
            throw Error(source, 0, "not readable as YAML: " + FirstLine(e.Message));
        }
    }

    private static ConfigurationException Error(string source, long line, string what) =>
        new([line > 0 ? $"{source}:{line}: {what}" : $"{source}: {what}"]);

    private static string FirstLine(string text) => text.Split('\n')[0];

    private sealed class Reader(IParser parser, string source)
    {
        private int _nodes;

        public YamlMap Document()
        {
            Take<StreamStart>();
            if (parser.Current is StreamEnd)
                return new YamlMap(new Dictionary<string, YamlNode>(), 1);
            Take<DocumentStart>();
            var root = Node(0);
            Take<DocumentEnd>();
            if (parser.Current is not StreamEnd)
                throw Error(source, Line, "a second document; a configuration is one");
            return root switch
            {
                YamlMap map => map,
                YamlScalar { Text: "" } => new YamlMap(new Dictionary<string, YamlNode>(), 1),
                _ => throw Error(source, root.Line, "found a value; expected keys with values, such as `profile: plan`"),
            };
        }

        private long Line => parser.Current?.Start.Line ?? 0;

        private void Take<T>()
            where T : ParsingEvent
        {
            if (parser.Current is null && !parser.MoveNext())
                throw Error(source, 0, "ends too early");
            if (parser.Current is not T)
                throw Error(source, Line, $"found {parser.Current?.GetType().Name}; expected {typeof(T).Name}");
            parser.MoveNext();
        }

        private YamlNode Node(int depth)
        {
            if (depth > MostDepth)
                throw Error(source, Line, $"nested more than {MostDepth} deep");
            if (++_nodes > MostNodes)
                throw Error(source, Line, $"more than {MostNodes:N0} values");
            if (parser.Current is AnchorAlias)
                throw Error(source, Line, "an alias (*name); write the value itself");
            if (parser.Current is NodeEvent node)
            {
                if (!node.Anchor.IsEmpty)
                    throw Error(source, Line, "an anchor (&name); write the value where it is used");
                if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
                    throw Error(source, Line, "a tag (!name); plain values have none");
            }

            switch (parser.Current)
            {
                case Scalar scalar:
                    var value = new YamlScalar(scalar.Value, Line);
                    parser.MoveNext();
                    return value;
                case MappingStart:
                    return Map(depth);
                case SequenceStart:
                    return List(depth);
                default:
                    throw Error(source, Line, "expected a value");
            }
        }

        private YamlMap Map(int depth)
        {
            var line = Line;
            var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
            Take<MappingStart>();
            while (parser.Current is not MappingEnd)
            {
                var keyLine = Line;
                if (Node(depth + 1) is not YamlScalar key)
                    throw Error(source, keyLine, "a key is a plain word");
                if (!entries.TryAdd(key.Text, Node(depth + 1)))
                    throw Error(source, keyLine, $"'{key.Text}' stands twice");
            }

            Take<MappingEnd>();
            return new YamlMap(entries, line);
        }

        private YamlList List(int depth)
        {
            var line = Line;
            var items = new List<YamlNode>();
            Take<SequenceStart>();
            while (parser.Current is not SequenceEnd)
                items.Add(Node(depth + 1));
            Take<SequenceEnd>();
            return new YamlList(items, line);
        }
    }
}
