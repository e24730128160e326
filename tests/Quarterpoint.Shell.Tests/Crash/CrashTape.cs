using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Crash;

/// <summary>
/// Three mornings made so that a session has much to lose when it is cut off: waves that a trend follower rides, a stretch of short ones
/// that cost it three losses in a row and a pause, on the second day a gap that passes the daily limit, and the last minutes of each day,
/// in which what is open is closed.
/// </summary>
internal static class CrashTape
{
    public const string Name = "CRASH";

    private static readonly DateOnly[] Days = [new(2024, 3, 5), new(2024, 3, 6), new(2024, 3, 7)];

    public static void Write(string workspace)
    {
        using var writer = DataSetWriter.Create(
            workspace,
            StoreOf.Description(Micro.Mes, Name),
            SessionCalendar.CmeEquityIndex,
            replace: false
        );
        var bars = new List<Bar>();
        var random = new SplitMix64(11);
        var price = 20_000;
        foreach (var day in Days)
        {
            var second = (uint)NewYork.At(day, new TimeOnly(10, 0)).UnixSeconds;
            for (var i = 0; i < 600; i++)
                Add(second + (uint)i, Wave(i) + Noise(1));
            for (var i = 600; i < 780; i++)
                Add(second + (uint)i, 2 * Math.Sign((i / 8 % 2) - 0.5));

            // From 10:30 on, when the pause is over; on the second day a jump against the position ends the day.
            for (var i = 0; i < 500; i++)
            {
                if (day == Days[1] && i == 385)
                    price += 80;
                Add(second + 1800 + (uint)i, Wave(i) + Noise(1));
            }

            var late = (uint)NewYork.At(day, new TimeOnly(16, 9)).UnixSeconds;
            for (var i = 0; i < 120; i++)
                Add(late + (uint)i, Wave(i));
            for (var i = 0; i < 12; i++)
                Add((uint)NewYork.At(day, new TimeOnly(16, 24, 55)).UnixSeconds + (uint)i, Noise(1));
        }

        writer.Append("MESH4", [.. bars]);
        writer.Complete(StoreOf.ByHand);

        int Noise(int most) => random.NextBelow((2 * most) + 1) - most;

        // Forty seconds up and forty down, a tick a second.
        static int Wave(int second) => second / 40 % 2 == 0 ? 1 : -1;

        void Add(uint second, int move)
        {
            var open = price;
            price += move;
            bars.Add(
                new Bar(second, new Price(open), new Price(Math.Max(open, price)), new Price(Math.Min(open, price)), new Price(price), 10)
            );
        }
    }
}
