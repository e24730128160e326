using System.Buffers.Binary;
using System.Text;
using Quarterpoint.Data.Import;
using Quarterpoint.Shell.Tests.Import.Csv;

namespace Quarterpoint.Shell.Tests.Import.Dbn;

/// <summary>Writes a DBN file byte by byte, in the layout that Databento publishes.</summary>
internal sealed class DbnBytes(byte version, ushort schema)
{
    public const ulong Undefined = ulong.MaxValue;

    private readonly List<byte> _mappings = [];
    private readonly List<byte> _records = [];
    private uint _mappingCount;

    public byte SymbolTypeIn { get; init; } = 1;

    public byte SymbolTypeOut { get; init; }

    public bool SendTimes { get; init; }

    public uint SchemaDefinition { get; init; }

    public ushort SymbolBytes { get; init; } = (ushort)(version == 1 ? 22 : 71);

    /// <summary>Bytes between the last mapping and the first record, as version 3 pads.</summary>
    public int Padding { get; init; }

    public DbnBytes Map(string asked, params (uint Start, uint End, string Given)[] spans)
    {
        _mappingCount++;
        _mappings.AddRange(Symbol(asked));
        _mappings.AddRange(U32((uint)spans.Length));
        foreach (var (start, end, given) in spans)
        {
            _mappings.AddRange(U32(start));
            _mappings.AddRange(U32(end));
            _mappings.AddRange(Symbol(given));
        }

        return this;
    }

    public DbnBytes Bar(byte type, uint id, ulong time, long open, long high, long low, long close, ulong volume)
    {
        var body = new byte[40];
        BinaryPrimitives.WriteInt64LittleEndian(body, open);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(8), high);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(16), low);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(24), close);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(32), volume);
        return Record(type, id, time, body);
    }

    /// <summary>A trade or a book event: the type decides how many bytes of book levels follow.</summary>
    public DbnBytes Trade(byte type, uint id, ulong time, ulong received, long price, uint size, char action = 'T', char side = 'N')
    {
        var body = new byte[
            type switch
            {
                0x00 => 32,
                0x01 => 64,
                _ => 352,
            }
        ];
        BinaryPrimitives.WriteInt64LittleEndian(body, price);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), size);
        (body[12], body[13]) = ((byte)action, (byte)side);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(16), received);
        return Record(type, id, time, body);
    }

    public DbnBytes Order(uint id, ulong time, ulong received, long price, uint size, char action, char side)
    {
        var body = new byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(body, 77);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(8), price);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), size);
        (body[22], body[23]) = ((byte)action, (byte)side);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(24), received);
        return Record(0xA0, id, time, body);
    }

    public DbnBytes Record(byte type, uint id, ulong time, byte[] body)
    {
        var header = new byte[16];
        header[0] = (byte)((16 + body.Length + (SendTimes ? 8 : 0)) / 4);
        header[1] = type;
        header[2] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), id);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), time);
        _records.AddRange(header);
        _records.AddRange(body);
        if (SendTimes)
            _records.AddRange("sendtime"u8);
        return this;
    }

    public byte[] Records() => [.. _records];

    public byte[] ToArray()
    {
        var head = new byte[100];
        Encoding.ASCII.GetBytes("GLBX.MDP3").CopyTo(head, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(16), schema);
        var types = version == 1 ? 50 : 42;
        (head[types], head[types + 1], head[types + 2]) = (SymbolTypeIn, SymbolTypeOut, (byte)(SendTimes ? 1 : 0));
        if (version > 1)
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(types + 3), SymbolBytes);
        byte[] metadata =
        [
            .. head,
            .. U32(SchemaDefinition),
            .. U32(1),
            .. Symbol("NQ.FUT"),
            .. U32(0),
            .. U32(0),
            .. U32(_mappingCount),
            .. _mappings,
            .. new byte[Padding],
        ];
        return [.. "DBN"u8, version, .. U32((uint)metadata.Length), .. metadata, .. _records];
    }

    public IRowReader Open() => RowReaders.Open(Reading.File(ToArray()), new RowReaderOptions());

    public List<SourceRow> Rows()
    {
        using var reader = Open();
        return Reading.Rows(reader);
    }

    private static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] Symbol(string text)
    {
        var bytes = new byte[SymbolBytes];
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, 0);
        return bytes;
    }
}
