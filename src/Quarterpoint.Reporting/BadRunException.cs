using System.Globalization;

namespace Quarterpoint.Reporting;

/// <summary>
/// A run folder, or a file in one, that cannot be taken as it is. The message names the file, the row, the field, the value, and what was
/// expected. Row 0 speaks of the file as a whole.
/// </summary>
public sealed class BadRunException : Exception
{
    public BadRunException(string file, long row, string field, string value, string expected)
        : base(Describe(file, row, field, value, expected))
    {
    }

    public BadRunException(string file, string found, string expected)
        : this(file, 0, "", found, expected)
    {
    }

    /// <summary>A file that its parser refuses, in the parser's words.</summary>
    public BadRunException(string file, string expected, Exception cause)
        : base($"{file}: expected {expected}; {cause.Message}", cause)
    {
    }

    private static string Describe(string file, long row, string field, string value, string expected)
    {
        var place = row > 0 ? string.Create(CultureInfo.InvariantCulture, $"{file}, row {row}") : file;
        if (field.Length > 0) place += $", field {field}";
        return $"{place}: found {(value.Length <= 80 ? $"'{value}'" : $"'{value.AsSpan(0, 77)}...'")}; expected {expected}.";
    }
}
