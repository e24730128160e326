using System.Globalization;
using System.Xml.Linq;

namespace Quarterpoint.App.Verbs;

/// <summary>How many lines of one assembly the tests ran, and which share of them is enough (SPEC Q1).</summary>
internal sealed record AssemblyCoverage(string Name, int Lines, int Covered, double Needed)
{
    public double Share => Lines == 0 ? 1 : (double)Covered / Lines;
}

/// <summary>What all test projects covered together: a line counts where any of them ran it.</summary>
internal sealed record CoverageReport(IReadOnlyList<AssemblyCoverage> Assemblies)
{
    private const double NeededOfCore = 0.90;
    private const double NeededOfTheRest = 0.80;

    /// <summary>Whether Core by itself, and all other assemblies together, are covered as far as they must be.</summary>
    public bool IsEnough
    {
        get
        {
            var core = Assemblies.FirstOrDefault(a => a.Name == "Quarterpoint.Core");
            var rest = Assemblies.Where(a => a.Name != "Quarterpoint.Core").ToList();
            var lines = rest.Sum(a => a.Lines);
            return core is { Lines: > 0 }
                && core.Share >= NeededOfCore
                && (lines == 0 || (double)rest.Sum(a => a.Covered) / lines >= NeededOfTheRest);
        }
    }

    public static CoverageReport Read(string folder, string sources)
    {
        // By line of a file: whether any report saw it run.
        var lines = new Dictionary<(string File, int Line), bool>();
        foreach (var report in Directory.EnumerateFiles(folder, "*.cobertura.xml", SearchOption.AllDirectories))
        {
            foreach (var type in XDocument.Load(report).Descendants("class"))
            {
                var file = Path.GetFullPath((string)type.Attribute("filename")!);
                if (!file.StartsWith(sources, StringComparison.Ordinal) || file.Contains("/obj/", StringComparison.Ordinal))
                    continue;
                foreach (var line in type.Descendants("line"))
                {
                    var key = (file, int.Parse((string)line.Attribute("number")!, CultureInfo.InvariantCulture));
                    var ran = (string)line.Attribute("hits")! != "0";
                    lines[key] = ran || (lines.TryGetValue(key, out var before) && before);
                }
            }
        }

        return new CoverageReport([
            .. lines
                .GroupBy(l => Path.GetRelativePath(sources, l.Key.File).Split(Path.DirectorySeparatorChar)[0])
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new AssemblyCoverage(
                    g.Key,
                    g.Count(),
                    g.Count(l => l.Value),
                    g.Key == "Quarterpoint.Core" ? NeededOfCore : NeededOfTheRest
                )),
        ]);
    }
}
