using Quarterpoint.Shell.Tests.Conventions.Sources;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>The formatter lays out code; strings and comments that it leaves too long are wrapped by hand.</summary>
public sealed class FormattingRules
{
    private const int Width = 140;

    [Fact]
    public void The_script_of_CI_checks_the_layout_with_the_formatter_of_the_manifest()
    {
        var steps = File.ReadAllLines(Path.Combine(Repository.Root, ".ci", "run"));
        Assert.True(
            Array.IndexOf(steps, "dotnet tool restore") is >= 0 and var restore
                && restore < Array.IndexOf(steps, "dotnet csharpier check .")
        );
    }

    [Fact]
    public void No_line_is_wider_than_140_columns() =>
        Report.None(
            from file in SourceTree.Current.Files
            from line in file.Lines.Index()
            let width = line.Item.TrimEnd('\r').Length
            where width > Width
            select $"{file.Path}:{line.Index + 1}: {width} columns",
            $"lines over {Width} columns"
        );
}
