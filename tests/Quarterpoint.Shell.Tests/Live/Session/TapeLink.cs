using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>One session's way to a <see cref="TapeVenue"/>, with what can go wrong on it.</summary>
internal sealed class TapeLink(TapeVenue venue, Mailbox mailbox) : ITapeLink
{
    /// <summary>A session that waits so often for nothing would wait for ever.</summary>
    private const int MostWaits = 5_000;

    private Timestamp _knownUpTo;
    private int _steps;
    private int _waits;

    /// <summary>Before each intent is handed over.</summary>
    public Action<Intent>? BeforeSend { get; set; }

    /// <summary>Changes what the venue says, or swallows it.</summary>
    public Func<Mail, Mail?>? OnMail { get; set; }

    public Func<VenueWelcome, VenueWelcome>? OnWelcome { get; set; }

    /// <summary>Changes when the session wants to be woken, by the venue's own time.</summary>
    public Func<Timestamp, Timestamp>? OnDeadline { get; set; }

    /// <summary>What a person or a program does while the loop waits for the venue.</summary>
    public Action? OnWait { get; set; }

    /// <summary>The number of the session's frame before which the way breaks, or right after it.</summary>
    public int? BreaksAt { get; set; }

    public bool BreaksAfterwards { get; set; }

    /// <summary>Frames of the session so far.</summary>
    public int Steps => _steps;

    public VenueWelcome Connect(Timestamp knownUpTo)
    {
        _knownUpTo = knownUpTo;
        var welcome = Step(() => venue.Connect(this, knownUpTo));
        return OnWelcome?.Invoke(welcome) ?? welcome;
    }

    public void Send(in Intent intent, long seq)
    {
        BeforeSend?.Invoke(intent);
        var asked = intent;
        Step(() => venue.Handle(asked, seq));
    }

    public void Ready() => Step(() => venue.Ready(_knownUpTo));

    public void EndTurn(Timestamp nextDeadline) => Step(() => venue.EndTurn(OnDeadline?.Invoke(nextDeadline) ?? nextDeadline));

    public void FlattenNow(string reason) => venue.FlattenNow();

    public void Wait(TimeSpan atMost)
    {
        OnWait?.Invoke();
        if (mailbox.Count > 0)
            return;
        if (++_waits > MostWaits)
            throw new InvalidOperationException("the session waits for a venue that waits for the session");
        venue.Wait(atMost);
    }

    public void Dispose() => venue.Disconnect(this);

    internal void Post(in Mail mail)
    {
        if (OnMail is null)
            mailbox.Post(mail);
        else if (OnMail(mail) is { } told)
            mailbox.Post(told);
    }

    private void Step(Action hand) =>
        Step(() =>
        {
            hand();
            return true;
        });

    private T Step<T>(Func<T> hand)
    {
        _steps++;
        if (_steps != BreaksAt)
            return hand();
        if (BreaksAfterwards)
            hand();
        venue.Disconnect(this);
        throw new VenueLostException("a test cut the way to the venue");
    }
}
