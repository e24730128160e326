using System.Text.RegularExpressions;
using Quarterpoint.Shell.Tests.Conventions.Sources;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>
/// The studies take too long for every build, so what their scripts name is checked here: a name that is gone would select nothing.
/// </summary>
public sealed partial class StudyScripts
{
    [Theory]
    [InlineData("crash.sh")]
    [InlineData("mutation.sh")]
    public void A_script_selects_test_classes_and_folders_that_exist(string script)
    {
        var text = Read(script);
        var tests = SourceTree.Current.Files.Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal)).ToList();
        var classes = tests.SelectMany(file => file.Types).Select(type => type.Name).ToHashSet();
        var named = FilteredClass()
            .Matches(text)
            .Select(match => match.Groups[1].Value)
            .Concat(SlowClasses().Matches(text).SelectMany(match => match.Groups[1].Value.Split(' ')))
            .ToList();
        Assert.NotEmpty(named);
        Assert.Subset(classes.Concat(tests.Select(file => file.Path.Split('/')[^2])).ToHashSet(), named.ToHashSet());
        Assert.All(Mutated().Matches(text), match =>
            Assert.Contains(SourceTree.Current.Sources, file => Fits(file, match.Groups[1].Value))
        );
    }

    [Fact]
    public void A_canary_of_the_mutation_study_is_a_piece_of_its_source()
    {
        var canaries = Canary().Matches(Read("mutation.cs"));
        Assert.NotEmpty(canaries);
        Assert.All(canaries, canary =>
        {
            var file = Assert.Single(SourceTree.Current.Sources, file =>
                file.Path.EndsWith($"/{canary.Groups[1].Value}", StringComparison.Ordinal)
            );
            Assert.Contains(file.Lines, line => line.Contains(canary.Groups[2].Value, StringComparison.Ordinal));
        });
    }

    private static string Read(string study) => File.ReadAllText(Path.Combine(Repository.Root, "docs", "studies", study));

    private static bool Fits(SourceFile file, string pattern) =>
        pattern.EndsWith(".cs", StringComparison.Ordinal)
            ? file.Path.EndsWith($"/{pattern}", StringComparison.Ordinal)
            : file.Path.Contains($"/Quarterpoint.Core/{pattern}/", StringComparison.Ordinal);

    /// <summary>A class, or the folder of several, that a script filters by.</summary>
    [GeneratedRegex(@"(?:--filter-class '\*|FullyQualifiedName~Tests\.(?:[A-Za-z]+\.(?=[A-Z]))?)(\w+)")]
    private static partial Regex FilteredClass();

    [GeneratedRegex(@"for slow in ([\w ]+);")]
    private static partial Regex SlowClasses();

    /// <summary>A folder of Core, or a file in it.</summary>
    [GeneratedRegex(@"""\*\*/([\w/]+(?:\.cs)?)(?:/\*\*/\*\.cs)?""")]
    private static partial Regex Mutated();

    /// <summary>The file of a canary, and the text that is changed.</summary>
    [GeneratedRegex("\"(\\w+\\.cs)\",\\s*\"([^\"]+)\"")]
    private static partial Regex Canary();
}
