using System.Buffers.Binary;
using System.Net.Sockets;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Live.Paper;

/// <summary>
/// Frames over a socket: length, kind, payload. Anything else ends the connection. Frames are gathered until one is sent that must go
/// out, and read as they come: a bar costs few calls of the system.
/// </summary>
internal sealed class PaperStream(Socket socket) : IDisposable
{
    private const int HeaderSize = 5;
    private const int MostBytes = 16 << 20;
    private const int LooksBeforeSleep = 50;

    private readonly Lock _sending = new();
    private readonly ByteWriter _out = new();
    private byte[] _in = new byte[1 << 16];
    private int _from;
    private int _to;

    /// <summary>
    /// Whether something waits to be read. The answer of the other side is mostly some microseconds away: less than it costs to sleep and
    /// be woken.
    /// </summary>
    public bool HasData(TimeSpan wait)
    {
        if (_to - _from >= HeaderSize)
            return true;
        for (var looked = 0; looked < LooksBeforeSleep; looked++)
        {
            if (socket.Poll(0, SelectMode.SelectRead))
                return true;
            Thread.SpinWait(20);
        }

        return socket.Poll(wait, SelectMode.SelectRead);
    }

    /// <summary>Whether a frame has begun to come in already.</summary>
    public bool HasMore => _to - _from >= HeaderSize;

    /// <param name="later">Whether it may wait here until a frame is sent that must go out at once.</param>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(PaperFrame kind, Action<ByteWriter>? payload = null, bool later = false)
    {
        lock (_sending)
        {
            var start = _out.Length;
            _out.Int(0).Byte((byte)kind);
            payload?.Invoke(_out);
            _out.IntAt(start, _out.Length - start - HeaderSize);
            if (!later)
                Flush();
        }
    }

    /// <exception cref="IOException">The other side is gone.</exception>
    public void Flush()
    {
        lock (_sending)
        {
            try
            {
                for (var sent = 0; sent < _out.Length; )
                    sent += socket.Send(_out.Written[sent..], SocketFlags.None);
            }
            catch (SocketException e)
            {
                throw new IOException(e.Message, e);
            }
            finally
            {
                _out.Clear();
            }
        }
    }

    /// <summary>The next frame; the reader is good until the next call.</summary>
    /// <exception cref="IOException">The other side is gone, or what it sends is no frame.</exception>
    public PaperFrame Receive(out ByteReader payload)
    {
        Fill(HeaderSize);
        var length = BinaryPrimitives.ReadInt32LittleEndian(_in.AsSpan(_from));
        var kind = (PaperFrame)_in[_from + 4];
        if (length is < 0 or > MostBytes || !Enum.IsDefined(kind))
            throw new IOException($"no frame: kind {(byte)kind}, length {length}");
        Fill(HeaderSize + length);
        payload = new ByteReader(_in.AsSpan(_from + HeaderSize, length));
        _from += HeaderSize + length;
        return kind;
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Waits until so many bytes are there.</summary>
    private void Fill(int count)
    {
        if (_to - _from >= count)
            return;
        if (_in.Length - _from < count)
        {
            var rest = _in.AsSpan(_from, _to - _from);
            if (_in.Length < count)
                Array.Resize(ref _in, Math.Max(count, _in.Length * 2));
            rest.CopyTo(_in);
            (_from, _to) = (0, rest.Length);
        }

        try
        {
            while (_to - _from < count)
            {
                var found = socket.Receive(_in.AsSpan(_to), SocketFlags.None);
                if (found == 0)
                    throw new IOException("the connection was closed");
                _to += found;
            }
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
