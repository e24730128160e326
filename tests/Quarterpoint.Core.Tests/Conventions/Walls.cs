using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Core.Tests.Conventions;

/// <summary>Core is pure: what it does not reference it cannot call. (Clock, files, and threads of the BCL are kept out by BannedSymbols.txt.)</summary>
public sealed class Walls
{
    /// <summary>The parts of the base library that Core's code is compiled against; there is nothing here to open a file, a socket, or a thread with.</summary>
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

    [Fact]
    public void Core_references_the_base_library_and_MathNet_and_nothing_else() =>
        Assert.Subset(
            BaseLibrary.Append("MathNet.Numerics").ToHashSet(),
            typeof(Price).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToHashSet()
        );
}
