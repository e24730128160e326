using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.App.Sessions;

/// <summary>One size, and what set it to zero where it is.</summary>
internal sealed record SizeCell(decimal Balance, string Confidence, int StopTicks, int Contracts, string? RefusedBy);

/// <summary>
/// What the gate gives by balance, confidence, and stop: asked of the gate itself, in RTH, flat, at the beginning of a day, with the highest equity at the balance or
/// the capital, whichever is more (SPEC R8, R25).
/// </summary>
internal static class SizeTable
{
    public static readonly int[] Stops = [4, 6, 8, 10, 12, 14, 16, 18];
    private static readonly decimal[] Balances = [700, 750, 800, 825, 850, 900, 999.99m, 1000, 1250, 1500, 2000, 3000, 4000];

    /// <summary>A confidence of each band, in millionths; null for a rule that states none.</summary>
    public static readonly (string Name, int? Confidence)[] Bands =
    [
        ("60 to 70 %", 650_000),
        ("70 to 80 %", 750_000),
        ("80 to 90 %", 850_000),
        ("above 90 %", 950_000),
        ("no model", null),
    ];

    public static IReadOnlyList<SizeCell> Of(RiskLimits limits, Instrument instrument, IReadOnlyList<decimal>? balances = null) =>
        [
            .. from band in Bands
            from balance in balances ?? Balances
            from stop in Stops
            select Cell(limits, instrument, balance, band, stop),
        ];

    public static void Print(Terminal terminal, RiskLimits limits, Instrument instrument, IReadOnlyList<SizeCell> cells)
    {
        foreach (var band in cells.GroupBy(cell => cell.Confidence))
        {
            terminal.Line($"{instrument.Symbol}, confidence {band.Key}: contracts by balance and stop in ticks (. is none)");
            terminal.Table(
                ["balance", .. Stops.Select(stop => stop.ToString(CultureInfo.InvariantCulture))],
                band.GroupBy(cell => cell.Balance)
                    .Select(row =>
                        (IReadOnlyList<string>)
                            [
                                row.Key.ToString("$#,0.00", CultureInfo.InvariantCulture),
                                .. row.Select(cell => cell.Contracts == 0 ? "." : cell.Contracts.ToString(CultureInfo.InvariantCulture)),
                            ]
                    )
            );
        }

        foreach (var warning in Warnings(limits, instrument))
            terminal.Line("warning: " + warning);
    }

    /// <summary>Where nothing opens, in sentences.</summary>
    public static IReadOnlyList<string> Warnings(RiskLimits limits, Instrument instrument)
    {
        var warnings = new List<string>();
        var gate = new RiskGate(limits);
        var widest = Enumerable
            .Range(1, 400)
            .LastOrDefault(stop => gate.TradeRisk(new Ticks(stop), atRth: true, instrument.TickValue) <= limits.TradeRisk);
        warnings.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"a stop wider than {widest} ticks never gets a contract: one would risk more than {limits.TradeRisk} (R3)."
            )
        );
        foreach (var (name, confidence) in Bands)
        {
            if (confidence is null)
                continue;
            foreach (var stop in (ReadOnlySpan<int>)[8, 12, 16])
            {
                if (LeastBalance(limits, instrument, confidence, stop) is { } least && least > limits.LowestTier.InDollars)
                    warnings.Add(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"at {name} a stop of {stop} ticks gets no contract below {least:$#,0.00}."
                        )
                    );
            }
        }

        if (StarvedBelow(limits, instrument) is { } starved)
            warnings.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"from {limits.Capital} down, the account is starved at {starved:$#,0.00} with stops of 4 ticks (R25), before R4 fires at {(limits.Capital - limits.AccountDrawdown)}."
                )
            );
        return warnings;
    }

    private static SizeCell Cell(RiskLimits limits, Instrument instrument, decimal balance, (string Name, int? Confidence) band, int stop)
    {
        var verdict = Ask(limits, instrument, Money.FromDollars(balance), band.Confidence, stop);
        return new SizeCell(balance, band.Name, stop, verdict.Entry.Size, verdict.IsApproved ? null : Reason(verdict));
    }

    private static string Reason(in Verdict verdict) =>
        RiskWords.Spaced(verdict.Rule == Rule.SurvivalCheck ? verdict.Binding : verdict.Rule);

    private static Verdict Ask(RiskLimits limits, Instrument instrument, Money balance, int? confidence, int stop)
    {
        if (balance < limits.BalanceFloor)
            return Verdict.Refused(Rule.BalanceFloor);
        return new RiskGate(limits).Size(
            new EntryRequest
            {
                Side = Side.Buy,
                Stop = new Ticks(stop),
                Confidence = confidence,
                AtRth = true,
                Balance = balance,
                Equity = balance,
                Levels = AccountLevels.Of(limits, new DayBook(default(TradingDay), balance, balance), Money.Max(balance, limits.Capital)),
                TickValue = instrument.TickValue,
            }
        );
    }

    /// <summary>The least balance, to the cent, at which R8 alone gives one contract; null where none up to a hundred thousand does.</summary>
    private static decimal? LeastBalance(RiskLimits limits, Instrument instrument, int? confidence, int stop)
    {
        int Size(long cents) =>
            PositionSize.Of(
                new Money(cents * 10_000),
                confidence is { } c ? PositionSize.Multiplier(c) : PositionSize.NoModel,
                new Ticks(stop),
                instrument.TickValue,
                limits
            );
        var (low, high) = (0L, 10_000_000L);
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

        return low / 100m;
    }

    private static decimal? StarvedBelow(RiskLimits limits, Instrument instrument)
    {
        var gate = new RiskGate(limits);
        for (var cents = limits.Capital.MicroDollars / 10_000; cents > 0; cents--)
        {
            if (gate.IsStarved(new Money(cents * 10_000), limits.Capital, new Ticks(StopSettings.LeastTicks), instrument.TickValue))
                return cents / 100m;
        }

        return null;
    }
}
