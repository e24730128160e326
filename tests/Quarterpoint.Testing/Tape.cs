using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Testing;

/// <summary>Bars by hand, for tests: times are New York wall-clock times.</summary>
public sealed class Tape(int barSeconds = 1)
{
    private readonly List<(Bar Bar, string Contract)> _bars = [];
    private DateOnly _date = new(2024, 3, 5);
    private string _contract = "MESH4";

    public int BarSeconds => barSeconds;

    public IReadOnlyList<Bar> Bars => [.. _bars.Select(b => b.Bar)];

    public static uint Second(DateOnly date, string time) =>
        (uint)NewYork.At(date, TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).UnixSeconds;

    public Tape On(int year, int month, int day)
    {
        _date = new DateOnly(year, month, day);
        return this;
    }

    public Tape Contract(string symbol)
    {
        _contract = symbol;
        return this;
    }

    /// <summary>One bar in ticks.</summary>
    public Tape Bar(string time, int open, int high, int low, int close, uint volume = 10) =>
        Add(Second(_date, time), open, high, low, close, volume);

    public Tape Add(uint second, int open, int high, int low, int close, uint volume = 10)
    {
        _bars.Add((new Bar(second, new Price(open), new Price(high), new Price(low), new Price(close), volume), _contract));
        return this;
    }

    /// <summary>Bars at one constant price, one per bar length, from one time to another, the end excluded.</summary>
    public Tape Flat(string from, string to, int price, uint volume = 10)
    {
        for (var second = Second(_date, from); second < Second(_date, to); second += (uint)barSeconds)
            Add(second, price, price, price, price, volume);
        return this;
    }

    /// <summary>A random walk of whole ticks, one bar per bar length.</summary>
    public Tape Walk(string from, string to, int start, ulong seed, int maxStep = 1)
    {
        var random = new Quarterpoint.Core.SplitMix64(seed);
        var price = start;
        for (var second = Second(_date, from); second < Second(_date, to); second += (uint)barSeconds)
        {
            var open = price;
            var (high, low) = (open, open);
            for (var step = 0; step < 3; step++)
            {
                price += random.NextBelow((2 * maxStep) + 1) - maxStep;
                high = Math.Max(high, price);
                low = Math.Min(low, price);
            }

            Add(second, open, high, low, price, (uint)(1 + random.NextBelow(50)));
        }

        return this;
    }

    public BarColumns Columns(SessionCalendar? calendar = null)
    {
        var segments = new List<ContractSegment>();
        var sessions = new List<SessionRows>();
        var times = _bars.Select(b => b.Bar.OpenTime).ToArray();
        for (var row = 0; row < _bars.Count; )
        {
            var end = row;
            while (end < _bars.Count && _bars[end].Contract == _bars[row].Contract)
                end++;
            sessions.AddRange(
                SessionMap.Assign(times.AsSpan(row, end - row), row, segments.Count, calendar ?? SessionCalendar.CmeEquityIndex, out _)
            );
            segments.Add(new ContractSegment(row, end - row, _bars[row].Contract, default));
            row = end;
        }

        return new BarColumns
        {
            BarSeconds = barSeconds,
            Count = _bars.Count,
            Time = times,
            Open = [.. _bars.Select(b => b.Bar.Open.InTicks)],
            High = [.. _bars.Select(b => b.Bar.High.InTicks)],
            Low = [.. _bars.Select(b => b.Bar.Low.InTicks)],
            Close = [.. _bars.Select(b => b.Bar.Close.InTicks)],
            Volume = [.. _bars.Select(b => b.Bar.Volume)],
            Segments = segments,
            Sessions = sessions,
        };
    }
}
