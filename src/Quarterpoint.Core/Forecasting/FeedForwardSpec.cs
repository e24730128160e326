namespace Quarterpoint.Core.Forecasting;

/// <summary>A feed-forward network: one to three hidden layers.</summary>
public sealed record FeedForwardSpec : DenseSpec
{
    public const int FewestUnits = 64;
    public const int MostUnits = 256;
    public const int MostHiddenLayers = 3;

    public override ModelKind Kind => ModelKind.FeedForward;

    /// <summary>Units of each hidden layer, from the features on.</summary>
    public IReadOnlyList<int> HiddenUnits { get; init; } = [128, 64];

    protected override IReadOnlyList<int> Hidden => HiddenUnits;

    internal override void Validate()
    {
        TrainingSettings.Check(HiddenUnits.Count is >= 1 and <= MostHiddenLayers, "hidden layers", HiddenUnits.Count, "1 to 3");
        foreach (var units in HiddenUnits)
            TrainingSettings.Check(units is >= FewestUnits and <= MostUnits, "hidden units", units, "64 to 256");
        base.Validate();
    }
}
