using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Quarterpoint.Core.Tests.Conventions;

/// <summary>One message of the compiler about a probe.</summary>
internal sealed record ProbeMessage(string Probe, string Code, string Text);

/// <summary>
/// Short pieces of code that must not compile, each in a file of its own: one run of the compiler that built this very project, with the
/// analyzer that guards Core, says what stops each of them.
/// </summary>
internal static partial class Probes
{
    private const string Arguments = "probe-arguments.txt";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Compiles statements against Core and returns every error, and every warning of the analyzer, by probe.</summary>
    /// <param name="assembly">Name of the assembly that is pretended to be made; it decides whether Core's internals are visible.</param>
    /// <param name="probes">The statements of each probe, by its name.</param>
    /// <param name="banned">The list of banned symbols; null to compile without.</param>
    public static ILookup<string, ProbeMessage> Compile(
        string assembly,
        IEnumerable<(string Name, string Statements)> probes,
        string? banned = null
    )
    {
        var folder = Directory.CreateTempSubdirectory("probes").FullName;
        try
        {
            string[] given = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, Arguments));
            List<string> lines =
            [
                "-nologo",
                "-nostdlib",
                "-utf8output",
                "-preferreduilang:en",
                "-target:library",
                "-langversion:latest",
                "-nullable:enable",
                "-nowarn:CS0169,CS0618",
                $"-out:\"{Path.Combine(folder, assembly + ".dll")}\"",
                .. given
                    .Skip(2)
                    .Select(argument => argument[..(argument.IndexOf(':') + 1)] + $"\"{argument[(argument.IndexOf(':') + 1)..]}\""),
            ];
            if (banned is not null)
            {
                File.WriteAllText(Path.Combine(folder, "BannedSymbols.txt"), banned);
                lines.Add($"-additionalfile:\"{Path.Combine(folder, "BannedSymbols.txt")}\"");
            }

            var number = 0;
            foreach (var (name, statements) in probes)
            {
                var path = Path.Combine(folder, name + ".cs");
                number++;
                File.WriteAllText(
                    path,
                    string.Create(CultureInfo.InvariantCulture, $"{Usings}static class Probe{number}\n{{\n{statements}\n}}\n")
                );
                lines.Add($"\"{path}\"");
            }

            var response = Path.Combine(folder, "probes.rsp");
            File.WriteAllLines(response, lines);
            return Run(given[0], given[1], response).ToLookup(message => message.Probe);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using Quarterpoint.Core;
        using Quarterpoint.Core.Instruments;
        using Quarterpoint.Core.Orders;
        using Quarterpoint.Core.Risk;
        using Quarterpoint.Core.Trading;

        """;

    private static List<ProbeMessage> Run(string host, string compiler, string response)
    {
        using var process = Process.Start(
            new ProcessStartInfo(host, ["exec", compiler, "-noconfig", "@" + response])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The compiler {compiler} did not end within {Patience}.");
        }

        var messages = new List<ProbeMessage>();
        foreach (var line in output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var match = Message().Match(line);
            Assert.True(match.Success, $"The compiler said something that is no message about a probe: {line}\n{errors.Result}");
            messages.Add(new ProbeMessage(match.Groups["probe"].Value, match.Groups["code"].Value, match.Groups["text"].Value));
        }

        Assert.Equal("", errors.Result);
        return messages;
    }

    [GeneratedRegex(@"(?<probe>[^/\\]+)\.cs\(\d+,\d+\): (?:error|warning) (?<code>\w+): (?<text>.*)$")]
    private static partial Regex Message();
}
