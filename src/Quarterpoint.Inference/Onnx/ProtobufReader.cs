using System.Globalization;
using System.Text;
using Quarterpoint.Core;

namespace Quarterpoint.Inference.Onnx;

/// <summary>
/// The wire format of Protocol Buffers, read field by field in place: nothing is copied and nothing recurses, so that reading a damaged
/// file costs no more than its own length.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes, string file, string message)
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;
    private const int Fixed32Type = 5;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _wireType;
    private ulong _seen;

    /// <summary>The number of the field whose value comes next.</summary>
    public int Field { get; private set; }

    /// <summary>The name of the message in an error.</summary>
    public readonly string Message => message;

    /// <summary>Goes to the next field, whose value must then be read.</summary>
    public bool Next()
    {
        if (_at == _bytes.Length)
            return false;
        var tag = Varint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        _wireType = (int)(tag & 7);
        if (Field == 0 || _wireType is not (VarintType or Fixed64Type or LengthType or Fixed32Type))
            throw Bad($"a field {Field} of wire type {_wireType}", "a Protocol Buffers field");
        return true;
    }

    /// <summary>
    /// Refuses this field where it was read before, because the format never repeats it. Another parser would merge the two or take the
    /// last, and so see another model than the one that was checked.
    /// </summary>
    public void Once()
    {
        if (Field >= 64)
            return;
        if ((_seen & (1UL << Field)) != 0)
            throw Bad($"field {Field} twice", "it once");
        _seen |= 1UL << Field;
    }

    public long Integer()
    {
        Expect(VarintType, "an integer");
        return unchecked((long)Varint());
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(LengthType, "bytes");
        return Delimited();
    }

    public string Text()
    {
        try
        {
            return Strict.GetString(Bytes());
        }
        catch (DecoderFallbackException)
        {
            throw Bad($"a text in field {Field} that is not UTF-8", "UTF-8");
        }
    }

    /// <summary>The message in this field.</summary>
    public ProtobufReader Inner(string inner) => new(Bytes(), file, inner);

    /// <summary>A single-precision number.</summary>
    public float Float()
    {
        Expect(Fixed32Type, "a float");
        if (_bytes.Length - _at < 4)
            throw Bad("the end of the file inside a float", "four bytes");
        var value = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(_bytes[_at..]);
        _at += 4;
        return value;
    }

    /// <summary>The error for a field that no accepted model has, because its effect is not known here.</summary>
    public readonly BadInputException Unknown(string what) => Bad(string.Create(CultureInfo.InvariantCulture, $"field {Field}"), what);

    public readonly BadInputException Bad(string found, string expected) => new(file, 0, message, found, expected);

    private readonly void Expect(int wireType, string what)
    {
        if (_wireType != wireType)
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"wire type {_wireType} in field {Field}"), what);
    }

    private ReadOnlySpan<byte> Delimited()
    {
        var length = Varint();
        if (length > (ulong)(_bytes.Length - _at))
            throw Bad(
                string.Create(CultureInfo.InvariantCulture, $"a length of {length}"),
                $"at most the {_bytes.Length - _at} bytes left"
            );
        var value = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return value;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at == _bytes.Length)
                throw Bad("the end of the file inside a number", "a whole number");
            var next = _bytes[_at++];
            value |= unchecked((ulong)(next & 0x7f) << shift);
            if (next < 0x80)
                return value;
        }

        throw Bad("a number of more than ten bytes", "at most ten");
    }
}
