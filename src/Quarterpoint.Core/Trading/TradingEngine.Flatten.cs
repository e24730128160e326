using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// The one ladder for end of day, halt, and by hand (SPEC N5): cancel entries, close, verify flat, cancel protective orders, verify that
/// none works. The stop stays until flat is proved; success is what the venue reports.
/// </summary>
public sealed partial class TradingEngine
{
    private Flattening _flatten;

    /// <summary>
    /// How often in a row the venue must state another position than ours, its trades asked each time, until it is believed.
    /// </summary>
    private const int DisagreementsThatProve = 3;

    private enum FlattenStep : long
    {
        None,
        Closing,
        VerifyingFlat,
        CancellingProtection,
        VerifyingNoneWorking,
    }

    private void BeginFlatten(Rule rule, IntentBuffer intents)
    {
        if (_flatten.Step != FlattenStep.None)
            return;
        _reversal = default;
        _flatten = new Flattening { Step = FlattenStep.Closing, Rule = rule };
        CancelLive(OrderRole.Entry, rule, intents);
    }

    /// <summary>
    /// Called after every event while the ladder is under way: moves on where what it waits for is true now, and sends nothing twice.
    /// Trying again is only for <see cref="OnFlattenRetry"/>, so that the number of events changes nothing.
    /// </summary>
    private void AdvanceFlatten(IntentBuffer intents)
    {
        if (!_ledger.IsFlat)
        {
            // A fill can take any step back to the first.
            if (_flatten.Step != FlattenStep.Closing)
            {
                _flatten.Step = FlattenStep.Closing;
                _flatten.WaitsForPosition = 0;
                StopRetrying();
            }

            Close(intents);
            return;
        }

        switch (_flatten.Step)
        {
            case FlattenStep.Closing when _orders.FindLive(OrderRole.Entry) < 0:
                _flatten.Step = FlattenStep.VerifyingFlat;
                CancelLive(OrderRole.Exit, _flatten.Rule, intents);
                AskForPosition(intents);
                break;
            case FlattenStep.Closing when !_deadlines.IsSet(Deadline.FlattenRetry):
                RetryLater();
                break;
            case FlattenStep.CancellingProtection when _orders.LiveCount == 0:
                _flatten.Step = FlattenStep.VerifyingNoneWorking;
                AskForOrders(intents);
                break;
            default:
                break;
        }
    }

    /// <summary>Sends the close, once. After a refusal the position is read again before the next try (RELIABILITY I11).</summary>
    private void Close(IntentBuffer intents)
    {
        if (_orders.FindLive(OrderRole.Exit) >= 0 || _flatten.WaitsForPosition != 0 || _deadlines.IsSet(Deadline.FlattenRetry))
            return;
        SendExit(IntentKind.ClosePosition, _flatten.Rule, _ledger.Net, OrderOrigin.Close, intents);
    }

    private void OnExitFailed(Rule rule, IntentBuffer intents)
    {
        if (_flatten.Step == FlattenStep.None)
            BeginFlattenAfterRefusal(rule);
        _flatten.Attempts++;
        AskForPosition(intents);
    }

    private void BeginFlattenAfterRefusal(Rule rule)
    {
        _reversal = default;
        _flatten = new Flattening { Step = FlattenStep.Closing, Rule = rule };
    }

    private void AskForPosition(IntentBuffer intents)
    {
        _flatten.WaitsForPosition = 1;
        _flatten.Query = SendQuery(QueryKind.Position, _flatten.Rule, 0, 0, intents);
        RetryLater();
    }

    private void AskForOrders(IntentBuffer intents)
    {
        _flatten.Query = SendQuery(QueryKind.OpenOrders, _flatten.Rule, 0, 0, intents);
        RetryLater();
    }

    private void CancelEverything(IntentBuffer intents)
    {
        EndExpectedChildren();
        for (var i = 0; i < _orders.SlotCount; i++)
            Cancel(ref _orders[i], _flatten.Rule, intents);
        RetryLater();
    }

