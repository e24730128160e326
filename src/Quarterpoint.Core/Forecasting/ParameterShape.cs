namespace Quarterpoint.Core.Forecasting;

/// <summary>One tensor of a network's parameters.</summary>
/// <param name="Name">Its name in an exported file, such as <c>layer0.weights</c>.</param>
/// <param name="Layer">The layer that it belongs to, from 0.</param>
/// <param name="Sizes">Its dimensions, outermost first.</param>
/// <param name="FanIn">How many inputs each output of its layer has: first values are drawn within one over its root.</param>
/// <param name="Decays">Whether weight decay shrinks it: weights, not biases.</param>
public sealed record ParameterShape(string Name, int Layer, IReadOnlyList<int> Sizes, int FanIn, bool Decays)
{
    /// <summary>How many numbers it holds.</summary>
    public int Count => Sizes.Aggregate(1, (product, size) => product * size);
}
