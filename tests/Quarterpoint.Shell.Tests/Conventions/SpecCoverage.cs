using System.Text.RegularExpressions;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>Every row of the specification that this version promises has a test with its id, so that anyone can find the proof.</summary>
public sealed partial class SpecCoverage
{
    private static readonly string[] Promised =
    [
        .. Rows('K', 1, 7),
        .. Rows('D', 1, 8),
        .. Rows('L', 1, 4),
        .. Rows('F', 1, 11),
        .. Rows('X', 1, 5),
        "X7",
        "X9",
        "X11",
        "X13",
        "N10",
        "V1",
        "C1",
        "C2",
        "C3",
        "Q1",
        "Q2",
        "Q5",
        "Q6",
        .. Rows('M', 1, 6),
        "M8",
        "N7",
        "N16",
        .. Rows('R', 1, 25),
        "N2",
        "N3",
        "N12",
        "N17",
        "T4",
        "T9",
    ];

    [Fact]
    public void Every_promised_row_is_named_by_a_test()
    {
        var named = Repository
            .Files("tests", "*.cs")
            .SelectMany(path => Traits().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        Assert.Empty(Promised.Except(named));
    }

    /// <summary>A misspelt id would prove a row that does not exist.</summary>
    [Fact]
    public void Ids_are_those_of_the_specification()
    {
        var specification = SharedFolder.Find("SPEC.md");
        Assert.SkipWhen(specification is null, "needs ../shared/SPEC.md");
        var rows = Ids().Matches(File.ReadAllText(specification)).Select(match => match.Value).ToHashSet();
        var named = Repository
            .Files("tests", "*.cs")
            .SelectMany(path => Traits().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        Assert.Subset(rows, named);
    }

    private static IEnumerable<string> Rows(char section, int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(row => $"{section}{row}");

    [GeneratedRegex(@"Trait\(""Spec"", ""([^""]*)""\)")]
    private static partial Regex Traits();

    [GeneratedRegex(@"\b[A-Z][0-9]{1,2}\b")]
    private static partial Regex Ids();
}