    private void OnPositionReport(in PositionReportFacts report, IntentBuffer intents)
    {
        if (_flatten.Step == FlattenStep.None || report.RequestId != _flatten.Query || _flatten.WaitsForPosition == 0)
            return;
        _flatten.WaitsForPosition = 0;
        if (report.SignedSize != _ledger.Net)
        {
            OnAnotherPosition(report.SignedSize, intents);
            return;
        }

        _flatten.Disagreements = 0;

        if (report.SignedSize == 0)
        {
            if (_flatten.Step != FlattenStep.VerifyingFlat)
                return;
            _flatten.Step = FlattenStep.CancellingProtection;
            CancelEverything(intents);
            return;
        }

        // The position is as we think: the first retry goes at once, later ones keep a distance.
        if (_flatten.Attempts <= 1)
            StopRetrying();
        else
            RetryLater();
    }

    /// <summary>
    /// A fill is missing on one side: the venue's trades say which. Where they have been asked often enough and do not explain it, the
    /// venue's word wins: what we count is written off, what it holds is closed, and a person has to say what the account is worth (SPEC
    /// G6, T7).
    /// </summary>
    private void OnAnotherPosition(int held, IntentBuffer intents)
    {
        if (++_flatten.Disagreements < DisagreementsThatProve || _orders.FindLive(OrderRole.Exit) >= 0)
        {
            SendQuery(QueryKind.Trades, Rule.ForeignActivity, 0, 0, intents);
            RetryLater();
            return;
        }

        _flatten.Disagreements = 0;
        if (!_ledger.IsFlat)
            _ledger.WriteOff();
        _risk.RefreshEquity();
        _risk.Touch();
        intents.Add(Intent.Alarm(NextCause(Rule.ForeignActivity)));
        _risk.HoldAsLost(_now);
        Heed(intents);
        if (held != 0)
            SendExit(IntentKind.ClosePosition, _flatten.Rule, held, OrderOrigin.CloseUnknown, intents);
        RetryLater();
    }

    private void NoteFlattenEvidence(VenueSnapshot snapshot)
    {
        if (_flatten.Step != FlattenStep.VerifyingNoneWorking || snapshot.RequestId != _flatten.Query)
            return;
        if (snapshot.SignedPosition != 0)
        {
            _flatten.Step = FlattenStep.VerifyingFlat;
            RetryLater();
        }
        else if (!snapshot.WorkingOrders.IsEmpty)
        {
            _flatten.Step = FlattenStep.CancellingProtection;
            RetryLater();
        }
        else
        {
            _flatten = default;
            _deadlines.Clear(Deadline.FlattenRetry);
        }
    }

    private void OnFlattenRetry(IntentBuffer intents)
    {
        StopRetrying();
        if (_flatten.Step == FlattenStep.None)
            return;
        _flatten.Tries++;
        _flatten.WaitsForPosition = 0;
        switch (_flatten.Step)
        {
            case FlattenStep.Closing:
                CancelLive(OrderRole.Entry, _flatten.Rule, intents);
                break;
            case FlattenStep.VerifyingFlat:
                AskForPosition(intents);
                break;
            case FlattenStep.CancellingProtection:
                CancelEverything(intents);
                if (_orders.LiveCount > 0)
                    AskAboutUnknown(intents);
                break;
            default:
                AskForOrders(intents);
                break;
        }
    }

    private void RetryLater() => _deadlines.Set(Deadline.FlattenRetry, _now + Backoff(_flatten.Tries));

    private void StopRetrying() => _deadlines.Clear(Deadline.FlattenRetry);

    /// <summary>The ladder's step under way, and what it has seen so far. <c>default</c> is no ladder.</summary>
    private struct Flattening
    {
        public FlattenStep Step;

        /// <summary>The request whose answer the step waits for.</summary>
        public long Query;
        public long WaitsForPosition;

        /// <summary>Closes that failed.</summary>
        public long Attempts;

        /// <summary>How often a step has been tried again; each time is waited for longer.</summary>
        public long Tries;

        /// <summary>Answers in a row that state another position than ours.</summary>
        public long Disagreements;
        private long _rule;

        public Rule Rule
        {
            readonly get => (Rule)_rule;
            set => _rule = (long)value;
        }

        /// <param name="archive">Saves or loads.</param>
        /// <param name="retryAt">When the step is tried again: it is kept with the other deadlines, and saved here.</param>
        public void Archive(StateArchive archive, ref Timestamp retryAt)
        {
            archive.Value(ref Step);
            archive.Value(ref retryAt);
            archive.Value(ref Query);
            archive.Value(ref WaitsForPosition);
            archive.Value(ref Attempts);
            archive.Value(ref Tries);
            archive.Value(ref Disagreements);
            archive.Value(ref _rule);
        }
    }
}
