using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>
/// What a session that was cut off asks the venue: what became of everything that was under way. Nothing is sent a second time. On a tape,
/// which stands still meanwhile, what the venue has not got, by its tag, was never sent; in real time it may still be on its way, so it
/// counts as unknown until the engine has evidence.
/// </summary>
public sealed partial class SessionLoop
{
    /// <summary>How often positions may differ on real time, where a fill may be on its way between two answers.</summary>
    private const int MostComparisons = 3;

    private static readonly TimeSpan AskTheSameAfter = TimeSpan.FromSeconds(5);

    private long _lastQuestion;

    private bool MustNotOpen => !IsWriting || _isStopping || _isKilled || _account.IsKillAsked;

    /// <summary>
    /// What was never committed goes first. Then the trades, for they move the position; every order that was under way; what works; and
    /// what is held.
    /// </summary>
    private void CatchUp(ReplayedSession replayed, bool isTimely)
    {
        SettleUncommitted(replayed, isTimely);
        Ask(QueryKind.Trades, 0, 0);
        foreach (var request in replayed.Outstanding)
            Settle(request, isTimely);
        foreach (var order in _engine.Orders.ToArray())
        {
            if (order.IsLive && order.Lifecycle != Lifecycle.Created && LookUp(order.Tag, order.VenueOrderId) is { } report)
                Report(report);
        }

        Ask(QueryKind.OpenOrders, 0, 0);
        FaultPoint.Reach(FaultPoint.Asked);
        foreach (var question in replayed.Questions)
            Send(question);

        var held = Ask(QueryKind.OpenOrders, 0, 0).SignedPosition;
        for (var compared = 1; _tape is null && held != _engine.Ledger.Net && compared < MostComparisons; compared++)
        {
            Ask(QueryKind.Trades, 0, 0);
            held = Ask(QueryKind.OpenOrders, 0, 0).SignedPosition;
        }

        if (held != _engine.Ledger.Net)
            HaltOverPosition(held);
    }

    /// <summary>A request whose answer is not in the journal: it was sent, or it was about to be. Its tag tells.</summary>
    private void Settle(in Intent request, bool isTimely, bool hasLeft = true)
    {
        var report = LookUp(request.Tag, request.VenueOrderId);
        if (report is { } told)
        {
            var isDone = request.Kind switch
            {
                IntentKind.Cancel => !IsWorking(told.Status),
                IntentKind.Modify => told.Price == request.Price && told.Size == request.Size,

                // What was to be placed is there.
                _ => true,
            };
            if (isDone)
            {
                Process(EngineEvent.Sent(Now, new SendResultFacts(request.RequestId, SendOutcome.Accepted, told.VenueOrderId, 0)));
                Report(told);
                return;
            }

            Report(told);
            if (!IsWorking(told.Status))
            {
                Process(EngineEvent.Sent(Now, new SendResultFacts(request.RequestId, SendOutcome.Refused, told.VenueOrderId, 0)));
                return;
            }
        }

        if (isTimely && !(request.RaisesRisk && (MustNotOpen || _engine.Risk.Latches.Blocking != Latch.None)))
        {
            Send(request);
            return;
        }

        var isUnclear = _tape is null && hasLeft && report is null;
        var outcome = isUnclear ? SendOutcome.Unknown : SendOutcome.NotSent;
        Process(EngineEvent.Sent(Now, new SendResultFacts(request.RequestId, outcome, 0, 0)));
    }

    private static bool IsWorking(VenueOrderStatus status) =>
        status
            is VenueOrderStatus.Working
                or VenueOrderStatus.Pending
                or VenueOrderStatus.Suspended
                or VenueOrderStatus.PendingCancellation;

    /// <summary>
    /// What the last event asked for, and was cut off before it was committed. An entry among it has never left this machine. An exit may
    /// have, where the disk had failed: so its tag is asked for too.
    /// </summary>
    private void SettleUncommitted(ReplayedSession replayed, bool isTimely)
    {
        if (!replayed.HasUncommitted)
            return;
        List<Intent> asked = [];
        for (var i = 0; i < replayed.Uncommitted.Count; i++)
        {
            asked.Add(replayed.Uncommitted[i]);
            _intents.Add(replayed.Uncommitted[i]);
        }

        Commit(replayed.Seq, isOpen: true);
        _intents.Clear();
        foreach (var intent in asked)
        {
            if (intent.Kind == IntentKind.Alarm)
                RaiseAlarm(intent);
            else if (intent.Kind is not (IntentKind.Query or IntentKind.RequestBars))
                Settle(intent, isTimely, hasLeft: !intent.RaisesRisk);
            else if (isTimely)
                Send(intent);
        }
    }

