using System.Buffers.Binary;

namespace Quarterpoint.Learning.Native;

/// <summary>
/// Marks one symbol version that a 64-bit little-endian ELF library asks for as weak, so that a system whose C++ library lacks it warns
/// instead of refusing to load. The layout is that of "Symbol Versioning" in the Linux Standard Base.
/// </summary>
internal static class WeakSymbolVersion
{
    private const uint VersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;

    /// <summary>
    /// Marks in place, and returns how many requirements were marked: 0 where there is none, or where this is not such a library.
    /// </summary>
    public static int Mark(Span<byte> library, string version)
    {
        ReadOnlySpan<byte> magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (library.Length < 64 || !library.StartsWith(magic))
            return 0;
        var headers = checked((int)BinaryPrimitives.ReadInt64LittleEndian(library[40..]));
        var headerSize = BinaryPrimitives.ReadUInt16LittleEndian(library[58..]);
        var headerCount = BinaryPrimitives.ReadUInt16LittleEndian(library[60..]);
        var marked = 0;
        for (var i = 0; i < headerCount; i++)
        {
            var section = library.Slice(headers + (i * headerSize), headerSize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != VersionNeeds)
                continue;
            var names = library.Slice(headers + (BinaryPrimitives.ReadInt32LittleEndian(section[40..]) * headerSize), headerSize);
            marked += MarkSection(
                library[Offset(section)..],
                BinaryPrimitives.ReadInt32LittleEndian(section[44..]),
                library[Offset(names)..],
                version
            );
        }

        return marked;
    }

    private static int MarkSection(Span<byte> needs, int files, ReadOnlySpan<byte> names, string version)
    {
        var marked = 0;
        var file = 0;
        for (var f = 0; f < files; f++)
        {
            var versions = BinaryPrimitives.ReadUInt16LittleEndian(needs[(file + 2)..]);
            var entry = file + BinaryPrimitives.ReadInt32LittleEndian(needs[(file + 8)..]);
            for (var v = 0; v < versions; v++)
            {
                var flags = needs.Slice(entry + 4, 2);
                if (
                    NameAt(names, BinaryPrimitives.ReadInt32LittleEndian(needs[(entry + 8)..]))
                        .SequenceEqual(System.Text.Encoding.ASCII.GetBytes(version))
                )
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    marked++;
                }

                entry += BinaryPrimitives.ReadInt32LittleEndian(needs[(entry + 12)..]);
            }

            file += BinaryPrimitives.ReadInt32LittleEndian(needs[(file + 12)..]);
        }

        return marked;
    }

    private static int Offset(ReadOnlySpan<byte> section) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(section[24..]));

    private static ReadOnlySpan<byte> NameAt(ReadOnlySpan<byte> names, int at)
    {
        var name = names[at..];
        return name[..name.IndexOf((byte)0)];
    }
}
