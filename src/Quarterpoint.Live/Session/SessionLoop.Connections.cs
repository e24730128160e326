using System.Globalization;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>
/// Connections that break, on real time: an event, not the end. The engine is told and opens nothing; exits stay wanted; each connection is
/// tried again, less and less often. One that has come back counts as up only when the venue has told what was missed: its trades, then
/// what works and what it holds.
/// </summary>
public sealed partial class SessionLoop
{
    private const int DisagreementsThatHalt = 3;

    private static readonly TimeSpan AskAboutMissedAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAboutMissedAtMostAfter = TimeSpan.FromSeconds(30);

    private readonly ConnectionWatch _connections = new();

    /// <summary>When to ask again what was missed; never while nothing is to be asked.</summary>
    private Timestamp _askAboutMissedAt = Timestamp.Never;
    private int _rounds;

    /// <summary>The two questions of the round, 0 once answered.</summary>
    private long _tradesAsked;
    private long _ordersAsked;

    /// <summary>Contracts that the venue holds by the round's answer.</summary>
    private int _heldThere;
    private int _disagreements;

    private void OnConnection(in EngineEvent e)
    {
        var (which, isUp) = ((Connection)(e.Code >> 1), (e.Code & 1) != 0);
        if (isUp && _connections.NoteUp(which))
        {
            JournalNote($"{which} is back; asking what was missed");
            (_rounds, _disagreements) = (0, 0);
            AskAboutMissed();
        }
        else if (isUp)
        {
            Process(e);
        }
        else if (_connections.NoteDown(which, e.Time))
        {
            Alarm(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The connection {which} broke with {_engine.Ledger.Net} contracts held. Nothing opens, and it is tried again until "
                        + $"it is back."
                )
            );
            Process(e);
        }
    }

    /// <summary>What was down when the session was cut off was connected anew by this start, and what was missed is known by now.</summary>
    private void ForgetBrokenConnections()
    {
        if (_tape is not null || !_engine.Risk.Latches.Has(Latch.Connection))
            return;
        foreach (var which in Enum.GetValues<Connection>())
        {
            if (!_connections.IsDown(which))
                Process(EngineEvent.ConnectionChanged(Now, which, up: true));
        }
    }

    private void LookAfterConnections()
    {
        var now = Now;
        while (_connections.TryNext(now, out var which))
            _link.Reconnect(which);
        if (now >= _askAboutMissedAt)
            AskAboutMissed();
    }

    /// <summary>Trades first: an order that is gone because it filled must not be taken for one that never was.</summary>
    private void AskAboutMissed()
    {
        _askAboutMissedAt = Timestamp.Never;
        if (!_connections.AnyBack || !_connections.CanAsk)
            return;
        _tradesAsked = Question(QueryKind.Trades);
        _ordersAsked = Question(QueryKind.OpenOrders);
        var pause = AskAboutMissedAfter * (1 << Math.Min(_rounds++, 4));
        _askAboutMissedAt = Now + (pause < AskAboutMissedAtMostAfter ? pause : AskAboutMissedAtMostAfter);
    }

    /// <summary>
    /// Called when the engine has taken an answer. Where both have come and both sides hold the same, the connections that came back are
    /// up.
    /// </summary>
    private void NoteWhatWasMissed(VenueSnapshot answer)
    {
        if (_askAboutMissedAt == Timestamp.Never)
            return;
        if (answer.RequestId == _tradesAsked)
            _tradesAsked = 0;
        else if (answer.RequestId == _ordersAsked && answer.IsComplete)
            (_ordersAsked, _heldThere) = (0, answer.SignedPosition);
        else
            return;
        if (_tradesAsked != 0 || _ordersAsked != 0)
            return;
        if (_heldThere != _engine.Ledger.Net)
        {
            // A fill may be on its way; what three rounds do not explain, waiting does not explain (decision 0015).
            if (++_disagreements < DisagreementsThatHalt)
                return;
            HaltOverPosition(_heldThere);
        }

        _askAboutMissedAt = Timestamp.Never;
        foreach (var which in _connections.TakeBack())
            Process(EngineEvent.ConnectionChanged(Now, which, up: true));
    }

    /// <summary>Both sides know the same trades by now. If they still hold different positions, neither is to be traded on.</summary>
    private void HaltOverPosition(int held)
    {
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"After catching up the venue holds {held} contracts, and {_engine.Ledger.Net} are counted here."
        );
        Alarm(why);
        Process(EngineEvent.Operator(Now, OperatorCommand.Halt, new OperatorNote(0, "session", why)));
    }
}
