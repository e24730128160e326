using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Quarterpoint.Reporting.Charts;

/// <summary>
/// What a page needs to draw charts: our own script, which is inlined, and Apache ECharts, which is a hundred times longer and travels
/// compressed. The page inflates it, and its content policy lets it run by its hash.
/// </summary>
public static class ChartScripts
{
    private static readonly byte[] Library = Bytes("echarts.js");

    /// <summary>
    /// Draws <see cref="Chart"/>s. Needs an element with the id <see cref="LibraryId"/> that holds <see cref="PackedLibrary"/>.
    /// </summary>
    public static string Script { get; } = Text("format.js") + Text("library.js") + Text("options.js") + Text("charts.js");

    /// <summary>The id of the element that holds the library.</summary>
    public const string LibraryId = "qp-echarts";

    /// <summary>The library, gzip in base64.</summary>
    public static string PackedLibrary { get; } = Packed();

    /// <summary>As a content policy names the library: sha256-, and base64.</summary>
    public static string LibraryHash { get; } = HashOf(Library);

    /// <summary>What whoever passes the library on must pass on with it.</summary>
    public static string Notice { get; } = Text("echarts-notice.txt");

    /// <summary>One of the texts that ship in this assembly, with line ends that do not depend on the checkout.</summary>
    internal static string Text(string name) => Encoding.UTF8.GetString(Bytes(name)).ReplaceLineEndings("\n");

    /// <summary>As a content policy names a script: sha256-, and base64.</summary>
    internal static string HashOf(string script) => HashOf(Encoding.UTF8.GetBytes(script));

    private static string HashOf(byte[] script) => $"sha256-{Convert.ToBase64String(SHA256.HashData(script))}";

    private static string Packed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(Library);
        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(ChartScripts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its embedded file '{name}'.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
