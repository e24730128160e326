using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Quarterpoint.Core;

/// <summary>
/// Saves and loads a state with the same code, so that the two cannot drift apart: each part passes its fields by reference, in order. Two
/// states are equal when their bytes are.
/// </summary>
public sealed class StateArchive
{
    private readonly ArrayBufferWriter<byte>? _writer;
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _position;

    private StateArchive(ArrayBufferWriter<byte>? writer, ReadOnlyMemory<byte> bytes)
    {
        _writer = writer;
        _bytes = bytes;
    }

    /// <summary>Whether the fields passed are overwritten, rather than read.</summary>
    public bool IsLoading => _writer is null;

    /// <summary>The bytes of everything that <paramref name="visit"/> passes, and a checksum.</summary>
    public static byte[] Save(Action<StateArchive> visit)
    {
        var writer = new ArrayBufferWriter<byte>();
        visit(new StateArchive(writer, default));
        var checksum = Checksum(writer.WrittenSpan);
        MemoryMarshal.Write(writer.GetSpan(sizeof(ulong)), in checksum);
        writer.Advance(sizeof(ulong));
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Checks that the bytes are undamaged, and only then fills the fields that <paramref name="visit"/> passes.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, of another version, or shorter or longer than the state.</exception>
    public static void Load(ReadOnlyMemory<byte> bytes, Action<StateArchive> visit)
    {
        var length = bytes.Length - sizeof(ulong);
        if (length < 0)
            throw new InvalidDataException($"The saved state has {bytes.Length} bytes, fewer than its checksum alone.");
        if (MemoryMarshal.Read<ulong>(bytes.Span[length..]) != Checksum(bytes.Span[..length]))
            throw new InvalidDataException($"The saved state of {bytes.Length} bytes is damaged or not whole: its checksum differs.");
        var archive = new StateArchive(null, bytes[..length]);
        visit(archive);
        if (archive._position != length)
            throw new InvalidDataException($"The saved state has {length} bytes, and {archive._position} were expected.");
    }

    /// <summary>Passes one number, enum, or struct without padding.</summary>
    public void Value<T>(ref T value)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (_writer is { } writer)
        {
            MemoryMarshal.Write(writer.GetSpan(size), in value);
            writer.Advance(size);
            return;
        }

        value = MemoryMarshal.Read<T>(Take(size));
    }

    /// <summary>Passes an array whose length never changes; the length itself is not saved.</summary>
    public void Values<T>(Span<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (_writer is { } writer)
            writer.Write(bytes);
        else
            Take(bytes.Length).CopyTo(bytes);
    }

    /// <summary>Saves a number that must be the same when it is loaded: a version, or the hash of a configuration.</summary>
    /// <exception cref="InvalidDataException">The number loaded is another one.</exception>
    public void Expect(long expected, string what)
    {
        var value = expected;
        Value(ref value);
        if (value != expected)
            throw new InvalidDataException($"The saved state's {what} is {value}, and {expected} was expected.");
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_bytes.Length - _position < size)
            throw new InvalidDataException($"The saved state ends at byte {_bytes.Length}, inside a value that begins at {_position}.");
        var span = _bytes.Span.Slice(_position, size);
        _position += size;
        return span;
    }

    /// <summary>FNV-1a of 64 bits (Fowler, Noll, Vo): it detects damage, not forgery.</summary>
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
            hash = unchecked((hash ^ b) * 1099511628211UL);
        return hash;
    }
}
