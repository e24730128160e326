using System.Buffers.Binary;
using System.Text;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Live.Wire;

/// <summary>
/// Reads what <see cref="ByteWriter"/> wrote. Everything it is told by the bytes themselves, lengths above all, is checked before it is
/// believed.
/// </summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly int Position => _position;

    public readonly int Left => _bytes.Length - _position;

    public byte Byte() => Take(1)[0];

    /// <exception cref="InvalidDataException">The byte is neither 0 nor 1.</exception>
    public bool Flag() =>
        Byte() switch
        {
            0 => false,
            1 => true,
            var other => throw new InvalidDataException($"byte {_position - 1} is {other}; expected 0 or 1"),
        };

    /// <exception cref="InvalidDataException">The byte is no side.</exception>
    public Side Side() =>
        Byte() switch
        {
            0 => Core.Instruments.Side.None,
            1 => Core.Instruments.Side.Buy,
            2 => Core.Instruments.Side.Sell,
            var other => throw new InvalidDataException($"byte {_position - 1} is {other}, which is no side"),
        };

    public short Short() => BinaryPrimitives.ReadInt16LittleEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

    public string Text() => Encoding.UTF8.GetString(Take(Count(1)));

    /// <summary>A value of an enumeration, in one byte.</summary>
    /// <exception cref="InvalidDataException">The number is none of its values.</exception>
    public T Choice<T>()
        where T : struct, Enum
    {
        var number = Byte();
        var value = (T)Enum.ToObject(typeof(T), number);
        return Enum.IsDefined(value)
            ? value
            : throw new InvalidDataException($"byte {_position - 1} is {number}, which is no {typeof(T).Name}");
    }

    /// <summary>How many items of at least that many bytes each follow.</summary>
    /// <exception cref="InvalidDataException">More than there are bytes for.</exception>
    public int Count(int leastBytesEach)
    {
        var count = Int();
        if (count < 0 || (long)count * leastBytesEach > Left)
            throw new InvalidDataException($"a count of {count} stands at byte {_position - 4}, and {Left} bytes follow");
        return count;
    }

    public readonly void End()
    {
        if (Left != 0)
            throw new InvalidDataException($"{Left} bytes are left over after byte {_position}");
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size > Left)
            throw new InvalidDataException($"ends after {_bytes.Length} bytes, within a value of {size} that begins at {_position}");
        var span = _bytes.Slice(_position, size);
        _position += size;
        return span;
    }
}
