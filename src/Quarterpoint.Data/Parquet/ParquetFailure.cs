using ParquetSharp;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// Turns the native reader's complaint about a damaged file into bad input. Nothing else is caught: a bug of ours stays a bug.
/// </summary>
internal static class ParquetFailure
{
    private const string Prefix = "(message: '";

    /// <summary>The binding throws the second kind where a damaged footer names a type that does not exist.</summary>
    public static bool Explains(Exception e) => e is ParquetException or ArgumentOutOfRangeException;

    public static BadInputException In(string path, Exception e) => new(path, Reason(e.Message), "a Parquet file that can be read");

    private static string Reason(string message)
    {
        var start = message.IndexOf(Prefix, StringComparison.Ordinal);
        if (start < 0)
            return message;
        var reason = message[(start + Prefix.Length)..];
        return reason.EndsWith("')", StringComparison.Ordinal) ? reason[..^2] : reason;
    }
}
