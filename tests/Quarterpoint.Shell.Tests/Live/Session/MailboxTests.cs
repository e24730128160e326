using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Session;
using Quarterpoint.Shell.Tests.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>What links put into the mailbox comes out in order; only where it is safe is anything left out (RELIABILITY F57).</summary>
public sealed class MailboxTests
{
    [Fact]
    public void Everything_but_quotes_and_prints_comes_out_in_order_and_nothing_is_dropped() =>
        Gen.OneOf(
                AnyEvent.OfAnyKind.Select(e => Mail.Of(e)),
                Gen.Long.Select(n => Mail.TurnEnd(new Timestamp(n))),
                Gen.Const(Mail.Lost("gone"))
            )
            .Array[0, 200]
            .Sample(
                mails =>
                {
                    var mailbox = new Mailbox();
                    foreach (var mail in mails)
                        mailbox.Post(mail);
                    Assert.Equal(mails.Where(IsKept).Select(Describe), Drain(mailbox).Where(IsKept).Select(Describe));
                },
                iter: 300
            );

    [Fact]
    public void Of_quotes_the_latest_replaces_the_one_that_waits_and_stands_where_it_came()
    {
        var mailbox = new Mailbox();
        mailbox.Post(QuoteAt(1));
        mailbox.Post(Clock(2));
        mailbox.Post(QuoteAt(3));
        mailbox.Post(Clock(4));
        mailbox.Post(QuoteAt(5));
        Assert.Equal(3, mailbox.Count);
        Assert.Equal(2, mailbox.Conflated);
        Assert.Equal([2, 4, 5], Drain(mailbox).Select(mail => mail.Now.Nanoseconds));

        // One that was taken is not replaced any more.
        mailbox.Post(QuoteAt(6));
        Assert.True(mailbox.TryTake(out _));
        mailbox.Post(QuoteAt(7));
        mailbox.Post(QuoteAt(8));
        Assert.Equal([8], Drain(mailbox).Select(mail => mail.Now.Nanoseconds));
    }

    [Fact]
    public void Prints_beyond_the_bound_are_dropped_and_counted_and_bars_fills_and_commands_never_are()
    {
        var mailbox = new Mailbox();
        for (var i = 0; i < Mailbox.MostPrints + 10; i++)
            mailbox.Post(EngineEvent.Printed(new Timestamp(i), default));
        EngineEvent[] kept =
        [
            EngineEvent.BarClosed(default, default),
            EngineEvent.Filled(default, default, default),
            EngineEvent.Operator(default, OperatorCommand.Kill, new OperatorNote(0, "", "")),
        ];
        for (var i = 0; i < 10_000; i++)
            mailbox.Post(kept[i % 3]);
        Assert.Equal(10, mailbox.Conflated);
        Assert.Equal(Mailbox.MostPrints + 10_000, mailbox.Count);

        // As soon as one is read there is room for one.
        Assert.True(mailbox.TryTake(out _));
        mailbox.Post(EngineEvent.Printed(new Timestamp(-1), default));
        mailbox.Post(EngineEvent.Printed(new Timestamp(-2), default));
        Assert.Equal(11, mailbox.Conflated);
        var left = Drain(mailbox);
        Assert.Equal(10_000, left.Count(mail => mail.Event.Kind != EventKind.Print));
        Assert.Equal(-1, left.Last(mail => mail.Event.Kind == EventKind.Print).Now.Nanoseconds);
    }

    /// <summary>
    /// With the moment at which it came, whatever time it bears itself; a quote that takes another one's place, with its own.
    /// </summary>
    [Fact]
    public void Each_mail_is_stamped_when_it_is_posted()
    {
        var clock = new FakeTimeProvider();
        var mailbox = new Mailbox(clock);
        var posted = new List<long>();
        foreach (var e in (EngineEvent[])[Clock(900), QuoteAt(800), Clock(-5), QuoteAt(700)])
        {
            clock.Advance(TimeSpan.FromMilliseconds(5));
            posted.Add(clock.GetTimestamp());
            mailbox.Post(e);
        }

        clock.Advance(TimeSpan.FromHours(1));
        mailbox.NoteVenueClock(new Timestamp(3));
        posted.Add(clock.GetTimestamp());
        posted.RemoveAt(1);
        var mails = Drain(mailbox);
        Assert.Equal(posted, mails.Select(mail => mail.PostedAt));
        Assert.Equal([900, -5, 700, 3], mails.Select(mail => mail.Now.Nanoseconds));
        Assert.Equal(MailKind.VenueClock, mails[^1].Kind);
    }

    [Fact]
    public async Task Who_waits_is_woken_by_the_first_mail()
    {
        var mailbox = new Mailbox();
        var woken = Task.Run(
            () =>
            {
                while (!mailbox.TryTake(out _))
                    mailbox.Wait(TimeSpan.FromMinutes(1));
            },
            TestContext.Current.CancellationToken
        );
        mailbox.Post(Clock(1));
        await woken.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void An_empty_mailbox_gives_nothing_and_does_not_wait_for_ever()
    {
        var mailbox = new Mailbox();
        mailbox.Wait(TimeSpan.FromMilliseconds(1));
        Assert.False(mailbox.TryTake(out var mail));
        Assert.Equal(MailKind.None, mail.Kind);
    }

    private static bool IsKept(Mail mail) => mail.Kind != MailKind.Event || mail.Event.Kind is not (EventKind.Quote or EventKind.Print);

    private static string Describe(Mail mail) =>
        $"{mail.Kind} {mail.Now.Nanoseconds} {mail.Text} {mail.Event.Kind} {mail.Event.Seq} {mail.Event.Time.Nanoseconds}";

    private static EngineEvent QuoteAt(long time) => EngineEvent.QuoteChanged(new Timestamp(time), new Quote(default, default, 1, 1));

    private static EngineEvent Clock(long time) => EngineEvent.Clock(new Timestamp(time));

    private static List<Mail> Drain(Mailbox mailbox)
    {
        var mails = new List<Mail>();
        while (mailbox.TryTake(out var mail))
            mails.Add(mail);
        return mails;
    }
}
