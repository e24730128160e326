using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Quarterpoint.Core.Features;

/// <summary>What must be known before a feature speaks; a row whose features are not all warm is marked cold (SPEC F9).</summary>
[Flags]
public enum Warmup : byte
{
    None = 0,

    /// <summary>All windows of bars are full.</summary>
    Windows = 1,

    /// <summary>Enough larger bars have completed.</summary>
    LargerBars = 2,

    /// <summary>Some volume has traded since the reset.</summary>
    SessionVolume = 4,

    /// <summary>The normal volume of this minute is known from earlier days.</summary>
    NormalVolume = 8,
}

/// <summary>One column of a feature set: its name, the range it can take, and what it waits for.</summary>
public sealed record FeatureColumn(string Name, double Least, double Greatest, Warmup Waits, bool NeedsVolume, string Meaning);

/// <summary>The windows that a feature set is made of, in bars of its own length.</summary>
public sealed record FeatureWindows
{
    /// <summary>1-second bars.</summary>
    public static readonly FeatureWindows Seconds = new()
    {
        Name = "seconds-v1",
        BarSeconds = 1,
        Returns = [1, 5, 10, 30, 60],
        Emas = [9, 21, 50, 200],
        Volatilities = [30, 120, 600, 1800],
        Flow = 60,
        LongFlow = 600,
    };

    /// <summary>1-minute bars: the shapes of the 1-second set, with windows a trading day can fill.</summary>
    public static readonly FeatureWindows Minutes = new()
    {
        Name = "minutes-v1",
        BarSeconds = 60,
        Returns = [1, 5, 10, 30, 60],
        Emas = [5, 9, 21, 50],
        Volatilities = [10, 20, 40, 60],
        Flow = 5,
        LongFlow = 30,
    };

    public required string Name { get; init; }

    public required int BarSeconds { get; init; }

    public required IReadOnlyList<int> Returns { get; init; }

    public required IReadOnlyList<int> Emas { get; init; }

    /// <summary>Spans of the volatility averages; the second is the scale of prices, the last one the longest window of the set.</summary>
    public required IReadOnlyList<int> Volatilities { get; init; }

    public required int Flow { get; init; }

    public required int LongFlow { get; init; }

    /// <summary>The set for bars of that length.</summary>
    /// <exception cref="ArgumentException">No set has windows that such bars can fill: shorter than a bar, or not a multiple of it (SPEC D4).</exception>
    public static FeatureWindows For(int barSeconds) =>
        barSeconds switch
        {
            1 => Seconds,
            60 => Minutes,
            _ => throw new ArgumentException(
                $"No feature set is defined for bars of {barSeconds} s: its windows would be shorter than a bar or no multiple of it. Sets exist for 1 s and 60 s.",
                nameof(barSeconds)
            ),
        };

    /// <summary>The named set; a model asks for the one it was trained on (SPEC F11).</summary>
    /// <exception cref="ArgumentException">There is no such set.</exception>
    public static FeatureWindows Named(string name) =>
        name == Seconds.Name ? Seconds
        : name == Minutes.Name ? Minutes
        : throw new ArgumentException($"There is no feature set '{name}': the sets are {Seconds.Name} and {Minutes.Name}.", nameof(name));
}

