using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>One band of SPEC R10, and a confidence inside it in millionths; null for a rule that states none.</summary>
public readonly record struct ConfidenceBand(string Name, int? Confidence);

/// <summary>One size, and the rule that set it to zero where it is.</summary>
public sealed record SizeCell(Money Balance, ConfidenceBand Band, Ticks Stop, int Contracts, Rule? RefusedBy);

/// <summary>A band and a stop that get no contract below a balance.</summary>
public readonly record struct LeastBalance(ConfidenceBand Band, Ticks Stop, Money Balance);

/// <summary>Where nothing opens.</summary>
/// <param name="WidestStop">A wider stop never gets a contract: one would risk more than R3 allows.</param>
/// <param name="LeastBalances">The stops that ask for more than the lowest tier's balance.</param>
/// <param name="StarvedAt">
/// The highest balance, from the capital down, at which the account is starved with the smallest stop (SPEC R25); null where none is.
/// </param>
public sealed record SizeFindings(Ticks WidestStop, IReadOnlyList<LeastBalance> LeastBalances, Money? StarvedAt);

/// <summary>
/// What the gate gives by balance, confidence, and stop: asked of the gate itself, in RTH, flat, at the beginning of a day, with the
/// highest equity at the balance or the capital, whichever is more (SPEC R8, R25).
/// </summary>
public static class SizeTable
{
    private const int MicrosPerCent = 10_000;
    private const int WidestLookedAt = 400;

    /// <summary>Nobody with so much is held back by R8.</summary>
    private const long MostCents = 10_000_000;

    private static readonly decimal[] StandardBalances = [700, 750, 800, 825, 850, 900, 999.99m, 1000, 1250, 1500, 2000, 3000, 4000];
    private static readonly Ticks[] StopsLookedAt = [new(8), new(12), new(16)];

    /// <summary>The stops of the table.</summary>
    public static IReadOnlyList<Ticks> Stops { get; } = [new(4), new(6), new(8), new(10), new(12), new(14), new(16), new(18)];

    /// <summary>The balances of the table where nobody names others.</summary>
    public static IReadOnlyList<Money> Balances { get; } = [.. StandardBalances.Select(Money.FromDollars)];

    /// <summary>The bands of R10 that open, and the rules that state no confidence.</summary>
    public static IReadOnlyList<ConfidenceBand> Bands { get; } =
    [new("60 to 70 %", 650_000), new("70 to 80 %", 750_000), new("80 to 90 %", 850_000), new("above 90 %", 950_000), new("no model", null)];

    /// <summary>Every size, by band, then by balance, then by stop.</summary>
    public static IReadOnlyList<SizeCell> Of(RiskLimits limits, Money tickValue, IReadOnlyList<Money>? balances = null) =>
        [
            .. from band in Bands
            from balance in balances ?? Balances
            from stop in Stops
            select CellOf(limits, tickValue, balance, band, stop),
        ];

    /// <summary>Where nothing opens under these limits.</summary>
    public static SizeFindings Examine(RiskLimits limits, Money tickValue) =>
        new(
            new Ticks(Math.Min(WidestLookedAt, WidestStop(limits, tickValue).Count)),
            [
                .. from band in Bands
                where band.Confidence is not null
                from stop in StopsLookedAt
                let least = LeastBalanceFor(limits, tickValue, band, stop)
                where least > limits.LowestTier
                select new LeastBalance(band, stop, least.Value),
            ],
            StarvedAt(limits, tickValue)
        );

    /// <summary>
    /// The widest stop at which one contract in RTH still risks no more than R3 allows; zero where none is narrow enough.
    /// </summary>
    public static Ticks WidestStop(RiskLimits limits, Money tickValue)
    {
        var left = limits.TradeRisk - new RiskGate(limits).TradeRisk(default, atRth: true, tickValue);
        return left < Money.Zero ? default : new Ticks((int)Math.Min(int.MaxValue, left.MicroDollars / tickValue.MicroDollars));
    }

    private static SizeCell CellOf(RiskLimits limits, Money tickValue, Money balance, ConfidenceBand band, Ticks stop)
    {
        var verdict = Ask(limits, tickValue, balance, band.Confidence, stop);
        Rule? refusedBy =
            verdict.IsApproved ? null
            : verdict.Rule == Rule.SurvivalCheck ? verdict.Binding
            : verdict.Rule;
        return new SizeCell(balance, band, stop, verdict.Entry.Size, refusedBy);
    }

    private static Verdict Ask(RiskLimits limits, Money tickValue, Money balance, int? confidence, Ticks stop)
    {
        if (balance < limits.BalanceFloor)
            return Verdict.Refused(Rule.BalanceFloor);
        return new RiskGate(limits).Size(
            new EntryRequest
            {
                Side = Side.Buy,
                Stop = stop,
                Confidence = confidence,
                AtRth = true,
                Balance = balance,
                Equity = balance,
                Levels = AccountLevels.Of(limits, new DayBook(default(TradingDay), balance, balance), Money.Max(balance, limits.Capital)),
                TickValue = tickValue,
            }
        );
    }

    /// <summary>
    /// The least balance, to the cent, at which R8 alone gives one contract; null where none up to a hundred thousand does.
    /// </summary>
    private static Money? LeastBalanceFor(RiskLimits limits, Money tickValue, ConfidenceBand band, Ticks stop)
    {
        var multiplier = band.Confidence is { } confidence ? PositionSize.Multiplier(confidence) : PositionSize.NoModel;
        int Size(long cents) => PositionSize.Of(new Money(cents * MicrosPerCent), multiplier, stop, tickValue, limits);
        var (low, high) = (0L, MostCents);
        if (Size(high) == 0)
            return null;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Size(middle) > 0)
                high = middle;
            else
                low = middle + 1;
        }

        return new Money(low * MicrosPerCent);
    }

    private static Money? StarvedAt(RiskLimits limits, Money tickValue)
    {
        var gate = new RiskGate(limits);
        for (var cents = limits.Capital.MicroDollars / MicrosPerCent; cents > 0; cents--)
        {
            var equity = new Money(cents * MicrosPerCent);
            if (gate.IsStarved(equity, limits.Capital, new Ticks(StopSettings.LeastTicks), tickValue))
                return equity;
        }

        return null;
    }
}
