namespace Quarterpoint.Core.Forecasting;

/// <summary>What the kinds made of affine layers have in common: see <see cref="DenseNetwork"/>.</summary>
public abstract record DenseSpec : NetworkSpec
{
    private protected DenseSpec() { }

    /// <summary>The share of hidden units that are silenced at random in each training row; not used where there is none.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Units of each hidden layer, from the features on.</summary>
    protected abstract IReadOnlyList<int> Hidden { get; }

    public sealed override string Summary => Hidden.Count == 0 ? $"{Kind}" : $"{Kind} {string.Join('-', Hidden)}";

    internal sealed override IEnumerable<object> HashParts => [Kind, string.Join(',', Hidden), Dropout];

    public sealed override string Layout(int inputs, int classes) => string.Join('-', Widths(inputs, classes));

    public sealed override IReadOnlyList<ParameterShape> Parameters(int inputs, int classes)
    {
        var widths = Widths(inputs, classes);
        var shapes = new List<ParameterShape>();
        for (var layer = 0; layer < widths.Length - 1; layer++)
            shapes.AddRange(DenseLayer.Shapes(layer, widths[layer], widths[layer + 1]));
        return shapes;
    }

    public sealed override Network Build(int inputs, int classes, IReadOnlyList<float[]> values)
    {
        var widths = Widths(inputs, classes);
        Require.That(values.Count == 2 * (widths.Length - 1), "every layer has weights and a bias");
        return new DenseNetwork([
            .. Enumerable
                .Range(0, widths.Length - 1)
                .Select(layer => new DenseLayer(widths[layer], widths[layer + 1], values[2 * layer], values[(2 * layer) + 1])),
        ]);
    }

    internal override void Validate() => TrainingSettings.Check(Dropout is >= 0 and < 1, "dropout", Dropout, "0 or more, and less than 1");

    private int[] Widths(int inputs, int classes) => [inputs, .. Hidden, classes];
}
