namespace Quarterpoint.Data.Store;

/// <summary>A file that was imported: its name without folders, its rows, and the hash of its bytes.</summary>
public sealed record SourceFileInfo(string Name, long Rows, string Sha256);

/// <summary>Where the rows of a set come from, and what happened to each: read = stored + dropped + rejected.</summary>
public sealed record DataSetOrigin
{
    /// <summary>In words: imported, or synthetic with its seed.</summary>
    public required string Text { get; init; }

    public IReadOnlyList<SourceFileInfo> Sources { get; init; } = [];

    public long RowsRead { get; init; }

    public long RowsStored { get; init; }

    /// <summary>Rows that do not belong in the set (spreads, other products, late prints), by reason.</summary>
    public IReadOnlyDictionary<string, long> Dropped { get; init; } = new Dictionary<string, long>();

    /// <summary>Bad rows, by what is wrong with them.</summary>
    public IReadOnlyDictionary<string, long> Rejected { get; init; } = new Dictionary<string, long>();

    /// <summary>What a person should know about the import, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Null for a real market.</summary>
    public SyntheticFacts? Synthetic { get; init; }
}

/// <summary>
/// How a synthetic market was made, and what the best possible forecaster of its classes (30 s, 3 ticks) scores in regular hours, which is
/// what a model's score is compared with.
/// </summary>
/// <param name="Seed">The seed of its random numbers.</param>
/// <param name="Edge">The information coefficient planted at 30 s; 0: none.</param>
/// <param name="Trend">The drift planted, in standard deviations of a second; 0: none.</param>
/// <param name="BayesLogLoss">Log-loss of a forecaster that knows the generator's state.</param>
/// <param name="VolatilityLogLoss">Log-loss of a forecaster that knows only its volatility.</param>
/// <param name="PriorLogLoss">Log-loss of the class frequencies.</param>
/// <param name="InformationCoefficient">Correlation of the moves with what could be known of them.</param>
public sealed record SyntheticFacts(
    ulong Seed,
    double Edge,
    double Trend,
    double BayesLogLoss,
    double VolatilityLogLoss,
    double PriorLogLoss,
    double InformationCoefficient
);
