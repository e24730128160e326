using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Quarterpoint.Core.Features;

/// <summary>What a feature needs before its value means anything; a row is cold while any of its features waits (SPEC F9).</summary>
[Flags]
public enum Warmup : byte
{
    None = 0,

    /// <summary>A full window of bars.</summary>
    Windows = 1,

    /// <summary>Enough completed bars of 1 and 5 minutes.</summary>
    LargerBars = 2,

    /// <summary>Some volume since the VWAP was reset.</summary>
    SessionVolume = 4,

    /// <summary>The normal volume of this minute, known from earlier days.</summary>
    NormalVolume = 8,
}

/// <summary>One column of a feature set.</summary>
/// <param name="Name">Unique within the set; a model card lists it.</param>
/// <param name="Least">The smallest value it can take.</param>
/// <param name="Greatest">The largest value it can take.</param>
/// <param name="Waits">What it needs before its value means anything.</param>
/// <param name="NeedsVolume">Whether data without volume cannot give it.</param>
/// <param name="Meaning">For people, in one line.</param>
public sealed record FeatureColumn(string Name, double Least, double Greatest, Warmup Waits, bool NeedsVolume, string Meaning);

/// <summary>The windows of a feature set, in bars of its own length.</summary>
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

    /// <summary>What a model asks for the set by: seconds-v1 or minutes-v1.</summary>
    public required string Name { get; init; }

    public required int BarSeconds { get; init; }

    /// <summary>Five windows over which the close's change is taken, ascending.</summary>
    public required IReadOnlyList<int> Returns { get; init; }

    /// <summary>Periods of the four moving averages, ascending.</summary>
    public required IReadOnlyList<int> Emas { get; init; }

    /// <summary>
    /// Four volatility windows, ascending. The second is the scale of all distances, the last the longest window of the set.
    /// </summary>
    public required IReadOnlyList<int> Volatilities { get; init; }

    /// <summary>The window of recent volume and of volume delta.</summary>
    public required int Flow { get; init; }

    /// <summary>The longer window that recent volume is compared with.</summary>
    public required int LongFlow { get; init; }

    /// <summary>The set for bars of that length.</summary>
    /// <exception cref="ArgumentException">No set has windows that are multiples of such a bar (SPEC D4).</exception>
    public static FeatureWindows For(int barSeconds) =>
        barSeconds switch
        {
            1 => Seconds,
            60 => Minutes,
            _ => throw new ArgumentException(
                $"No feature set is defined for bars of {barSeconds} s: its windows would be shorter than a bar or no multiple of it. "
                    + "Sets exist for 1 s and 60 s.",
                nameof(barSeconds)
            ),
        };

    /// <summary>The set of that name; a model asks for the one it was trained on (SPEC F11).</summary>
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
    /// Identifies the features that a model was trained on (SPEC F11): the SHA-256, in 64 hexadecimal digits, of the set's name and windows
    /// and of each column's name, range, and warm-up, in order. <see cref="FeatureColumn.Meaning"/> does not count.
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

    /// <summary>Every column of the set, each at its place in a row.</summary>
    public static IReadOnlyList<FeatureColumn> Columns(FeatureWindows windows)
    {
        var row = new RowOfColumns(windows);
        row.AddDistances();
        row.AddTrends();
        row.AddStrength();
        row.AddBar();
        row.AddSession();
        Require.That(row.IsComplete, "every place of a row has a feature");
        return row.Columns;
    }

    /// <summary>A row whose places are filled one by one.</summary>
    private sealed class RowOfColumns(FeatureWindows windows)
    {
        public FeatureColumn[] Columns { get; } = new FeatureColumn[FeatureAt.Count];

        public bool IsComplete => Array.TrueForAll(Columns, column => column is not null);

        public void AddDistances()
        {
            for (var i = 0; i < FeatureAt.Returns; i++)
                Signed(
                    FeatureAt.Return + i,
                    $"return_{Span(windows.Returns[i])}",
                    "change of the close over that time, in local volatility, squashed"
                );
            for (var i = 0; i < FeatureAt.EmaDistances; i++)
                Signed(
                    FeatureAt.EmaDistance + i,
                    $"ema_{windows.Emas[i]}_distance",
                    "close less its average, in local volatility, squashed"
                );
            var spread = FeatureAt.EmaSpread;
            for (var fast = 0; fast < FeatureAt.EmaDistances; fast++)
            {
                for (var slow = fast + 1; slow < FeatureAt.EmaDistances; slow++)
                    Signed(
                        spread++,
                        $"ema_{windows.Emas[fast]}_{windows.Emas[slow]}_spread",
                        "faster less slower average, in local volatility, squashed"
                    );
            }
        }

        public void AddTrends()
        {
            Signed(
                FeatureAt.VwapDistance,
                "vwap_distance",
                "close less the session's volume-weighted price since 09:30 (since the open before it), squashed",
                Warmup.Windows | Warmup.SessionVolume,
                true
            );
            Signed(
                FeatureAt.VwapSlope,
                "vwap_slope",
                "volume-weighted price less its own average, squashed",
                Warmup.Windows | Warmup.SessionVolume,
                true
            );
            Signed(
                FeatureAt.TrendSmall,
                "trend_small",
                "close of the last completed small frame (1 minute) less its 9-bar average, in its ATR, squashed",
                Warmup.LargerBars
            );
            Signed(
                FeatureAt.MomentumSmall,
                "momentum_small",
                "close of the last completed small frame less the one five before, in its ATR, squashed",
                Warmup.LargerBars
            );
            Signed(FeatureAt.TrendLarge, "trend_large", "the same in the large frame (5 minutes), 5-bar average", Warmup.LargerBars);
            Signed(FeatureAt.MomentumLarge, "momentum_large", "the same in the large frame, two before", Warmup.LargerBars);
            Signed(
                FeatureAt.ZScore,
                "zscore_20",
                "close against mean and deviation of the last 20 completed small frames, squashed",
                Warmup.LargerBars
            );
        }

        public void AddStrength()
        {
            Signed(FeatureAt.Rsi, "rsi_14", "relative strength of bars, -1 to 1");
            Signed(FeatureAt.RsiSmall, "rsi_14_small", "relative strength of completed small frames, -1 to 1", Warmup.LargerBars);
            Unit(FeatureAt.Atr, "atr_14", "ATR of completed small frames in ticks, x / (x + 8)", Warmup.LargerBars);
            for (var i = 0; i < FeatureAt.Volatilities; i++)
                Unit(
                    FeatureAt.Volatility + i,
                    $"volatility_{Span(windows.Volatilities[i])}",
                    "volatility of a 30-bar move in ticks, x / (x + 4)"
                );
            Signed(FeatureAt.VolatilityRatioShort, "volatility_ratio_short", "shortest against third volatility: (a - b) / (a + b)");
            Signed(FeatureAt.VolatilityRatioLong, "volatility_ratio_long", "second against longest volatility: (a - b) / (a + b)");
        }

        public void AddBar()
        {
            Signed(FeatureAt.BarDirection, "bar_direction", "sign of close - open", Warmup.None);
            Unit(FeatureAt.UpperWick, "upper_wick", "share of the bar's range above its body", Warmup.None);
            Unit(FeatureAt.LowerWick, "lower_wick", "share of the bar's range below its body", Warmup.None);
            Unit(FeatureAt.BodyRatio, "body_ratio", "share of the bar's range that is its body", Warmup.None);
            Signed(
                FeatureAt.VolumeDelta,
                "volume_delta",
                "bought less sold volume over all volume; estimated from the bar where the data has no bid and ask volume",
                Warmup.None,
                true
            );
            Signed(FeatureAt.VolumeDeltaFlow, "volume_delta_flow", "the same, averaged over recent volume", Warmup.Windows, true);
            Signed(
                FeatureAt.RelativeVolume,
                "relative_volume",
                "recent volume against normal for this minute: (a - b) / (a + b)",
                Warmup.Windows | Warmup.NormalVolume,
                true
            );
            Signed(FeatureAt.VolumeTrend, "volume_trend", "recent volume against longer: (a - b) / (a + b)", Warmup.Windows, true);
        }

        public void AddSession()
        {
            Unit(FeatureAt.SinceLastTrade, "since_last_trade", "seconds without a trade before this bar, x / (x + 5)", Warmup.None);
            Signed(
                FeatureAt.DayRangePosition,
                "day_range_position",
                "where the close lies between the session's low and high: -1 to 1",
                Warmup.None
            );
            Unit(
                FeatureAt.MinutesToClose,
                "minutes_to_close",
                "minutes to the end of RTH over 390; 1 before it opens, 0 after it",
                Warmup.None
            );
            Signed(FeatureAt.TimeSine, "time_sine", "sine of the session's time of day", Warmup.None);
            Signed(FeatureAt.TimeCosine, "time_cosine", "cosine of the session's time of day", Warmup.None);
            Unit(FeatureAt.InRth, "in_rth", "1 inside RTH", Warmup.None);
        }

        private void Signed(int place, string name, string meaning, Warmup waits = Warmup.Windows, bool volume = false) =>
            Put(place, new FeatureColumn(name, -1, 1, waits, volume, meaning));

        private void Unit(int place, string name, string meaning, Warmup waits = Warmup.Windows, bool volume = false) =>
            Put(place, new FeatureColumn(name, 0, 1, waits, volume, meaning));

        private void Put(int place, FeatureColumn column)
        {
            Require.That(Columns[place] is null, "each place of a row has one feature");
            Columns[place] = column;
        }

        private string Span(int bars) =>
            bars * windows.BarSeconds % 60 == 0 && windows.BarSeconds >= 60
                ? $"{bars * windows.BarSeconds / 60}m"
                : $"{bars * windows.BarSeconds}s";
    }
}
