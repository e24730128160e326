using System.Buffers.Binary;
using System.Net.Sockets;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Live.Paper;

/// <summary>What goes between a session and the simulated venue's process.</summary>
internal enum PaperFrame : byte
{
    None,

    // from the session
    Hello,
    Request,
    Ready,
    EndTurn,
    Flatten,
    Goodbye,

    // from the venue
    Welcome,
    Refused,
    Fact,
    TurnEnd,
    Over,
}

/// <summary>Frames over a socket: length, kind, payload. What is not one ends the connection.</summary>
internal sealed class PaperStream(Socket socket) : IDisposable
{
    private const int MostBytes = 16 << 20;

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly Lock _sending = new();
    private readonly ByteWriter _out = new();
    private readonly byte[] _header = new byte[5];
    private byte[] _in = new byte[4096];

    /// <summary>Whether something waits to be read.</summary>
    public bool HasData(TimeSpan wait) => socket.Poll(wait, SelectMode.SelectRead);

    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(PaperFrame kind, Action<ByteWriter>? payload = null)
    {
        lock (_sending)
        {
            _out.Clear().Int(0).Byte((byte)kind);
            payload?.Invoke(_out);
            _out.IntAt(0, _out.Length - _header.Length);
            _stream.Write(_out.Written);
        }
    }

    /// <summary>The next frame; the reader is good until the next call.</summary>
    /// <exception cref="IOException">The other side is gone, or what it sends is no frame.</exception>
    public PaperFrame Receive(out ByteReader payload)
    {
        _stream.ReadExactly(_header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        var kind = (PaperFrame)_header[4];
        if (length is < 0 or > MostBytes || !Enum.IsDefined(kind)) throw new IOException($"no frame: kind {_header[4]}, length {length}");
        if (_in.Length < length) _in = new byte[Math.Max(length, _in.Length * 2)];
        _stream.ReadExactly(_in, 0, length);
        payload = new ByteReader(_in.AsSpan(0, length));
        return kind;
    }

    public void Dispose() => _stream.Dispose();
}
