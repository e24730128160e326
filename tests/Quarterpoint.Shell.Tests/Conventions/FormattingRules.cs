using Quarterpoint.Shell.Tests.Conventions.Sources;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>The formatter lays out code; strings and comments that it leaves too long are wrapped by hand.</summary>
public sealed class FormattingRules
{
    private const int Width = 140;

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
