using System.Text.RegularExpressions;
using Quarterpoint.App.Console;

namespace Quarterpoint.App.Verbs;

/// <summary>Reads the lines that the test runner prints, counts, and passes on what a person has to see.</summary>
internal sealed partial class TestTally(Terminal terminal)
{
    private const int PassedPerLine = 200;
    private const int MostRecent = 40;

    private readonly List<string> _failed = [];
    private readonly List<string> _skipped = [];
    private readonly Queue<string> _recent = new();
    private bool _isFailing;

    public int Passed { get; private set; }

    public IReadOnlyList<string> Failed => _failed;

    /// <summary>A skip is not a pass, so each is named.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    public bool IsEmpty => Passed == 0 && _failed.Count == 0 && _skipped.Count == 0;

    /// <summary>The last lines, to show where nothing ran at all.</summary>
    public IEnumerable<string> Recent => _recent;

    /// <summary>A test's own output, and whatever is no test line, is passed on only around failures.</summary>
    public void Read(string line)
    {
        _recent.Enqueue(line);
        if (_recent.Count > MostRecent)
            _recent.Dequeue();
        var match = TestLine().Match(line);
        if (match.Success)
            Count(match.Groups["state"].Value, match.Groups["name"].Value);
        if (
            line.StartsWith("Running tests from", StringComparison.Ordinal) || line.StartsWith("Test run summary", StringComparison.Ordinal)
        )
            _isFailing = false;
        if (_isFailing || line.Contains(": error ", StringComparison.Ordinal) || Told().IsMatch(line))
            terminal.Line(line.Trim());
    }

    private void Count(string state, string name)
    {
        _isFailing = state == "failed";
        if (_isFailing)
            _failed.Add(name);
        else if (state == "skipped")
            _skipped.Add(name);
        else if (++Passed % PassedPerLine == 0)
            terminal.Line($"  {Passed} passed");
    }

    /// <summary>A test that was skipped took no time, and its line says none.</summary>
    [GeneratedRegex(
        @"^(?:(?<state>passed|failed) (?<name>.+?) \((?:\d+h )?(?:\d+m )?(?:\d+s )?(?:\d+ms)?\)"
            + @"|(?<state>skipped) (?<name>[\w.+]+.*?)(?: \((?:\d+h )?(?:\d+m )?(?:\d+s )?(?:\d+ms)?\))?)$"
    )]
    private static partial Regex TestLine();

    /// <summary>What a test says for everybody to read, whether it passes or not.</summary>
    [GeneratedRegex(@"^\s*\[(?:seed|measured)\] ")]
    private static partial Regex Told();
}
