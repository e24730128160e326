using System.Reflection;

namespace Quarterpoint.App.Invocation;

/// <summary>Which build this is; runs, models, and journals are marked with it.</summary>
internal static class CodeVersion
{
    public static string Current { get; } =
        typeof(CodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