/// <summary>The columns of a set, in the order in which <see cref="FeatureSet"/> writes them.</summary>
public static class FeatureCatalogue
{
    /// <summary>
    /// What a model holds its features by (SPEC F11), 64 hexadecimal digits: SHA-256 of the set's name, its windows, and of each column in
    /// order its name, its range, and what it waits for. Meanings in words do not count.
    /// </summary>
    public static string Hash(FeatureWindows windows)
    {
        var text = new StringBuilder();
        string Numbers(IEnumerable<int> values) => string.Join(',', values);
        text.Append(
            CultureInfo.InvariantCulture,
            $"{windows.Name} {windows.BarSeconds} {Numbers(windows.Returns)} {Numbers(windows.Emas)} "
        );
        text.Append(CultureInfo.InvariantCulture, $"{Numbers(windows.Volatilities)} {windows.Flow} {windows.LongFlow}\n");
        foreach (var column in Columns(windows))
            text.Append(
                CultureInfo.InvariantCulture,
                $"{column.Name} {column.Least} {column.Greatest} {(int)column.Waits} {(column.NeedsVolume ? 1 : 0)}\n"
            );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public static IReadOnlyList<FeatureColumn> Columns(FeatureWindows windows)
    {
        var columns = new List<FeatureColumn>();
        string Span(int bars) =>
            bars * windows.BarSeconds % 60 == 0 && windows.BarSeconds >= 60
                ? $"{bars * windows.BarSeconds / 60}m"
                : $"{bars * windows.BarSeconds}s";
        void Signed(string name, string meaning, Warmup waits = Warmup.Windows, bool volume = false) =>
            columns.Add(new(name, -1, 1, waits, volume, meaning));
        void Unit(string name, string meaning, Warmup waits = Warmup.Windows, bool volume = false) =>
            columns.Add(new(name, 0, 1, waits, volume, meaning));

        foreach (var bars in windows.Returns)
            Signed($"return_{Span(bars)}", "change of the close over that time, in local volatility, squashed");
        foreach (var bars in windows.Emas)
            Signed($"ema_{bars}_distance", "close less its average, in local volatility, squashed");
        for (var fast = 0; fast < 4; fast++)
        {
            for (var slow = fast + 1; slow < 4; slow++)
                Signed(
                    $"ema_{windows.Emas[fast]}_{windows.Emas[slow]}_spread",
                    "faster less slower average, in local volatility, squashed"
                );
        }

        Signed(
            "vwap_distance",
            "close less the session's volume-weighted price since 09:30 (since the open before it), squashed",
            Warmup.Windows | Warmup.SessionVolume,
            true
        );
        Signed("vwap_slope", "volume-weighted price less its own average, squashed", Warmup.Windows | Warmup.SessionVolume, true);
        Signed(
            "trend_small",
            "close of the last completed small frame (1 minute) less its 9-bar average, in its ATR, squashed",
            Warmup.LargerBars
        );
        Signed(
            "momentum_small",
            "close of the last completed small frame less the one five before, in its ATR, squashed",
            Warmup.LargerBars
        );
        Signed("trend_large", "the same in the large frame (5 minutes), 5-bar average", Warmup.LargerBars);
        Signed("momentum_large", "the same in the large frame, two before", Warmup.LargerBars);
        Signed("zscore_20", "close against mean and deviation of the last 20 completed small frames, squashed", Warmup.LargerBars);

        Signed("rsi_14", "relative strength of bars, -1 to 1");
        Signed("rsi_14_small", "relative strength of completed small frames, -1 to 1", Warmup.LargerBars);
        Unit("atr_14", "ATR of completed small frames in ticks, x / (x + 8)", Warmup.LargerBars);
        for (var i = 0; i < 3; i++)
            Unit($"volatility_{Span(windows.Volatilities[i])}", "volatility of a 30-bar move in ticks, x / (x + 4)");
        Signed("volatility_ratio_short", "shortest against third volatility: (a - b) / (a + b)");
        Signed("volatility_ratio_long", "second against longest volatility: (a - b) / (a + b)");

        Signed("bar_direction", "sign of close - open", Warmup.None);
        Unit("upper_wick", "share of the bar's range above its body", Warmup.None);
        Unit("lower_wick", "share of the bar's range below its body", Warmup.None);
        Unit("body_ratio", "share of the bar's range that is its body", Warmup.None);
        Signed(
            "volume_delta",
            "bought less sold volume over all volume; estimated from the bar where the data has no bid and ask volume",
            Warmup.None,
            true
        );
        Signed("volume_delta_flow", "the same, averaged over recent volume", Warmup.Windows, true);
        Signed(
            "relative_volume",
            "recent volume against normal for this minute: (a - b) / (a + b)",
            Warmup.Windows | Warmup.NormalVolume,
            true
        );
        Signed("volume_trend", "recent volume against longer: (a - b) / (a + b)", Warmup.Windows, true);
        Unit("since_last_trade", "seconds without a trade before this bar, x / (x + 5)", Warmup.None);
        Signed("day_range_position", "where the close lies between the session's low and high: -1 to 1", Warmup.None);
        Unit("minutes_to_close", "minutes to the end of RTH over 390; 1 before it opens, 0 after it", Warmup.None);
        Signed("time_sine", "sine of the session's time of day", Warmup.None);
        Signed("time_cosine", "cosine of the session's time of day", Warmup.None);
        Unit("in_rth", "1 inside RTH", Warmup.None);
        return columns;
    }
}
