using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>
/// The one ladder for end of day, halt, and by hand (SPEC N5): cancel entries, close, verify flat, cancel protective orders, verify that
/// none works. The stop stays until flat is proved; success is what the venue reports.
/// </summary>
public sealed partial class TradingEngine
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private Flattening _flatten = new() { RetryAt = Timestamp.Never };

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
        if (_flatten.Step != FlattenStep.None) return;
        _reversal = default;
        _flatten = new Flattening { Step = FlattenStep.Closing, Rule = rule, RetryAt = Timestamp.Never };
        CancelLive(OrderRole.Entry, rule, intents);
        AdvanceFlatten(intents);
    }

    private void AdvanceFlatten(IntentBuffer intents)
    {
        // A fill can take any step back to the first, so each asks again what is true now.
        if (!_ledger.IsFlat)
        {
            _flatten.Step = FlattenStep.Closing;
            Close(intents);
            return;
        }

        if (_flatten.Step == FlattenStep.Closing)
        {
            if (_orders.FindLive(OrderRole.Entry) >= 0) return;
            CancelLive(OrderRole.Exit, _flatten.Rule, intents);
            _flatten.Step = FlattenStep.VerifyingFlat;
            AskForPosition(intents);
        }

        if (_flatten.Step == FlattenStep.CancellingProtection)
        {
            // A child never seen cannot be cancelled; should the venue have it after all, the next snapshot names it.
            EndExpectedChildren();
            foreach (var role in (ReadOnlySpan<OrderRole>)[OrderRole.Entry, OrderRole.Stop, OrderRole.Target, OrderRole.Exit, OrderRole.Foreign])
                CancelLive(role, _flatten.Rule, intents);
            if (_orders.LiveCount == 0)
            {
                _flatten.Step = FlattenStep.VerifyingNoneWorking;
                _flatten.Query = SendQuery(QueryKind.OpenOrders, _flatten.Rule, 0, 0, intents);
            }

            RetryLater();
        }
    }

    /// <summary>Sends the close, once. After a refusal the position is read again before the next try (RELIABILITY I11).</summary>
    private void Close(IntentBuffer intents)
    {
        if (_orders.FindLive(OrderRole.Exit) >= 0 || _flatten.WaitsForPosition != 0 || _flatten.RetryAt != Timestamp.Never) return;
        var intent = NewIntent(IntentKind.ClosePosition, _flatten.Rule) with
        {
            Role = OrderRole.Exit,
            Type = OrderType.Market,
            Side = _ledger.Side.Opposite(),
            Size = Math.Abs(_ledger.Net),
            Tag = ++_lastTag,
        };
        intents.Add(intent);
        AddOrder(intent, Lifecycle.Sent);
    }

    private void OnExitFailed(Rule rule, IntentBuffer intents)
    {
        if (_flatten.Step == FlattenStep.None) BeginFlattenAfterRefusal(rule);
        _flatten.Attempts++;
        AskForPosition(intents);
    }

    private void BeginFlattenAfterRefusal(Rule rule)
    {
        _reversal = default;
        _flatten = new Flattening { Step = FlattenStep.Closing, Rule = rule, RetryAt = Timestamp.Never };
    }

    private void AskForPosition(IntentBuffer intents)
    {
        _flatten.WaitsForPosition = 1;
        _flatten.Query = SendQuery(QueryKind.Position, _flatten.Rule, 0, 0, intents);
        RetryLater();
    }

    private void OnPositionReport(in PositionReportFacts report, IntentBuffer intents)
    {
        if (_flatten.Step == FlattenStep.None || report.RequestId != _flatten.Query || _flatten.WaitsForPosition == 0) return;
        _flatten.WaitsForPosition = 0;
        if (report.SignedSize != _ledger.Net)
        {
            // A fill is missing on one side: the venue's trades say which. Ask until the two agree.
            SendQuery(QueryKind.Trades, Rule.ForeignActivity, 0, 0, intents);
            RetryLater();
            return;
        }

        if (report.SignedSize == 0)
        {
            if (_flatten.Step == FlattenStep.VerifyingFlat) _flatten.Step = FlattenStep.CancellingProtection;
            return;
        }

        // The position is as we think: the first retry goes at once, later ones keep a distance.
        if (_flatten.Attempts <= 1) StopRetrying();
        else RetryLater();
    }

    private void NoteFlattenEvidence(VenueSnapshot snapshot)
    {
        if (_flatten.Step != FlattenStep.VerifyingNoneWorking || snapshot.RequestId != _flatten.Query) return;
        if (!snapshot.WorkingOrders.IsEmpty || snapshot.SignedPosition != 0)
        {
            _flatten.Step = FlattenStep.CancellingProtection;
            return;
        }

        _flatten = new Flattening { RetryAt = Timestamp.Never };
        RefreshDeadline();
    }

    private void OnFlattenRetry(IntentBuffer intents)
    {
        StopRetrying();
        if (_flatten.Step == FlattenStep.None) return;
        _flatten.WaitsForPosition = 0;
        if (_flatten.Step == FlattenStep.VerifyingFlat) AskForPosition(intents);
        else if (_flatten.Step == FlattenStep.VerifyingNoneWorking)
            _flatten.Step = FlattenStep.CancellingProtection;
        else if (_flatten.Step == FlattenStep.CancellingProtection) AskAboutUnknown(intents);
    }

    private void RetryLater()
    {
        _flatten.RetryAt = _now + RetryAfter;
        RefreshDeadline();
    }

    private void StopRetrying()
    {
        _flatten.RetryAt = Timestamp.Never;
        RefreshDeadline();
    }

    /// <summary>Only longs, so that its bytes hold no padding.</summary>
    private struct Flattening
    {
        public FlattenStep Step;
        public Timestamp RetryAt;

        /// <summary>The request whose answer the step waits for.</summary>
        public long Query;
        public long WaitsForPosition;
        public long Attempts;
        private long _rule;

        public Rule Rule
        {
            readonly get => (Rule)_rule;
            set => _rule = (long)value;
        }
    }
}
