namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// The kinds of models, by the names that cards and the command line use. Each has one <see cref="NetworkSpec"/>, and one row in the tables
/// of those that train, export, and load it; a test holds them against this list.
/// </summary>
public enum ModelKind : byte
{
    /// <summary>Affine layers with ReLU between them: <see cref="FeedForwardSpec"/>.</summary>
    FeedForward,

    /// <summary>No hidden layer: multinomial logistic regression, <see cref="LogisticSpec"/>.</summary>
    Logistic,
}
