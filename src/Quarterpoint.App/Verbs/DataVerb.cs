using System.CommandLine;

namespace Quarterpoint.App.Verbs;

/// <summary>Data sets: made up, imported, examined.</summary>
internal static class DataVerb
{
    public static Command Create() =>
        new("data", "Data sets: generate, import, check, info, list.")
        {
            GenerateVerb.Create(),
            ImportVerb.Create(),
            CheckVerb.Create(),
            InfoVerb.Create(),
            ListVerb.Create(),
        };
}
