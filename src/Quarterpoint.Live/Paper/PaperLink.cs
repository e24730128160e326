using System.Net.Sockets;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;

namespace Quarterpoint.Live.Paper;

/// <summary>
/// The way to a <see cref="PaperVenue"/>. It has no thread of its own: the loop reads when it has nothing else to do, since the tape waits
/// for it anyway.
/// </summary>
public sealed class PaperLink : ITapeLink
{
    private readonly PaperStream _stream;
    private readonly Mailbox _mailbox;
    private readonly string _tapeId;

    public PaperLink(Socket socket, string tapeId, Mailbox mailbox)
    {
        (_stream, _tapeId, _mailbox) = (new PaperStream(socket), tapeId, mailbox);
    }

    public VenueWelcome Connect(Timestamp knownUpTo)
    {
        try
        {
            _stream.Send(PaperFrame.Hello, to => to.Text(_tapeId).Long(knownUpTo.Nanoseconds));
            var kind = _stream.Receive(out var payload);
            if (kind == PaperFrame.Refused)
                throw new VenueLostException(payload.Text());
            if (kind != PaperFrame.Welcome)
                throw new VenueLostException("The venue does not welcome.");
            var welcome = new VenueWelcome(new Timestamp(payload.Long()), (Capabilities)payload.Byte());
            return welcome;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new VenueLostException($"The venue is gone: {e.Message}");
        }
    }

    public void Send(in Intent intent, long seq)
    {
        var asked = intent;
        Say(PaperFrame.Request, to => Wire.IntentCodec.Write(to.Long(seq), asked));
    }

    public void Ready() => Say(PaperFrame.Ready);

    public void EndTurn(Timestamp nextDeadline) => Say(PaperFrame.EndTurn, to => to.Long(nextDeadline.Nanoseconds));

    public void FlattenNow(string reason) => Say(PaperFrame.Flatten, to => to.Text(reason));

    /// <summary>The session is over: the venue need not wait for it.</summary>
    public void SayGoodbye()
    {
        try
        {
            Say(PaperFrame.Goodbye);
        }
        catch (VenueLostException)
        {
            // Gone already.
        }
    }

    public void Dispose() => _stream.Dispose();

    private void Say(PaperFrame kind, Action<Wire.ByteWriter>? payload = null)
    {
        try
        {
            _stream.Send(kind, payload);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new VenueLostException($"The venue is gone: {e.Message}");
        }
    }

    public void Wait(TimeSpan atMost)
    {
        try
        {
            if (!_stream.HasData(atMost))
                return;
            do
            {
                Take();
            } while (_stream.HasMore);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException or SocketException)
        {
            _mailbox.Post(Mail.Lost($"The venue is gone: {e.Message}"));
        }
    }

    private void Take()
    {
        switch (_stream.Receive(out var payload))
        {
            case PaperFrame.Fact:
                _mailbox.Post(Wire.EventCodec.Read(ref payload));
                break;
            case PaperFrame.TurnEnd:
                _mailbox.Post(Mail.TurnEnd(new Timestamp(payload.Long())));
                break;
            case PaperFrame.Over:
                _mailbox.Post(Mail.Over(new Timestamp(payload.Long())));
                break;
            default:
                throw new IOException("a frame that is not expected here");
        }
    }
}
