using ParquetSharp;
using Quarterpoint.Core;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Data.Parquet;

/// <summary>How the values of a column are stored.</summary>
internal enum ColumnEncoding
{
    UtcTime,
    LocalTime,
    Int96Time,
    Double,
    Float,
    Nanos,
    Ticks,
    Decimal,
    Signed,
    Unsigned,
    Text,
}

/// <summary>How to read one column, decided once from the file's schema.</summary>
internal sealed record ColumnPlan(BarField Field, int Index, string Name, ColumnEncoding Encoding)
{
    private const int LongestSymbol = 64;

    public long UnitsPerSecond { get; init; } = Timestamp.NanosPerSecond;

    public int Scale { get; init; }

    public int ByteLength { get; init; }

    /// <exception cref="BadInputException">The column's type cannot hold what the field means.</exception>
    public static ColumnPlan For(BarField field, int index, ColumnDescriptor column, BarMetadata? metadata, TimeZoneInfo? zone, string file)
    {
        var name = column.Name;
        if (column.MaxRepetitionLevel > 0 || column.MaxDefinitionLevel > 1)
            throw new BadInputException(file, 0, name, "a list or a nested column", "one value in each row");
        using var logical = column.LogicalType;
        var plan = field switch
        {
            BarField.Time => Time(index, name, column, logical, zone, file),
            BarField.Symbol => Symbol(index, name, column),
            _ when field.IsPrice() => Price(field, index, name, column, logical, metadata),
            _ => Volume(field, index, name, column, logical),
        };
        return plan ?? throw new BadInputException(file, 0, name, $"type {column.PhysicalType} ({logical.Type})", Expected(field));
    }

    private static string Expected(BarField field) =>
        field switch
        {
            BarField.Time => "a timestamp, or nanoseconds since 1970 as 64-bit integers",
            BarField.Symbol => "text",
            _ when field.IsPrice() => "a double, a float, a decimal, or billionths as 64-bit integers",
            _ => "integers, or whole numbers as doubles",
        };

    private static ColumnPlan? Time(int index, string name, ColumnDescriptor column, LogicalType logical, TimeZoneInfo? zone, string file)
    {
        if (column.PhysicalType == PhysicalType.Int96)
            return new ColumnPlan(BarField.Time, index, name, ColumnEncoding.Int96Time);
        if (column.PhysicalType != PhysicalType.Int64)
            return null;
        if (logical.Type is LogicalTypeEnum.None or LogicalTypeEnum.Int)
            return new ColumnPlan(BarField.Time, index, name, ColumnEncoding.UtcTime);
        if (logical is not TimestampLogicalType stamp)
            return null;
        if (!stamp.IsAdjustedToUtc && zone is null)
            throw new BadInputException(
                file,
                0,
                name,
                "timestamps that are not marked as UTC",
                "UTC timestamps, or the time zone that these were written in"
            );
        return new ColumnPlan(BarField.Time, index, name, stamp.IsAdjustedToUtc ? ColumnEncoding.UtcTime : ColumnEncoding.LocalTime)
        {
            UnitsPerSecond = stamp.TimeUnit switch
            {
                TimeUnit.Millis => 1_000,
                TimeUnit.Micros => 1_000_000,
                _ => Timestamp.NanosPerSecond,
            },
        };
    }

    private static ColumnPlan? Price(
        BarField field,
        int index,
        string name,
        ColumnDescriptor column,
        LogicalType logical,
        BarMetadata? metadata
    )
    {
        if (logical is DecimalLogicalType number)
        {
            return number.Scale is < 0 or > DecimalText.LargestScale
                ? null
                : new ColumnPlan(field, index, name, ColumnEncoding.Decimal) { Scale = number.Scale, ByteLength = column.TypeLength };
        }

        if (logical.Type is not (LogicalTypeEnum.None or LogicalTypeEnum.Int))
            return null;
        var isTicks = metadata is { PricesAreTicks: true };
        ColumnEncoding? encoding = column.PhysicalType switch
        {
            PhysicalType.Double => ColumnEncoding.Double,
            PhysicalType.Float => ColumnEncoding.Float,
            PhysicalType.Int64 => isTicks ? ColumnEncoding.Ticks : ColumnEncoding.Nanos,
            PhysicalType.Int32 when isTicks => ColumnEncoding.Ticks,
            _ => null,
        };
        return encoding is { } found ? new ColumnPlan(field, index, name, found) : null;
    }

    private static ColumnPlan? Volume(BarField field, int index, string name, ColumnDescriptor column, LogicalType logical)
    {
        if (logical.Type is not (LogicalTypeEnum.None or LogicalTypeEnum.Int))
            return null;
        if (column.PhysicalType is not (PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Double or PhysicalType.Float))
            return null;
        return new ColumnPlan(
            field,
            index,
            name,
            logical is IntLogicalType { IsSigned: false } ? ColumnEncoding.Unsigned : ColumnEncoding.Signed
        );
    }

    private static ColumnPlan? Symbol(int index, string name, ColumnDescriptor column) =>
        column.PhysicalType switch
        {
            PhysicalType.ByteArray => new ColumnPlan(BarField.Symbol, index, name, ColumnEncoding.Text),
            PhysicalType.FixedLenByteArray when column.TypeLength is > 0 and <= LongestSymbol => new ColumnPlan(
                BarField.Symbol,
                index,
                name,
                ColumnEncoding.Text
            )
            {
                ByteLength = column.TypeLength,
            },
            _ => null,
        };
}
