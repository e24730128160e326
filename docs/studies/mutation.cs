#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// The table of docs/studies/mutation.md and all of mutation.json, from Stryker's report. Fails where a canary fails or the score is below
// 90 %.
//
// mutation.cs [--small] JSON REPORT [LATER ...]
//
// With --small the report is of a few files: the score is not judged, and of the canaries those in these files, one at least.
// A later report of the same source may try again what had lived or timed out: its word on these counts. What was killed once stays killed.
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

const double Least = 90;
var isSmall = args[0] == "--small";
if (isSmall)
    args = args[1..];
var output = args[0];

// One mutant that every good run kills, and one that none can kill, because it changes nothing: a run that kills that one kills by
// accident.
Canary[] canaries =
[
    new(
        "R1's level lies above the day's baseline",
        "AccountLevels.cs",
        "day.Baseline - limits.DailyLoss",
        "day.Baseline + limits.DailyLoss",
        "Killed"
    ),
    new("contracts divided by plus or minus one", "Ledger.cs", "fill.Size * fill.Side.Sign()", "fill.Size / fill.Side.Sign()", "Survived"),
];

var found = new Dictionary<string, Mutant>();
foreach (var report in args[1..])
{
    foreach (var (path, file) in JsonNode.Parse(File.ReadAllText(report))!["files"]!.AsObject())
    {
        var folders = path.Replace('\\', '/').Split('/');
        if (folders[^2] is not ("Risk" or "Orders" or "Accounting"))
            continue;
        var source = file!["source"]!.GetValue<string>().Split('\n');
        foreach (var node in file["mutants"]!.AsArray())
        {
            var mutant = Mutant.Read($"{folders[^2]}/{folders[^1]}", source, node!);
            var key = $"{mutant.File} {node!["location"]!.ToJsonString()} {node["mutatorName"]} {node["replacement"]}";
            if (!found.TryGetValue(key, out var before) || (mutant.IsTested && before.Status != "Killed"))
                found[key] = mutant;
        }
    }
}

var mutants = found.Values.ToArray();
if (isSmall)
    canaries = [.. canaries.Where(canary => mutants.Any(mutant => mutant.IsTested && canary.IsIn(mutant)))];
var tested = mutants.Where(mutant => mutant.IsTested).ToArray();
Console.WriteLine("| file | mutants | killed | timed out | survived | not covered | score |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var group in tested.GroupBy(mutant => mutant.File).OrderBy(group => group.Key, StringComparer.Ordinal))
    Row(group.Key, [.. group]);
foreach (var group in tested.GroupBy(mutant => mutant.File.Split('/')[0]).OrderBy(group => group.Key, StringComparer.Ordinal))
    Row($"**{group.Key}**", [.. group]);
Row("**all**", tested);

var alive = tested
    .Where(mutant => !mutant.IsKilled)
    .OrderBy(mutant => mutant.File, StringComparer.Ordinal)
    .ThenBy(mutant => mutant.Line)
    .ToArray();
Console.WriteLine();
foreach (var mutant in alive)
    Console.WriteLine($"{mutant.File}:{mutant.Line}: {mutant.Status}: {mutant.Original} -> {mutant.Replacement}");
Console.WriteLine();
foreach (var (status, count) in mutants.Where(mutant => !mutant.IsTested).CountBy(mutant => mutant.Status))
    Console.WriteLine($"not tested, {status}: {count}");

var failed = canaries.Length == 0;
var seen = new JsonArray();
foreach (var canary in canaries)
{
    var status = mutants
        .SingleOrDefault(m => canary.IsIn(m) && m.Original == canary.Original && m.Replacement == canary.Replacement)
        ?.Status
        ?? "Missing";
    seen.Add(
        new JsonObject
        {
            ["what"] = canary.What,
            ["original"] = canary.Original,
            ["replacement"] = canary.Replacement,
            ["expected"] = canary.Status,
            ["status"] = status,
        }
    );
    Console.WriteLine($"canary, {canary.What}: {status}, expected {canary.Status}");
    failed |= status != canary.Status;
}

var files = new JsonObject();
foreach (var group in tested.GroupBy(mutant => mutant.File).OrderBy(group => group.Key, StringComparer.Ordinal))
{
    files[group.Key] = new JsonObject
    {
        ["mutants"] = group.Count(),
        ["killed"] = group.Count(m => m.Status == "Killed"),
        ["timedOut"] = group.Count(m => m.Status == "Timeout"),
        ["score"] = Math.Round(Score([.. group]), 2),
        ["alive"] = new JsonArray([
            .. alive
                .Where(m => m.File == group.Key)
                .Select(m => JsonValue.Create($"{m.Line}: {m.Status}: {m.Original} -> {m.Replacement}")),
        ]),
    };
}

var result = new JsonObject
{
    ["stryker"] = "5.1.0",
    ["mutants"] = tested.Length,
    ["killed"] = tested.Count(m => m.IsKilled),
    ["score"] = Math.Round(Score(tested), 2),
    ["canaries"] = seen,
    ["files"] = files,
};
File.WriteAllText(
    output,
    result.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n"
);

var score = Score(tested);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"score {score:F2} %, at least {Least:F0} % expected of the whole"));
return failed || (score < Least && !isSmall) ? 1 : 0;

static double Score(Mutant[] mutants) => 100.0 * mutants.Count(m => m.IsKilled) / mutants.Length;

static int Count(Mutant[] mutants, string status) => mutants.Count(mutant => mutant.Status == status);

static void Row(string name, Mutant[] mutants) =>
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {mutants.Length} | {Count(mutants, "Killed")} | {Count(mutants, "Timeout")} | "
                + $"{Count(mutants, "Survived")} | {Count(mutants, "NoCoverage")} | {Score(mutants):F1} % |"
        )
    );

internal sealed record Canary(string What, string File, string Original, string Replacement, string Status)
{
    public bool IsIn(Mutant mutant) => mutant.File.EndsWith("/" + File, StringComparison.Ordinal);
}

internal sealed record Mutant(string File, int Line, string Original, string Replacement, string Status)
{
    public bool IsKilled => Status is "Killed" or "Timeout";

    public bool IsTested => IsKilled || Status is "Survived" or "NoCoverage";

    public static Mutant Read(string file, string[] source, JsonNode node)
    {
        var (start, end) = (node["location"]!["start"]!, node["location"]!["end"]!);
        var (first, last) = (start["line"]!.GetValue<int>() - 1, end["line"]!.GetValue<int>() - 1);
        var (from, to) = (start["column"]!.GetValue<int>() - 1, end["column"]!.GetValue<int>() - 1);
        var original =
            first == last
                ? source[first][from..to]
                : string.Join(' ', (string[])[source[first][from..], .. source[(first + 1)..last], source[last][..to]]);
        return new Mutant(
            file,
            first + 1,
            OneLine(original),
            OneLine(node["replacement"]!.GetValue<string>()),
            node["status"]!.GetValue<string>()
        );
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
