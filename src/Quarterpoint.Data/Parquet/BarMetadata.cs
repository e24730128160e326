using System.Globalization;
using Quarterpoint.Core;

namespace Quarterpoint.Data.Parquet;

/// <summary>What our own files state about themselves, in Parquet's key-value metadata.</summary>
internal sealed record BarMetadata(string Instrument, long TickSizeNanos, int BarSeconds, string Contract, bool PricesAreTicks)
{
    private const string InstrumentKey = "quarterpoint.instrument";
    private const string TickSizeKey = "quarterpoint.tick_size_nanos";
    private const string BarSecondsKey = "quarterpoint.bar_seconds";
    private const string ContractKey = "quarterpoint.contract";
    private const string PriceUnitKey = "quarterpoint.price_unit";
    private const string Ticks = "ticks";
    private const string Points = "points";

    public IReadOnlyDictionary<string, string> ToPairs() =>
        new Dictionary<string, string>
        {
            [InstrumentKey] = Instrument,
            [TickSizeKey] = TickSizeNanos.ToString(CultureInfo.InvariantCulture),
            [BarSecondsKey] = BarSeconds.ToString(CultureInfo.InvariantCulture),
            [ContractKey] = Contract,
            [PriceUnitKey] = PricesAreTicks ? Ticks : Points,
        };

    /// <summary>Null where we did not write the file.</summary>
    /// <exception cref="BadInputException">A key of ours has a value that we never write.</exception>
    public static BarMetadata? Find(IReadOnlyDictionary<string, string> pairs, string file)
    {
        if (!pairs.TryGetValue(InstrumentKey, out var instrument))
            return null;
        return new BarMetadata(
            instrument,
            Number(pairs, TickSizeKey, long.MaxValue, file),
            (int)Number(pairs, BarSecondsKey, int.MaxValue, file),
            pairs.GetValueOrDefault(ContractKey, ""),
            pairs.GetValueOrDefault(PriceUnitKey, Points) switch
            {
                Ticks => true,
                Points => false,
                var other => throw new BadInputException(file, 0, PriceUnitKey, other, $"{Ticks} or {Points}"),
            }
        );
    }

    private static long Number(IReadOnlyDictionary<string, string> pairs, string key, long largest, string file)
    {
        var text = pairs.GetValueOrDefault(key, "");
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= largest
            ? number
            : throw new BadInputException(file, 0, key, text, "a whole number above zero");
    }
}
