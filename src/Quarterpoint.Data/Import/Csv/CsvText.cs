using System.Text;

namespace Quarterpoint.Data.Import.Csv;

internal static class CsvText
{
    private const int MaxShown = 200;

    /// <summary>Bytes of a file for a message: not too many, and without the control characters that a terminal would act on.</summary>
    public static string Show(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, MaxShown)]);
        return string.Create(shown.Length, shown, (letters, all) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = char.IsControl(all[i]) ? '\uFFFD' : all[i];
        });
    }
}
