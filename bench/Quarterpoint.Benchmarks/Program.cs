using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Quarterpoint.Benchmarks;

// Each step runs in a process of its own, so that its processor time and peak memory are its own. It runs several times, and the median
// counts. Lines that begin with "# " are for people; with --json everything else is one document.
if (args is ["step", var step, var workspace, var rows])
    return Steps.Run(step, workspace, long.Parse(rows, CultureInfo.InvariantCulture));
if (args.Length == 0 || args[0] != "all")
    return Usage();

var options = Options(args);
var measured = new List<StepResult>();
var system = System.Runtime.InteropServices.RuntimeInformation.OSDescription;
Say($"machine: {Environment.ProcessorCount} cores, {system}, .NET {Environment.Version}");
if (!BenchData.IsReady(options.Workspace, options.Rows))
{
    Say($"making {options.Rows:N0} synthetic rows (once)...");
    Child("data", options);
}

foreach (var name in Steps.Names)
{
    var runs = Enumerable.Range(0, Steps.RepeatsOf(name)).Select(_ => Child(name, options)!).OrderBy(r => r.WallSeconds).ToList();
    var median = runs[runs.Count / 2];
    measured.Add(median);
    Say($"{median}");
}

var beyond = measured.SelectMany(m => m.BeyondFloor()).ToList();
foreach (var floor in beyond)
    Say($"BEYOND A FLOOR OF THE PLAN: {floor}");
if (options.Json)
    Console.WriteLine(JsonSerializer.Serialize(new BenchDocument(beyond.Count == 0, measured, beyond), BenchJson.Default.BenchDocument));
return beyond.Count == 0 ? 0 : 1;

static int Usage()
{
    Console.Error.WriteLine("usage: all --workspace DIR [--rows N] [--json] | training");
    return 2;
}

static BenchOptions Options(string[] args)
{
    string After(string name, string fallback) => Array.IndexOf(args, name) is var at and >= 0 ? args[at + 1] : fallback;
    return new BenchOptions(
        After("--workspace", "artifacts/bench"),
        long.Parse(After("--rows", "33200000"), CultureInfo.InvariantCulture),
        args.Contains("--json")
    );
}

static void Say(FormattableString text) => Console.WriteLine("# " + text.ToString(CultureInfo.InvariantCulture));

static StepResult? Child(string name, BenchOptions options)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        start.ArgumentList.Add(typeof(BenchOptions).Assembly.Location);
    foreach (var argument in (string[])["step", name, options.Workspace, options.Rows.ToString(CultureInfo.InvariantCulture)])
        start.ArgumentList.Add(argument);
    using var process = Process.Start(start)!;
    var text = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0)
        throw new InvalidOperationException($"The step '{name}' ended with code {process.ExitCode}.");
    return text.Length == 0 ? null : JsonSerializer.Deserialize(text, BenchJson.Default.StepResult);
}
