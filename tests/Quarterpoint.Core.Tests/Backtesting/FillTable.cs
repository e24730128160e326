using Quarterpoint.Core.Accounting;
using Quarterpoint.Core.Backtesting;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Signals;

namespace Quarterpoint.Core.Tests.Backtesting;

/// <summary>
/// SPEC X2 worked by hand. A long is wished at the close of the bar stamped 10:00:00 (at 10:00:01, price 0); bars are
/// "second: open high low close" with seconds after 10:00:00 and ticks from 20,000. The stop is 8 below the fill, the target 12 above it.
/// In RTH a market or stop order slips 1 tick, 2 in the conservative mode, and an optimistic market order none. Every row is run long and,
/// mirrored, short; with native and with managed brackets.
/// </summary>
[Trait("Spec", "X2")]
public sealed class FillTable
{
    private static readonly Dictionary<string, Row> Rows = new()
    {
        // Entry: open 0 + 1 = 1; stop 1 - 8 = -7, target 1 + 12 = 13.
        ["The target one tick through fills at the target"] = new("1: 0 0 0 0; 2: 0 14 0 13", 1, 13, 1, 2, ExitReason.Target, 1),
        ["A touch of the target fills nothing; the tape ends at its last close without slippage"] = new(
            "1: 0 0 0 0; 2: 0 13 0 5",
            1,
            5,
            1,
            3,
            ExitReason.EndOfData,
            1,
            FillFlags.EndOfData
        ),
        ["A bar wholly beyond the target fills at its nearest price"] = new(
            "1: 0 0 0 0; 2: 20 22 18 19",
            1,
            18,
            1,
            2,
            ExitReason.Target,
            1
        ),
        ["A gap that comes back fills at the target itself"] = new("1: 0 0 0 0; 2: 20 22 10 11", 1, 13, 1, 2, ExitReason.Target, 1),

        // Stop at -7: a trade at it triggers; -7 - 1.
        ["A touch of the stop is enough"] = new("1: 0 0 0 0; 2: 0 0 -7 -3", 1, -8, 1, 2, ExitReason.Stop, 2),
        ["One tick short of the stop is not"] = new("1: 0 0 0 0; 2: 0 0 -6 -3", 1, -3, 1, 3, ExitReason.EndOfData, 1, FillFlags.EndOfData),

        // The worse of trigger and open: -20 - 1.
        ["A gap through the stop fills at the open"] = new("1: 0 0 0 0; 2: -20 -18 -22 -19", 1, -21, 1, 2, ExitReason.Stop, 2),
        ["Stop and target in one bar: the stop"] = new("1: 0 0 0 0; 2: 0 14 -7 5", 1, -8, 1, 2, ExitReason.Stop, 2, FillFlags.Ambiguous),
        ["A stop and a mere touch of the target are not ambiguous"] = new("1: 0 0 0 0; 2: 0 13 -7 5", 1, -8, 1, 2, ExitReason.Stop, 2),

        // The entry bar: a market entry saw all of it.
        ["Stopped in the entry bar"] = new("1: 0 2 -7 -5", 1, -8, 1, 1, ExitReason.Stop, 2),
        ["The target in the entry bar, alone"] = new("1: 0 14 0 10", 1, 13, 1, 1, ExitReason.Target, 1),
        ["Both in the entry bar: the stop"] = new("1: 0 14 -7 10", 1, -8, 1, 1, ExitReason.Stop, 2, FillFlags.Ambiguous),

        // Conservative: 2 + 2 = 4 ticks a stopped trade. Entry 2, stop -6 filled at -8, target 14.
        ["Conservative: the stop"] = new("1: 0 0 0 0; 2: 0 0 -6 -3", 2, -8, 1, 2, ExitReason.Stop, 4, Mode: FillMode.Conservative),
        ["Conservative: the target one tick through"] = new(
            "1: 0 0 0 0; 2: 0 15 0 9",
            2,
            14,
            1,
            2,
            ExitReason.Target,
            2,
            Mode: FillMode.Conservative
        ),
        ["Conservative: a touch"] = new(
            "1: 0 0 0 0; 2: 0 14 0 9",
            2,
            9,
            1,
            3,
            ExitReason.EndOfData,
            2,
            FillFlags.EndOfData,
            FillMode.Conservative
        ),

        // Optimistic: at the signal bar's close, 0, at 10:00:01; target 12 at a touch; a stop still slips, -8 - 1.
        ["Optimistic: the target at a touch"] = new("1: 0 12 0 3", 0, 12, 1, 1, ExitReason.Target, 0, Mode: FillMode.Optimistic),
        ["Optimistic: the stop"] = new("1: 0 0 -8 3", 0, -9, 1, 1, ExitReason.Stop, 1, Mode: FillMode.Optimistic),
        ["Optimistic: one tick short of both"] = new(
            "1: 0 11 -7 3",
            0,
            3,
            1,
            2,
            ExitReason.EndOfData,
            0,
            FillFlags.EndOfData,
            FillMode.Optimistic
        ),
        ["Optimistic: both in one bar"] = new("1: 0 12 -8 3", 0, -9, 1, 1, ExitReason.Stop, 1, FillFlags.Ambiguous, FillMode.Optimistic),

        // A limit entry 2 below the close: -2; its stop -10, its target 10.
        ["A limit entry one tick through, then the target"] = new(
            "1: 0 0 -3 -1; 2: 0 11 0 9",
            -2,
            10,
            1,
            2,
            ExitReason.Target,
            0,
            Offset: 2
        ),
        ["A bar wholly beyond a limit entry fills it at its nearest price"] = new(
            "1: -10 -8 -12 -9; 2: 0 5 0 5; 3: 5 5 5 5",
            -8,
            4,
            1,
            2,
            ExitReason.Target,
            0,
            Offset: 2
        ),
        ["A limit entry stopped in its bar"] = new("1: 0 0 -10 -5", -2, -11, 1, 1, ExitReason.Stop, 1, Offset: 2),
        ["A limit entry's target in its bar, the high perhaps before the fill: ambiguous, so not"] = new(
            "1: 0 11 -3 5",
            -2,
            5,
            1,
            2,
            ExitReason.EndOfData,
            0,
            FillFlags.EndOfData,
            Offset: 2
        ),
        ["A limit entry's target in its bar, which closes beyond it: sure"] = new(
            "1: 0 12 -3 11",
            -2,
            10,
            1,
            1,
            ExitReason.Target,
            0,
            Offset: 2
        ),
        ["A limit entry touched in the optimistic mode"] = new(
            "1: 0 0 -2 -1; 2: 0 10 0 9",
            -2,
            10,
            1,
            2,
            ExitReason.Target,
            0,
            Mode: FillMode.Optimistic,
            Offset: 2
        ),
        ["A limit entry touched again in a later bar within the time"] = new(
            "1: 0 0 -2 -1; 3: 0 0 -3 0; 4: 0 11 0 9",
            -2,
            10,
            3,
            4,
            ExitReason.Target,
            0,
            Offset: 2
        ),

        // Sent at 10:00:01: a bar stamped up to and including 10:00:06 may fill it.
        ["An entry whose next bar comes after exactly 5 s"] = new("6: 3 3 3 3; 7: 3 17 3 5", 4, 16, 6, 7, ExitReason.Target, 1),
        ["A limit entry reached in the bar stamped after exactly 5 s"] = new(
            "2: 0 0 0 0; 6: 0 0 -3 -1; 7: 0 11 0 9",
            -2,
            10,
            6,
            7,
            ExitReason.Target,
            0,
            Offset: 2
        ),
    };

