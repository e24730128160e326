using System.Buffers.Binary;
using System.Text;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Live.Wire;

/// <summary>
/// Bytes of one record or frame, little-endian, field by field: the same on every machine. It is reused, so that it grows only once.
/// </summary>
internal sealed class ByteWriter
{
    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public ByteWriter Clear()
    {
        Length = 0;
        return this;
    }

    public ByteWriter Byte(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    public ByteWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public ByteWriter Side(Side value) =>
        Byte(
            value switch
            {
                Core.Instruments.Side.Buy => 1,
                Core.Instruments.Side.Sell => 2,
                _ => 0,
            }
        );

    public ByteWriter Short(short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(Take(2), value);
        return this;
    }

    public ByteWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);
        return this;
    }

    public ByteWriter UInt(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
        return this;
    }

    public ByteWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
        return this;
    }

    /// <summary>Bytes with their length before them.</summary>
    public ByteWriter Bytes(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        return Raw(value);
    }

    public ByteWriter Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Take(value.Length));
        return this;
    }

    public ByteWriter Text(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        Int(size);
        Encoding.UTF8.GetBytes(value, Take(size));
        return this;
    }

    /// <summary>Overwrites four bytes written before: a length known only at the end.</summary>
    public void IntAt(int position, int value) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(position, 4), value);

    private Span<byte> Take(int size)
    {
        if (Length + size > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + size));
        var span = _bytes.AsSpan(Length, size);
        Length += size;
        return span;
    }
}
