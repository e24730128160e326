using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Conventions;

/// <summary>
/// Core is pure: what it does not name it cannot call. <see cref="BannedApis"/> stops the compiler; these tests look at what was compiled,
/// and so see what an analyzer of calls does not: the types of parameters and fields, collection expressions, <c>lock</c>, <c>async</c>.
/// </summary>
public sealed class Walls
{
    private static readonly string CorePath = typeof(Price).Assembly.Location;

    /// <summary>
    /// The parts of the base library that Core's code is compiled against; there is nothing here to open a socket or start a process with.
    /// </summary>
    private static readonly string[] BaseLibrary =
    [
        "System.Collections",
        "System.Collections.Immutable",
        "System.Linq",
        "System.Memory",
        "System.Runtime",
        "System.Runtime.InteropServices",
        "System.Runtime.Intrinsics",
        "System.Numerics.Vectors",
        "System.Security.Cryptography",
    ];

    /// <summary>Namespaces of which Core may name types. One that is missing here is looked at before it is added.</summary>
    private static readonly string[] Namespaces =
    [
        "MathNet.Numerics",
        "MathNet.Numerics.Distributions",
        "System",
        "System.Buffers",
        "System.Buffers.Binary",
        "System.Collections",
        "System.Collections.Generic",
        "System.Collections.Immutable",
        "System.Diagnostics",
        "System.Diagnostics.CodeAnalysis",
        "System.Globalization",
        "System.IO",
        "System.Linq",
        "System.Numerics",
        "System.Reflection",
        "System.Runtime.CompilerServices",
        "System.Runtime.InteropServices",
        "System.Runtime.Intrinsics",
        "System.Runtime.Versioning",
        "System.Security.Cryptography",
        "System.Text",
        "System.Threading",
    ];

    /// <summary>Banned types that Core names all the same, each where a pragma says why.</summary>
    private static readonly string[] Exceptions =
    [
        // EmbeddedText, over the assembly's own memory.
        "System.IO.Stream",
        "System.IO.StreamReader",
        "System.IO.TextReader",
        "System.Reflection.Assembly",
        // Backtest.Run and BracketStudy.Add, to end a run between two sessions.
        "System.Threading.CancellationToken",
    ];

    [Fact]
    public void Core_references_the_base_library_and_MathNet_and_nothing_else() =>
        Assert.Subset(
            BaseLibrary.Append("MathNet.Numerics").ToHashSet(),
            typeof(Price).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToHashSet()
        );

    [Fact]
    public void Core_names_types_of_harmless_namespaces_only() =>
        Assert.Empty(TypesNamed().Select(type => type.Namespace).Distinct().Except(Namespaces));

    [Fact]
    public void What_is_banned_in_Core_its_compiled_code_does_not_even_name()
    {
        var banned = File.ReadLines(Path.Combine(Repository.Root, "src/Quarterpoint.Core/BannedSymbols.txt"))
            .Where(line => line.StartsWith("T:", StringComparison.Ordinal) || line.StartsWith("N:", StringComparison.Ordinal))
            .Select(line => line.Split(';')[0])
            .ToList();
        Assert.Equal(
            Exceptions,
            TypesNamed()
                .Where(type => banned.Any(entry => Names(entry, type.Namespace, type.Name)))
                .Select(type => $"{type.Namespace}.{type.Name}")
                .Order(StringComparer.Ordinal)
        );
    }

    private static bool Names(string entry, string space, string type) =>
        entry[0] == 'T' ? entry[2..] == $"{space}.{type}" : $"{space}.".StartsWith(entry[2..] + ".", StringComparison.Ordinal);

    /// <summary>
    /// Every type of another assembly that the compiled code names. A nested type goes by its outermost one, which it names too.
    /// </summary>
    private static List<(string Namespace, string Name)> TypesNamed()
    {
        using var file = new PEReader(File.OpenRead(CorePath));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata
                .TypeReferences.Select(metadata.GetTypeReference)
                .Where(type => type.ResolutionScope.Kind == HandleKind.AssemblyReference)
                .Select(type => (metadata.GetString(type.Namespace), metadata.GetString(type.Name))),
        ];
    }
}
