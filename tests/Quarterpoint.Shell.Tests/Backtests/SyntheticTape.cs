using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;
using Quarterpoint.Data.Synthetic;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Backtests;

/// <summary>Made-up sessions in memory, and validation runs over them: one contract, no limits of money.</summary>
internal static class SyntheticTape
{
    public static readonly EngineSettings Engine = new()
    {
        Instrument = Micro.Mes,
        BarSeconds = 1,
        Limits = new RiskLimits { RailsOn = false },
    };

    public static readonly VenueSettings Venue = new() { Instrument = Micro.Mes, BarSeconds = 1 };

    public static BarColumns Make(SyntheticSettings settings)
    {
        var contracts = new Dictionary<string, List<Bar>>();
        foreach (var bars in new SyntheticMarket(settings).Generate().SelectMany(session => session))
        {
            if (!contracts.TryGetValue(bars.Contract, out var all))
                contracts.Add(bars.Contract, all = []);
            all.AddRange(bars.Bars);
        }

        return Markets.Stitch([.. contracts.Select(contract => new ContractBars(contract.Key, contract.Value))]);
    }

    public static BacktestResult Run(BarColumns tape, SignalRule rule, EngineSettings engine, VenueSettings venue)
    {
        var test = new Backtest(new TradingEngine(engine, rule), new SimulatedVenue(venue));
        test.Run(tape, TestContext.Current.CancellationToken);
        return test.Finish();
    }
}