    private static readonly Dictionary<string, Row> Empty = new()
    {
        ["No bar within 5 s"] = new("7: 0 0 0 0; 8: 0 20 -20 0"),
        ["A limit entry not reached within 5 s"] = new("1: 0 0 -2 0; 6: 0 0 -2 0; 7: 0 0 -9 0; 8: 0 20 -20 0", Offset: 2),
        ["A limit entry touched only"] = new("1: 0 0 -2 0; 2: 0 0 -2 0", Offset: 2),
    };

    public static TheoryData<string, bool, Side> Names => Cross(Rows);

    public static TheoryData<string, bool, Side> EmptyNames => Cross(Empty);

    [Theory]
    [MemberData(nameof(Names))]
    public void Fills_as_worked_by_hand(string name, bool native, Side side)
    {
        var row = Rows[name];
        var sign = side.Sign();
        var expected = new Told(
            side,
            row.Entry * sign,
            row.Exit * sign,
            At(row.EnteredAt),
            At(row.ExitedAt),
            row.Reason,
            row.Slippage,
            row.Flags
        );

        Assert.Equal(expected, Play(row, native, side).RunOne());
    }

    [Theory]
    [MemberData(nameof(EmptyNames))]
    public void Does_not_enter(string name, bool native, Side side)
    {
        var result = Play(Empty[name], native, side).Run();

        Assert.Empty(result.Trades);
        Assert.Equal(0, result.BarsInPosition);
    }

    private static Scene Play(Row row, bool native, Side side)
    {
        var scene = new Scene()
            .Native(native)
            .Fills(row.Mode)
            .Bar("10:00:00", 0, 0, 0, 0)
            .Wish("10:00:00", side == Side.Buy ? Wish.Long : Wish.Short);
        if (row.Offset != 0)
            scene.LimitEntry(row.Offset);
        foreach (var bar in row.Bars.Split(';'))
        {
            var fields = bar.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)
                .Select(f => int.Parse(f, System.Globalization.CultureInfo.InvariantCulture))
                .ToArray();
            var (second, open, high, low, close) = (fields[0], fields[1], fields[2], fields[3], fields[4]);
            if (side == Side.Buy)
                scene.Bar(At(second), open, high, low, close);
            else
                scene.Bar(At(second), -open, -low, -high, -close);
        }

        return scene;
    }

    private static string At(int second) => $"10:00:{second:00}";

    private static TheoryData<string, bool, Side> Cross(Dictionary<string, Row> rows)
    {
        var data = new TheoryData<string, bool, Side>();
        foreach (var name in rows.Keys)
        {
            foreach (var native in (bool[])[true, false])
            {
                data.Add(name, native, Side.Buy);
                data.Add(name, native, Side.Sell);
            }
        }

        return data;
    }

    private sealed record Row(
        string Bars,
        int Entry = 0,
        int Exit = 0,
        int EnteredAt = 0,
        int ExitedAt = 0,
        ExitReason Reason = default,
        int Slippage = 0,
        FillFlags Flags = FillFlags.None,
        FillMode Mode = FillMode.Realistic,
        int Offset = 0
    );
}
