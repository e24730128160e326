using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Quarterpoint.App.Logging;

/// <summary>
/// The secrets that this invocation can know of: by the name of an environment variable, an argument, or a key of the configuration.
/// Whatever is logged or shown of a failure goes through <see cref="Redact"/> as finished text, so that it does not matter how a secret got
/// into it.
/// </summary>
internal sealed partial class Secrets
{
    public const string Mark = "[redacted]";

    // Shorter values are words of any text ("1", "yes"), and a key so short protects nothing.
    private const int Shortest = 4;
    private const int MostConfiguration = 1 << 20;

    private readonly List<string> _values;

    private Secrets(IEnumerable<string> values) =>
        _values = [
            // Longest first, so that a secret which begins with another one is replaced whole. Inside JSON, quotes and backslashes look
            // different.
            .. values
                .Select(v => v.Trim())
                .Where(v => v.Length >= Shortest && v.Any(char.IsLetterOrDigit))
                .SelectMany(v => new[] { v, InJson(v) })
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(v => v.Length),
        ];

    /// <param name="configFile">
    /// Read as lines, so that the secrets of a file that is no valid configuration are known too; null where there is none.
    /// </param>
    public static Secrets Of(IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> arguments, string? configFile) =>
        new([
            .. variables.Where(v => IsSecret(v.Key)).Select(v => v.Value),
            .. InArguments(arguments),
            .. configFile is null ? [] : InConfiguration(configFile),
        ]);

    /// <summary>The text without any of the secrets.</summary>
    public string Redact(string text)
    {
        foreach (var value in _values)
            text = text.Replace(value, Mark, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Whether the value under such a name is a secret: DATABENTO_API_KEY, topstepx.apiKey, --auth-token, password.</summary>
    public static bool IsSecret(string name)
    {
        var words = Words().Matches(name.Split('.')[^1]).Select(word => word.Value.ToUpperInvariant()).ToList();

        // The path of a key file is no secret, and an error without it would be of no use.
        if (words.LastOrDefault() is "PATH" or "FILE" or "FOLDER" or "DIR")
            return false;
        return words.Any(word =>
            word
                is "KEY"
                    or "APIKEY"
                    or "TOKEN"
                    or "SECRET"
                    or "SECRETS"
                    or "PASSWORD"
                    or "PASSWD"
                    or "PASSPHRASE"
                    or "CREDENTIAL"
                    or "CREDENTIALS"
                    or "WEBHOOK"
        );
    }

    private static IEnumerable<string> InArguments(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var at = arguments[i].IndexOfAny(['=', ':']);
            if (at > 0 && IsSecret(arguments[i][..at]))
                yield return arguments[i][(at + 1)..];
            else if (at < 0 && arguments[i].StartsWith('-') && IsSecret(arguments[i]) && i + 1 < arguments.Count)
                yield return arguments[i + 1];
        }
    }

    private static IEnumerable<string> InConfiguration(string file)
    {
        string[] lines;
        try
        {
            if (new FileInfo(file) is not { Exists: true, Length: <= MostConfiguration })
                return [];
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Loading the configuration says so; no text of a file that cannot be read can be shown.
            return [];
        }

        return InLines(lines);
    }

    private static IEnumerable<string> InLines(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var entry in Entries().Matches(lines[i]).Where(e => IsSecret(e.Groups["name"].Value)))
            {
                var value = entry.Groups["value"].Value.Trim();
                if (value.Length > 0 && value[0] is not ('|' or '>'))
                {
                    yield return value.Trim('"', '\'');
                    continue;
                }

                // The value stands on the following, deeper lines.
                var depth = lines[i].TakeWhile(c => c == ' ').Count();
                for (var below = i + 1; below < lines.Length && lines[below].TakeWhile(c => c == ' ').Count() > depth; below++)
                    yield return lines[below].Trim().Trim('"', '\'');
            }
        }
    }

    private static string InJson(string value) => JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(
        """(?<name>[A-Za-z0-9_.-]+)["']?\s*[:=](?:\s+|$)(?<value>"[^"]*"|'[^']*'|[^\s,}#"'][^,}#]*)?""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Entries();
}
