using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>What goes wrong between engine and venue, each kind at its own rate, until the exit time of the day.</summary>
internal sealed class SequenceFaults
{
    private readonly double[] _rates = new double[9];
    private SplitMix64 _random;

    public SequenceFaults(ulong seed)
    {
        _random = new SplitMix64(seed);
        for (var i = 0; i < _rates.Length; i++)
            _rates[i] = _random.NextBelow(2) == 0 ? 0 : _random.NextUnit() * 0.2;
        (AtVenue, OnTheWay) = (new Venue(this), new Way(this));
    }

    public VenueFaults AtVenue { get; }

    public HostFaults OnTheWay { get; }

    public Func<bool> IsHealed { get; set; } = () => false;

    private bool Strikes(int which) => _random.NextUnit() < _rates[which] && !IsHealed();

    private sealed class Venue(SequenceFaults faults) : VenueFaults
    {
        public override SendOutcome Answer(in Intent intent) =>
            faults.Strikes(0) ? SendOutcome.Refused
            : faults.Strikes(1) ? SendOutcome.NotSent
            : faults.Strikes(2) ? SendOutcome.Unknown
            : SendOutcome.Accepted;

        public override bool ActsUnheard(in Intent intent) => !faults.Strikes(3);

        public override bool RejectsAfterAccepting(in Intent intent) => faults.Strikes(4);

        public override int FillSize(int remaining) => faults.Strikes(5) ? 1 : remaining;

        public override bool Loses(in EngineEvent fact) => faults.Strikes(6);
    }

    private sealed class Way(SequenceFaults faults) : HostFaults
    {
        public override int Duplicates(in EngineEvent fact) => faults.Strikes(7) ? 1 : 0;

        public override TimeSpan Delay(in EngineEvent fact) =>
            faults.Strikes(8) ? TimeSpan.FromMilliseconds(faults._random.NextBelow(3000)) : TimeSpan.Zero;
    }
}
