using System.Globalization;

namespace Quarterpoint.Core;

/// <summary>
/// Input that cannot be used as it is: a file, or something in it. The message names the file, the row, the field, the value, and what was
/// expected, which is enough to correct it. Row 0 means the file as a whole.
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

    /// <summary>For the file as a whole: empty, truncated, of no known format.</summary>
    public BadInputException(string file, string found, string expected)
        : this(file, 0, "", found, expected) { }

    /// <summary>For a file that a parser refuses; the message quotes the parser.</summary>
    public BadInputException(string file, string expected, Exception cause)
        : base($"{file}: expected {expected}; {cause.Message}", cause)
    {
        (File, Field, Value, Expected) = (file, "", "", expected);
    }

    public string File { get; }

    /// <summary>Counted from 1 without header lines; 0 for the file as a whole.</summary>
    public long Row { get; }

    /// <summary>The column or setting; empty where none is meant.</summary>
    public string Field { get; }

    /// <summary>What was found there.</summary>
    public string Value { get; }

    /// <summary>What should have been there.</summary>
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