    /// <summary>
    /// An order as the venue shows it when it is asked. On real time such an answer has no time of the venue's: it counts as no older than
    /// what was reported last, and hides nothing that is reported next.
    /// </summary>
    private void Report(in OrderReportFacts report)
    {
        var told = report;
        var at = _tape is null ? _engine.Orders.ToArray().FirstOrDefault(order => IsOf(told, order)).ReportedAt : Now;
        Process(EngineEvent.OrderReported(Now, at, report));
    }

    private static bool IsOf(in OrderReportFacts report, in Order order) =>
        (order.VenueOrderId != 0 && order.VenueOrderId == report.VenueOrderId) || (order.Tag != 0 && order.Tag == report.Tag);

    /// <summary>What the venue knows of one order, however it ended; null where it has never had it.</summary>
    private OrderReportFacts? LookUp(long tag, long venueOrderId) =>
        Ask(QueryKind.Order, tag, venueOrderId) is { WorkingOrders: [var order, ..] } ? order : null;

    private VenueSnapshot Ask(QueryKind query, long tag, long venueOrderId) => Ask(NewQuestion(query, tag, venueOrderId), hasStarted: true);

    private VenueSnapshot AskBeforeTheStart(QueryKind query) => Ask(NewQuestion(query), hasStarted: false);

    /// <summary>Asks, and takes everything that comes until the answer is there.</summary>
    /// <exception cref="VenueLostException">
    /// There is none in time. A session on real time that has started asks on instead, with an alarm, until a person stops it.
    /// </exception>
    private VenueSnapshot Ask(in Intent question, bool hasStarted)
    {
        SendQuestion(question);
        var (asked, sent) = (_settings.Clock.GetTimestamp(), _settings.Clock.GetTimestamp());
        while (true)
        {
            if (_settings.Clock.GetElapsedTime(asked) >= _settings.StopWithin)
            {
                GiveUpOrAlarm(question.Query, hasStarted);
                asked = _settings.Clock.GetTimestamp();
            }

            if (_mailbox.TryTake(out var mail))
            {
                if (TakeAnswer(mail, question.RequestId, hasStarted) is { } answer)
                    return answer;
            }
            else if (_tape is not null)
            {
                Wait(LookForKillEvery);
            }
            else
            {
                if (_settings.Clock.GetElapsedTime(sent) >= AskTheSameAfter)
                {
                    SendQuestion(question);
                    sent = _settings.Clock.GetTimestamp();
                }

                PassTimeWhileAsking(hasStarted);
            }
        }
    }

    private void GiveUpOrAlarm(QueryKind query, bool hasStarted)
    {
        var why = $"The venue did not answer a query for {query} within {_settings.StopWithin.TotalSeconds:0} s.";
        if (_tape is not null || !hasStarted || _stop.IsCancellationRequested)
            throw new VenueLostException(why);
        Alarm(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{why} Asking on; {_engine.Ledger.Net} contracts were held when this session was cut off. Look at the account now."
            )
        );
    }

    private VenueSnapshot? TakeAnswer(in Mail mail, long requestId, bool hasStarted)
    {
        switch (mail.Kind)
        {
            case MailKind.Event when _tape is null && hasStarted:
                TakeHeard(mail);
                break;
            case MailKind.Event when hasStarted:
                Process(mail.Event);
                break;
            case MailKind.Event when _tape is null && mail.Event.Kind == EventKind.ConnectionChanged:
                var early = mail.Event;
                early.Stamp(_clock!.At(mail.PostedAt), 0);
                _early.Add(early);
                break;
            case MailKind.VenueClock:
                NoteVenueClock(mail);
                break;
            case MailKind.Lost:
                throw new VenueLostException(mail.Text);
            default:
                break;
        }

        return mail.Event is { Kind: EventKind.VenueSnapshot, Detail: VenueSnapshot answer } && answer.RequestId == requestId
            ? answer
            : null;
    }

    /// <summary>On real time the engine's deadlines come while the venue is asked, and connections break and come back.</summary>
    private void PassTimeWhileAsking(bool hasStarted)
    {
        if (!hasStarted)
        {
            Wait(LookForKillEvery);
            return;
        }

        LookAfterConnections();
        if (_own.TryDequeue(out var own))
            Process(own);
        else if (!FireDeadline())
            Wait(UntilNextDeadline());
    }

    private Intent NewQuestion(QueryKind query, long tag = 0, long venueOrderId = 0) =>
        Intent.Ask(new IntentCause(Rule.None, 0, --_lastQuestion, _seq), query, tag, venueOrderId);

    private long Question(QueryKind query)
    {
        SendQuestion(NewQuestion(query));
        return _lastQuestion;
    }

    /// <summary>On real time a question that cannot be sent is asked again by who waits for its answer.</summary>
    private void SendQuestion(in Intent question)
    {
        try
        {
            _link.Send(question, _seq);
        }
        catch (VenueLostException) when (_tape is null)
        {
            // The link says so by mail too.
        }
    }
}
