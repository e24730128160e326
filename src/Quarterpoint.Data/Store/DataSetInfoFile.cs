using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Store;

/// <summary>Reads a set's <c>set.json</c> and checks it, since anybody may have edited it.</summary>
internal static partial class DataSetInfoFile
{
    /// <exception cref="BadInputException">The file is damaged, of another version, or holds a value that we never write.</exception>
    public static DataSetInfo Read(string path)
    {
        var info = Parse(path);
        void Expect(bool holds, string field, FormattableString found, string expected)
        {
            if (!holds)
                throw new BadInputException(path, 0, field, found.ToString(CultureInfo.InvariantCulture), expected);
        }

        Expect(info.Schema == DataSetInfo.CurrentSchema, "schema", $"{info.Schema}", $"{DataSetInfo.CurrentSchema}: import the set again");
        Expect(info.BarSeconds > 0, "barSeconds", $"{info.BarSeconds}", "a length above zero");
        Expect(info.TickSizeNanos > 0, "tickSizeNanos", $"{info.TickSizeNanos}", "a size above zero");
        var last = 0;
        foreach (var contract in info.Contracts)
        {
            Expect(contract is not null, "contracts", $"null", "a contract");
            var isKnown = contract!.Delivery is { } delivery ? DeliveryPattern().IsMatch(delivery) : info.Contracts.Count == 1;
            Expect(isKnown, "delivery", $"{contract.Delivery}", "a quarterly month such as 2024-03, or a single series without one");
            var ordinal = contract.Month?.Ordinal ?? int.MaxValue;
            Expect(ordinal > last, "delivery", $"{contract.Delivery}", "contracts in order of delivery, each once");
            last = ordinal;
            foreach (var file in contract.Files)
            {
                Expect(file is not null, "files", $"null", "a file");
                Expect(FilePattern().IsMatch(file!.Path), "path", $"{file.Path}", "a path such as MESH4/2024/2024-02.parquet");
                Expect(file.Rows is > 0 and <= int.MaxValue, "rows", $"{file.Rows}", "at least one row");
            }
        }

        return info;
    }

    private static DataSetInfo Parse(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StoreJson.Default.DataSetInfo)
                ?? throw new BadInputException(path, "null", "the description that was written with the set");
        }
        catch (JsonException e)
        {
            throw new BadInputException(path, "a damaged description", $"the one that was written with the set ({e.Message})");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]+/[0-9]{4}/[0-9]{4}-[0-9]{2}\\.parquet$", RegexOptions.CultureInvariant)]
    private static partial Regex FilePattern();

    [GeneratedRegex("^(19|20|21)[0-9]{2}-(03|06|09|12)$", RegexOptions.CultureInvariant)]
    private static partial Regex DeliveryPattern();
}
