using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// A value that cannot be taken as its column's meaning. A finite price that is merely off the instrument's grid also has its
/// <see cref="Nanos"/>: on a calendar spread's own grid it may be right, and the row's symbol decides.
/// </summary>
internal readonly record struct BadCell(long Row, BarField Field, string Value, string Expected, long? Nanos = null)
{
    public BadInputException ToException(string file, string column) => new(file, Row, column, Value, Expected);
}
