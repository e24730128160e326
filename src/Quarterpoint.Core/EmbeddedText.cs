namespace Quarterpoint.Core;

/// <summary>
/// Texts that ship inside the assembly (calendar, news). Reading them opens no file, so they are the same wherever Core runs.
/// </summary>
internal static class EmbeddedText
{
    /// <exception cref="InvalidOperationException">The assembly holds no text of that name.</exception>
    public static string Read(string name)
    {
#pragma warning disable RS0030 // The stream lies over the assembly's own memory; nothing of the machine is read.
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its embedded text '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
#pragma warning restore RS0030
    }
}
