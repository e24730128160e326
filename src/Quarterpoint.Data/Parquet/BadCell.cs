using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>
/// A value that its column cannot hold. A finite price that is only off the instrument's grid also has its <see cref="Nanos"/>: it may be
/// right on the grid of a calendar spread, which the row's symbol decides.
/// </summary>
internal readonly record struct BadCell(long Row, BarField Field, string Value, string Expected, long? Nanos = null)
{
    public BadInputException ToException(string file, string column) => new(file, Row, column, Value, Expected);
}
