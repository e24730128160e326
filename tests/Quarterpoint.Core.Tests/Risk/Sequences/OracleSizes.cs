using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Core.Tests.Risk.Sequences;

/// <summary>
/// SPEC R3 and R7 to R10 in their own numbers: how many contracts an account may trade, and what they can lose. Money is in millionths of a
/// dollar.
/// </summary>
internal sealed class OracleSizes(EngineSettings settings)
{
    private const long Dollar = Money.MicrosPerDollar;
    private const long CostOfRoundTrip = 1_220_000;

    private readonly long _tick = settings.Instrument.TickValue.MicroDollars;
    private readonly int _most = settings.Limits.MostContracts;

    /// <summary>
    /// R10's table: thousandths of the size that money allows, by confidence in millionths; null is a rule without a model.
    /// </summary>
    public static int MultiplierOf(int? confidence) =>
        confidence switch
        {
            null or (>= 700_000 and < 800_000) => 1000,
            < 600_000 => 0,
            < 700_000 => 500,
            <= 900_000 => 1500,
            _ => 2000,
        };

    /// <summary>What contracts lose whose stop fills four ticks late.</summary>
    public long WorstCase(int size, int stop) => size * (((stop + 4) * _tick) + CostOfRoundTrip);

    /// <summary>What one contract is expected to lose at its stop.</summary>
    public long RiskOfTrade(int stop, bool atRth) => ((stop + (atRth ? 1 : 2)) * _tick) + CostOfRoundTrip;

    /// <summary>The most contracts at that balance: R9's table, and R8.</summary>
    public int Tier(long money) =>
        (money / Dollar) switch
        {
            < 700 => 0,
            < 1000 => 1,
            < 1500 => 2,
            < 2000 => 3,
            < 3000 => 4,
            var more => (int)Math.Min(_most, 2 + (more / 1000)),
        };

    /// <summary>Contracts whose stops risk no more than 2 % of the balance, or 1.5 % from $3,000 on, times the multiplier.</summary>
    public int ByMoney(long money, int multiplier, int stop)
    {
        var perMille = money >= 3000 * Dollar ? 15 : 20;
        var budget = (Int128)money * perMille * multiplier / 1_000_000;
        return (int)Int128.Min(Math.Min(Tier(money), _most), budget / (stop * _tick));
    }
}
