using ParquetSharp;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>What the native reader says of a damaged file, as bad input. Nothing else is caught: a failure of ours stays one.</summary>
internal static class ParquetFailure
{
    private const string Prefix = "(message: '";

    /// <summary>The second kind is how the binding says that a damaged description names a type which does not exist.</summary>
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
