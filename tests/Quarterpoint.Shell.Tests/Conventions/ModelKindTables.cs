using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>
/// A kind of model is whole or it does not exist: it can be described, trained, exported, written into a folder, and read back.
/// </summary>
public sealed class ModelKindTables
{
    private static readonly ModelKind[] Kinds = Enum.GetValues<ModelKind>();

    private static IEnumerable<Type> SealedKindsOf(Type root) =>
        root.Assembly.GetTypes().Where(type => type.IsSubclassOf(root) && !type.IsAbstract);

    [Fact]
    public void Every_kind_has_one_specification_and_every_specification_is_of_a_kind()
    {
        var specs = SealedKindsOf(typeof(NetworkSpec)).Select(type => (NetworkSpec)Activator.CreateInstance(type)!).ToList();
        Assert.Equal(Kinds, specs.Select(spec => spec.Kind).Order());
        Assert.All(specs, spec => Assert.True(spec.GetType().IsSealed));

        // What a specification describes is what it builds.
        foreach (var spec in specs)
        {
            var shapes = spec.Parameters(5, 3);
            var network = spec.Build(5, 3, [.. shapes.Select(shape => new float[shape.Count])]);
            Assert.Equal((spec.Kind, spec.Layout(5, 3), 5, 3), (network.Kind, network.Layout, network.Inputs, network.Outputs));
            Assert.Equal(shapes.Select(Words), network.Parameters.Select(parameter => Words(parameter.Shape)));
            Assert.Equal(shapes.Select(shape => shape.Name), shapes.Select(shape => shape.Name).Distinct());
            Assert.Equal(3, network.Logits(new float[5]).Length);
        }
    }

    [Fact]
    public void Every_kind_can_be_trained_exported_and_kept_in_a_folder()
    {
        Assert.Equal(Kinds, TrainableKinds.All.Keys.Order());
        Assert.Equal(Kinds, ExportableKinds.All.Keys.Order());
        Assert.Equal(Kinds, StoredKinds.All.Keys.Order());
    }

    /// <summary>Nobody outside Core adds a kind, so that the tables cannot be incomplete without this test.</summary>
    [Fact]
    public void The_hierarchies_are_closed()
    {
        foreach (var root in (Type[])[typeof(NetworkSpec), typeof(DenseSpec), typeof(Network)])
        {
            Assert.True(root.IsAbstract);
            Assert.All(
                root.GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic),
                constructor => Assert.True(constructor.IsFamilyAndAssembly || constructor.GetParameters() is [{ Name: "original" }])
            );
            Assert.Empty(root.GetConstructors());
        }
    }

    private static string Words(ParameterShape shape) => $"{shape.Name} {string.Join('x', shape.Sizes)} {shape.FanIn} {shape.Decays}";
}
