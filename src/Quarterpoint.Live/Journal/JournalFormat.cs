using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Quarterpoint.Live.Journal;

/// <summary>
/// A file is a mark and records. A record is its length, a check of that length, its kind, its payload, and the SHA-256 of the record
/// before and of itself: whoever changes a byte changes every hash from there on (SPEC N12).
/// </summary>
internal static class JournalFormat
{
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>Length, its check, and the kind.</summary>
    public const int PrefixSize = 9;

    /// <summary>No record is longer: what a length says beyond it is damage.</summary>
    public const int MostPayload = 64 << 20;

    private const uint Disguise = 0x5A17C0DE;

    public static ReadOnlySpan<byte> Mark => "QPJRNL1\n"u8;

    /// <summary>The check of a length: by it a length that was changed is told from a record that was cut off.</summary>
    public static uint CheckOf(int length) => unchecked((uint)length * 2654435761U) ^ Disguise;

    public static void Hash(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> record, Span<byte> hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(previous);
        sha.AppendData(record);
        sha.GetHashAndReset(hash);
    }

    public static int ReadLength(ReadOnlySpan<byte> prefix, out bool isSound)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        isSound = length is >= 0 and <= MostPayload && BinaryPrimitives.ReadUInt32LittleEndian(prefix[4..]) == CheckOf(length);
        return length;
    }

    /// <summary>What a file of a start is called, such as 000007-0001.qpj.</summary>
    public static string FileName(int epoch, int file) => string.Create(CultureInfo.InvariantCulture, $"{epoch:000000}-{file:0000}.qpj");

    /// <summary>The newest start that has left a file; 0 where none has.</summary>
    public static int NewestEpoch(string folder) =>
        !Directory.Exists(folder)
            ? 0
            : Directory
                .EnumerateFiles(folder, "*.qpj")
                .Select(path =>
                    int.TryParse(Path.GetFileName(path).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
                        ? epoch
                        : 0
                )
                .DefaultIfEmpty()
                .Max();

    /// <summary>The files of a start that are there, in order.</summary>
    public static IReadOnlyList<string> FilesOf(string folder, int epoch) =>
        !Directory.Exists(folder)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(folder, string.Create(CultureInfo.InvariantCulture, $"{epoch:000000}-*.qpj"))
                    .Order(StringComparer.Ordinal),
            ];
}
