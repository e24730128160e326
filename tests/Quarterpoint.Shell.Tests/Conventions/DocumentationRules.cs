using Quarterpoint.Shell.Tests.Conventions.Sources;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>What others can see says what it is, and no comment wastes the reader's time.</summary>
public sealed class DocumentationRules
{
    /// <summary>One part of a partial type may speak for all.</summary>
    [Fact]
    public void Every_public_type_has_a_summary() =>
        Report.None(
            from file in SourceTree.Current.Sources
            from type in file.Types
            where type.IsPublic
            group (File: file, Type: type) by (file.Namespace, type.FullName) into parts
            where !parts.Any(part => IsExplained(part.Type.Doc))
            select $"{parts.First().File.Path}:{parts.First().Type.Line}: {parts.Key.FullName}",
            "public types without a summary"
        );

    [Fact]
    public void No_summary_begins_with_a_bare_Of() =>
        Report.None(Summaries(summary => summary.BeginsWithOf), "summaries that begin with a bare \"Of\"");

    [Fact]
    public void No_summary_only_repeats_the_name_below_it() =>
        Report.None(Summaries(summary => summary.OnlyRepeatsItsName), "summaries that say no more than the name below them");

    private static bool IsExplained(string doc) =>
        Summary.TextOf(doc) is { Length: > 0 } || doc.Contains("<inheritdoc", StringComparison.Ordinal);

    private static IEnumerable<string> Summaries(Func<Summary, bool> breaks) =>
        from file in SourceTree.Current.Files
        from summary in Summary.In(file)
        where breaks(summary)
        select $"{file.Path}:{summary.Line}: {summary.Member}: {summary.Text}";
}
