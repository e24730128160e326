namespace Quarterpoint.Core.Forecasting;

/// <summary>
/// What a network is before it is trained: everything that shapes it, and all that a card, a trainer, an exporter, and a loader have to
/// know of its kind. The hierarchy is closed: a new kind is a sealed type here, a name in <see cref="ModelKind"/>, and a row in each of the
/// tables that a test compares with that list.
/// </summary>
public abstract record NetworkSpec
{
    private protected NetworkSpec() { }

    /// <summary>The kind, by the name that cards and the command line use.</summary>
    public abstract ModelKind Kind { get; }

    /// <summary>
    /// Every tensor of parameters, in the one order that all share: the first values are drawn in it, and <c>weights.bin</c> and the
    /// exported file hold them in it.
    /// </summary>
    /// <param name="inputs">Features a row.</param>
    /// <param name="classes">Classes that are told apart.</param>
    public abstract IReadOnlyList<ParameterShape> Parameters(int inputs, int classes);

    /// <summary>The network that those values make.</summary>
    /// <param name="inputs">Features a row.</param>
    /// <param name="classes">Classes that are told apart.</param>
    /// <param name="values">The numbers of each tensor of <see cref="Parameters"/>, in that order.</param>
    public abstract Network Build(int inputs, int classes, IReadOnlyList<float[]> values);

    /// <summary>Its layout in a word, such as <c>44-128-64-3</c>; a <see cref="Network"/> of the same layout has the same word.</summary>
    public abstract string Layout(int inputs, int classes);

    /// <summary>Its kind and its sizes, for people: <c>FeedForward 128-64</c>.</summary>
    public abstract string Summary { get; }

    /// <summary>Everything in it that shapes the trained bytes, in an order that never changes.</summary>
    internal abstract IEnumerable<object> HashParts { get; }

    /// <exception cref="BadInputException">Names the first setting that is out of its range.</exception>
    internal abstract void Validate();
}
