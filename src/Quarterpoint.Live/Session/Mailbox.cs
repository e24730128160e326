using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>
/// Where links put what they hear and the loop takes it, in order, each stamped with the moment at which it came. It is bounded where that
/// is safe: of quotes the latest replaces the one that still waits, and prints beyond the bound are dropped and counted; bars, answers,
/// fills, and commands are never dropped.
/// </summary>
public sealed class Mailbox : IVenueMail
{
    /// <summary>More prints than this do not wait: the loop is behind, and they only feed what quotes feed too.</summary>
    public const int MostPrints = 4_096;

    private readonly object _gate = new();
    private readonly LinkedList<Mail> _mails = [];
    private LinkedListNode<Mail>? _quote;
    private int _prints;

    /// <param name="clock">What mail is stamped by: the clock of the session that takes it. The system's where none is given.</param>
    public Mailbox(TimeProvider? clock = null) => Clock = clock ?? TimeProvider.System;

    /// <summary>What mail is stamped by.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Quotes replaced before they were read, and prints dropped.</summary>
    public long Conflated { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate)
                return _mails.Count;
        }
    }

    public void Post(in EngineEvent fact) => Post(Mail.Of(fact));

    public void NoteVenueClock(Timestamp now) => Post(Mail.VenueClock(now));

    public void Post(in Mail mail)
    {
        lock (_gate)
        {
            // Stamped under the lock, so that stamps never run back from one mail to the next.
            if (Add(mail with { PostedAt = Clock.GetTimestamp() }))
                Monitor.Pulse(_gate);
        }
    }

    /// <summary>Until something is there, at most so long.</summary>
    public void Wait(TimeSpan atMost)
    {
        lock (_gate)
        {
            if (_mails.Count == 0)
                Monitor.Wait(_gate, atMost);
        }
    }

    public bool TryTake(out Mail mail)
    {
        lock (_gate)
        {
            if (_mails.Count == 0)
            {
                mail = default;
                return false;
            }

            var first = _mails.First!;
            mail = first.Value;
            _mails.RemoveFirst();
            if (first == _quote)
                _quote = null;
            if (IsEvent(mail, EventKind.Print))
                _prints--;
            return true;
        }
    }

    private static bool IsEvent(in Mail mail, EventKind kind) => mail.Kind == MailKind.Event && mail.Event.Kind == kind;

    /// <summary>False where a mail took the place of another one, or was dropped: nobody need be woken for it.</summary>
    private bool Add(in Mail mail)
    {
        if (IsEvent(mail, EventKind.Quote))
        {
            // The new one takes the old one's end of the queue, not its place: what came between was before it.
            var old = _quote;
            if (old is not null)
            {
                _mails.Remove(old);
                Conflated++;
            }

            _quote = _mails.AddLast(mail);
            return old is null;
        }

        if (IsEvent(mail, EventKind.Print))
        {
            if (_prints >= MostPrints)
            {
                Conflated++;
                return false;
            }

            _prints++;
        }

        _mails.AddLast(mail);
        return true;
    }
}
