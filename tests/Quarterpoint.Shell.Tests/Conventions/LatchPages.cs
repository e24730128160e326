using System.Text.RegularExpressions;
using Quarterpoint.App.Verbs;
using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>The documents about the latches say what the code does.</summary>
public sealed partial class LatchPages
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "latches.md"));

    /// <summary>Rows with seven columns; the last one is free text.</summary>
    private static readonly List<string[]> Table =
    [
        .. Page.Where(line => Cells(line).Length == 7).Select(Cells).SkipWhile(cells => cells[0] != "---").Skip(1),
    ];

    [Fact]
    public void The_table_says_of_every_latch_what_the_code_does()
    {
        var code = LatchTable.Rows.Select(row =>
            string.Join(
                " | ",
                row.Row.Length > 0 ? row.Row : "-",
                RiskWords.Spaced(row.Latch),
                RiskWords.Spaced(row.State),
                Effect(row),
                Release(row),
                row.IsDurable ? "yes" : "no"
            )
        );
        Assert.Equal(code, Table.Select(cells => string.Join(" | ", cells[..^1])));
        Assert.All(Table, cells => Assert.NotEmpty(cells[^1]));
    }

    [Fact]
    public void Every_row_of_section_five_is_on_the_page_and_every_rule_there_exists()
    {
        var rows = Page.Select(Cells).Where(cells => cells.Length >= 3).Select(cells => cells[0]).ToHashSet();
        Assert.Empty(Enumerable.Range(1, 25).Select(row => $"R{row}").Except(rows.Concat(["R24"])));
        Assert.Contains(Table, cells => cells[0] == "R24");
        var rules = Enum.GetNames<Rule>().Select(name => char.ToLowerInvariant(name[0]) + name[1..]).ToHashSet();
        var refused = Page.Select(Cells)
            .Where(cells => cells.Length == 3)
            .SelectMany(cells => Words().Matches(cells[2]).Select(match => match.Value))
            .Where(word => word.Any(char.IsUpper));
        Assert.Subset(rules, refused.Where(word => !Rows().IsMatch(word)).ToHashSet());
    }

    [Fact]
    public void The_runbook_has_a_section_for_every_latch_and_for_nothing_else()
    {
        var sections = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "runbook.md"))
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => line[4..]);
        Assert.Equal(LatchTable.Rows.Select(row => RiskWords.Spaced(row.Latch)), sections);
    }

    private static string[] Cells(string line) =>
        line.StartsWith('|') && line.EndsWith('|') ? [.. line[1..^1].Split('|').Select(cell => cell.Trim())] : [];

    private static string Effect(LatchRow row) =>
        row.Effect switch
        {
            LatchEffect.Halves => "a new size is halved",
            LatchEffect.Blocks => "nothing opens",
            _ => "nothing opens, what is open is closed",
        };

    private static string Release(LatchRow row) =>
        row.Release switch
        {
            LatchRelease.Condition => "its cause is gone",
            LatchRelease.Instant => "its instant has come",
            LatchRelease.Restart => "a restart",
            LatchRelease.Resume => "a person resumes",
            LatchRelease.Review => "a review",
            _ => "never",
        };

    [GeneratedRegex(@"[A-Za-z0-9]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"^[A-Z][0-9]+$|^[A-Z]|RTH")]
    private static partial Regex Rows();
}
