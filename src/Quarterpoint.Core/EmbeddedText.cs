namespace Quarterpoint.Core;

/// <summary>Facts that ship inside the assembly as text (calendar, news), so that reading them is no I/O.</summary>
internal static class EmbeddedText
{
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its embedded text '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
