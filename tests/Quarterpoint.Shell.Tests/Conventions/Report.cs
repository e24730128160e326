namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>A rule of the repository fails with every place that breaks it, not with the first.</summary>
internal static class Report
{
    public static void None<T>(IEnumerable<T> offenders, string what)
    {
        var all = offenders.Select(offender => $"{offender}").Order(StringComparer.Ordinal).ToList();
        if (all.Count > 0)
            Assert.Fail($"{all.Count} {what}:\n  {string.Join("\n  ", all)}");
    }
}
