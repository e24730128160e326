using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Quarterpoint.App.Console;

/// <summary>
/// Where a command speaks. With <c>--json</c> stdout is one document and everything else goes to stderr; without it, results go to stdout
/// and progress to stderr.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    private const int WidthOfFiles = 160;

    // Some terminals do not tell their width, or tell one that cannot be true.
    private const int LeastWidth = 40;
    private const int UsualWidth = 80;

    private readonly bool _isTerminal = !System.Console.IsErrorRedirected;
    private Bar? _bar;

    public bool IsJson => json;

    public void Line(string text = "") => (json ? error : output).WriteLine(text);

    public void Table(params ReadOnlySpan<(string Name, string Value)> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("").NoWrap().PadRight(3));
        table.AddColumn(new TableColumn(""));
        foreach (var (name, value) in rows)
            table.AddRow(new Text(name), new Text(value));
        Write(table);
    }

    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var header in headers)
            table.AddColumn(
                new TableColumn(new Text(header)) { Alignment = header == headers[0] ? Justify.Left : Justify.Right, NoWrap = true }
            );
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        Write(table);
    }

    /// <summary>Raised for every warning, so that it reaches the log too.</summary>
    public event Action<string>? Warned;

    public void Warn(string text)
    {
        Note("warning: " + text);
        Warned?.Invoke(text);
    }

    public void Error(string text) => Note("error: " + text);

    /// <summary>Writes a line beside the results: to stderr, and never into the line of a progress bar.</summary>
    public void Note(string text)
    {
        _bar?.Break();
        error.WriteLine(text);
    }

    /// <summary>The command's one document.</summary>
    public void Json<T>(T document, JsonTypeInfo<T> type) => output.WriteLine(JsonSerializer.Serialize(document, type));

    /// <summary>The same, where the document is serialised already.</summary>
    public void JsonText(string document) => output.WriteLine(document);

    /// <summary>
    /// Shows how far a long job has come: in place on a terminal, a line every tenth of the way elsewhere. What is reported is the share
    /// done, 0 to 1.
    /// </summary>
    public IProgress<double> Progress(string what) => _bar = new Bar(error, what, _isTerminal);

    /// <summary>
    /// On a terminal a table fits its width; in a file or a pipe it has room. Blanks at the end of a line are left out.
    /// </summary>
    private void Write(Table table)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(text),
            }
        );
        console.Profile.Width =
            System.Console.IsOutputRedirected ? WidthOfFiles
            : System.Console.WindowWidth is >= LeastWidth and var width ? width
            : UsualWidth;
        console.Write(table);
        foreach (var line in text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            Line(line.TrimEnd());
    }

    private sealed class Bar(TextWriter error, string what, bool inPlace) : IProgress<double>
    {
        private readonly Lock _gate = new();
        private readonly long _started = TimeProvider.System.GetTimestamp();
        private int _shown = -1;
        private bool _isOpen;

        /// <summary>Ends the bar's line, so that what follows begins a new one.</summary>
        public void Break()
        {
            lock (_gate)
            {
                if (_isOpen)
                    error.WriteLine();
                _isOpen = false;
            }
        }

        public void Report(double value)
        {
            lock (_gate)
            {
                var percent = (int)(Math.Clamp(value, 0, 1) * 100);
                var step = inPlace ? percent : percent / 10;
                if (step <= _shown)
                    return;
                _shown = step;
                var elapsed = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
                var left = value is > 0.02 and < 1
                    ? string.Create(CultureInfo.InvariantCulture, $", {elapsed / value * (1 - value):0} s left")
                    : "";
                if (inPlace)
                {
                    error.Write($"\r{what}: {percent}%{left}        ");
                    _isOpen = percent < 100;
                    if (!_isOpen)
                        error.WriteLine();
                }
                else
                {
                    error.WriteLine($"{what}: {percent}%{left}");
                }
            }
        }
    }
}
