namespace Quarterpoint.Core.Forecasting;

/// <summary>Multinomial logistic regression: one affine layer from the features to the classes.</summary>
public sealed record LogisticSpec : DenseSpec
{
    public override ModelKind Kind => ModelKind.Logistic;

    protected override IReadOnlyList<int> Hidden => [];
}
