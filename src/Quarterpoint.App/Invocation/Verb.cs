using System.CommandLine;

namespace Quarterpoint.App.Invocation;

/// <summary>A command that comes with examples, shown under its own help and nowhere else.</summary>
internal sealed class Verb(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
