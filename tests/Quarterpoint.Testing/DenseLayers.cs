using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Testing;

/// <summary>Looks inside a network that a test knows to be made of affine layers.</summary>
public static class DenseLayers
{
    extension(Network network)
    {
        public IReadOnlyList<DenseLayer> Layers => ((DenseNetwork)network).Layers;
    }
}
