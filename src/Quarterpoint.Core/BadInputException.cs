using System.Globalization;

namespace Quarterpoint.Core;

/// <summary>
/// A file, or a part of one, that cannot be taken as it is. The message names the file, the row, the field, the value, and what was
/// expected: enough to mend it. Row 0 speaks of the file as a whole.
/// </summary>
public sealed class BadInputException : Exception
{
    public BadInputException(string file, long row, string field, string value, string expected)
        : base(Describe(file, row, field, value, expected))
    {
        File = file;
        Row = row;
        Field = field;
        Value = value;
        Expected = expected;
    }

    /// <summary>The file as a whole: empty, truncated, of no known format.</summary>
    public BadInputException(string file, string found, string expected)
        : this(file, 0, "", found, expected) { }

    /// <summary>A file that a parser refuses, in the parser's words.</summary>
    public BadInputException(string file, string expected, Exception cause)
        : base($"{file}: expected {expected}; {cause.Message}", cause)
    {
        (File, Field, Value, Expected) = (file, "", "", expected);
    }

    public string File { get; }

    /// <summary>Counted from 1, header lines not included; 0 for the file as a whole.</summary>
    public long Row { get; }

    public string Field { get; }

    public string Value { get; }

    public string Expected { get; }

    private static string Describe(string file, long row, string field, string value, string expected)
    {
        var place = row > 0 ? string.Create(CultureInfo.InvariantCulture, $"{file}, row {row}") : file;
        if (field.Length > 0)
            place += $", field {field}";
        return $"{place}: found {Shorten(value)}; expected {expected}.";
    }

    private static string Shorten(string value) => value.Length <= 80 ? $"'{value}'" : $"'{value.AsSpan(0, 77)}...'";
}
