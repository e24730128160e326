using Quarterpoint.Live.Journal;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Journal;

/// <summary>
/// Somebody who knows how changes a journal: every hash behind the change, in this file and in those that go on from it, is in order again.
/// </summary>
internal static class ForgedJournal
{
    /// <param name="folder">The files of one session.</param>
    /// <param name="change">Another payload for a record of a file, or null to leave it.</param>
    public static void Write(string folder, Func<string, RecordKind, byte[], byte[]?> change)
    {
        byte[]? previous = null;
        foreach (var path in Directory.EnumerateFiles(folder, "*.qpj").Order(StringComparer.Ordinal).ToList())
        {
            var (writer, hash) = (new ByteWriter(), new byte[JournalFormat.HashSize]);
            writer.Raw(JournalFormat.Mark);
            foreach (var (kind, _, payload) in SmallJournal.Read(path))
            {
                var sealedAnew = kind == RecordKind.Header ? HeaderOf(payload, previous) : change(path, kind, payload) ?? payload;
                var record = new byte[JournalFormat.PrefixSize + sealedAnew.Length + JournalFormat.HashSize];
                JournalWriter.Seal(record, kind, sealedAnew, hash);
                writer.Raw(record);
            }

            File.WriteAllBytes(path, writer.Written);
            previous = hash;
        }
    }

    private static byte[] HeaderOf(byte[] payload, byte[]? previous)
    {
        if (previous is null)
            return payload;
        var reader = new ByteReader(payload);
        var writer = new ByteWriter();
        (JournalHeader.Read(ref reader) with { Previous = [.. previous] }).Write(writer);
        return writer.Written.ToArray();
    }
}
