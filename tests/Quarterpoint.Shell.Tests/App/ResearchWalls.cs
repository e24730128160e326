using System.Text.RegularExpressions;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>Research returns values and reports what it finds: how that is shown is a verb's business.</summary>
public sealed partial class ResearchWalls
{
    [Fact]
    public void Research_knows_neither_the_terminal_nor_the_command_line()
    {
        var files = Repository.Files("src", "*.cs").Where(path => path.Contains("/Quarterpoint.App/Research/", StringComparison.Ordinal));
        Assert.NotEmpty(files);
        Assert.All(files, path => Assert.DoesNotMatch(Screens(), File.ReadAllText(path)));
    }

    [GeneratedRegex(@"Quarterpoint\.App\.(Console|Verbs|Sessions)|System\.CommandLine|System\.Console|\bTerminal\b|\bVerbCall\b|Spectre")]
    private static partial Regex Screens();
}
