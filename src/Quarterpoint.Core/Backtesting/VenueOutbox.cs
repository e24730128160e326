using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Backtesting;

/// <summary>What the simulated venue says, in order, until the host takes it. What a fault loses on its way never gets here.</summary>
internal sealed class VenueOutbox(VenueFaults faults)
{
    private readonly EventQueue _waiting = new();

    public bool TryTake(out EngineEvent fact) => _waiting.TryTake(out fact);

    /// <summary>The answer to a request. One that was not heard names no order.</summary>
    public void Answer(in Intent intent, SendOutcome outcome, long orderId, Timestamp now) =>
        _waiting.Add(
            EngineEvent.Sent(now, new SendResultFacts(intent.RequestId, outcome, outcome == SendOutcome.Unknown ? 0 : orderId, 0))
        );

    /// <summary>How an order stands now.</summary>
    public void Report(in VenueOrder order, Timestamp time) => Add(EngineEvent.OrderReported(time, time, order.ToReport()));

    public void Add(in EngineEvent fact)
    {
        if (!faults.Loses(fact))
            _waiting.Add(fact);
    }
}
