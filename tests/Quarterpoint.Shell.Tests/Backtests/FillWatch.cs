using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Shell.Tests.Backtests;

/// <summary>A fill as the venue told it, and the contract that was traded then.</summary>
internal readonly record struct SeenFill(Timestamp Time, string Contract, FillFacts Fill)
{
    /// <summary>What the price was before it slipped.</summary>
    public int Reference => Fill.Price.InTicks - (Fill.SlippageTicks * Fill.Side.Sign());

    /// <summary>Booked without a bar, at a last close.</summary>
    public bool IsBooked => (Fill.Flags & (FillFlags.Booked | FillFlags.EndOfData)) != 0;
}

/// <summary>Listens to a backtest and keeps every fill.</summary>
internal sealed class FillWatch
{
    private string _contract = "";

    public List<SeenFill> Fills { get; } = [];

    public void Look(EngineEvent e)
    {
        if (e.Kind == EventKind.ContractSelected)
            _contract = (string)e.Detail!;
        if (e.Kind == EventKind.Fill)
            Fills.Add(new SeenFill(e.VenueTime, _contract, e.Fill));
    }

    /// <summary>
    /// Every fill at a bar's price lies between that bar's low and high before it slips, and slips by a tick or more or not at all.
    /// </summary>
    /// <param name="raw">The market as its source states it: low and high in ticks of the bar that opens then.</param>
    /// <returns>How many fills were checked; the others were booked.</returns>
    public int CheckAgainst(IReadOnlyDictionary<(string Contract, Timestamp Opens), (int Low, int High)> raw)
    {
        var checks = 0;
        foreach (var fill in Fills.Where(f => !f.IsBooked))
        {
            Assert.True(raw.TryGetValue((fill.Contract, fill.Time), out var bar), $"{fill}: no bar opens then");
            Assert.True(fill.Reference >= bar.Low && fill.Reference <= bar.High, $"{fill}: its bar ran from {bar.Low} to {bar.High}");
            Assert.InRange(fill.Fill.SlippageTicks, 0, 4);
            checks++;
        }

        return checks;
    }
}
