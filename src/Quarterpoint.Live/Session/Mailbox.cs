using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

public enum MailKind : byte
{
    None,

    /// <summary>An event for the engine.</summary>
    Event,

    /// <summary>The venue has told all there is at this time and waits for the loop.</summary>
    TurnEnd,

    /// <summary>There will be no more: the tape has come to its end.</summary>
    Over,

    /// <summary>The way to the venue is broken.</summary>
    Lost,
}

/// <summary>One thing that a link, a timer, or a person puts into the mailbox.</summary>
public readonly record struct Mail(MailKind Kind, EngineEvent Event, Timestamp Now, string Text)
{
    public static Mail Of(in EngineEvent e) => new(MailKind.Event, e, e.Time, "");

    public static Mail TurnEnd(Timestamp now) => new(MailKind.TurnEnd, default, now, "");

    public static Mail Over(Timestamp now) => new(MailKind.Over, default, now, "");

    public static Mail Lost(string why) => new(MailKind.Lost, default, default, why);
}

/// <summary>
/// Where links put what they hear and the loop takes it, in order. It is bounded where that is safe: of quotes the latest replaces the one that still waits,
/// and prints beyond the bound are dropped and counted; bars, answers, fills, and commands are never dropped.
/// </summary>
public sealed class Mailbox
{
    /// <summary>More prints than this do not wait: the loop is behind, and they only feed what quotes feed too.</summary>
    public const int MostPrints = 4_096;

    private readonly object _gate = new();
    private readonly LinkedList<Mail> _mails = [];
    private LinkedListNode<Mail>? _quote;
    private int _prints;

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

    public void Post(in EngineEvent e) => Post(Mail.Of(e));

    public void Post(in Mail mail)
    {
        lock (_gate)
        {
            if (mail.Kind == MailKind.Event && mail.Event.Kind == EventKind.Quote)
            {
                // The new one takes the old one's end of the queue, not its place: what came between was before it.
                if (_quote is { } old)
                {
                    _mails.Remove(old);
                    _quote = _mails.AddLast(mail);
                    Conflated++;
                    return;
                }

                _quote = _mails.AddLast(mail);
            }
            else if (mail.Kind == MailKind.Event && mail.Event.Kind == EventKind.Print)
            {
                if (_prints >= MostPrints)
                {
                    Conflated++;
                    return;
                }

                _prints++;
                _mails.AddLast(mail);
            }
            else
            {
                _mails.AddLast(mail);
            }

            Monitor.Pulse(_gate);
        }
    }

    /// <summary>For links that post from threads of their own: until something is there, at most so long.</summary>
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
            if (mail.Kind == MailKind.Event && mail.Event.Kind == EventKind.Print)
                _prints--;
            return true;
        }
    }
}
