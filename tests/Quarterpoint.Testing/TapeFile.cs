using System.Globalization;
using Quarterpoint.Core.MarketData;

namespace Quarterpoint.Testing;

/// <summary>
/// A small tape kept as text: <c>day,2024-03-05</c> and <c>contract,MESH4</c> say what the lines after them belong to, and a line such as
/// <c>09:30:00,20400,20401,20399,20399,23</c> is a bar of one second (New York time, open, high, low, close in ticks, volume). # begins a
/// comment.
/// </summary>
public static class TapeFile
{
    /// <exception cref="FormatException">A line is none of these; the message names the file and the line.</exception>
    public static BarColumns Read(string path)
    {
        var tape = new Tape();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (!TryAdd(tape, line.Split(',')))
                throw new FormatException($"{path} line {number}: '{line}' is neither a day, a contract, nor a bar.");
        }

        return tape.Columns();
    }

    private static bool TryAdd(Tape tape, string[] fields)
    {
        switch (fields)
        {
            case ["day", var text]
                when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day):
                tape.On(day.Year, day.Month, day.Day);
                return true;
            case ["contract", var symbol]:
                tape.Contract(symbol);
                return true;
            case [var time, .. { Length: 5 } values]:
                var numbers = Array.ConvertAll(values, value => int.Parse(value, CultureInfo.InvariantCulture));
                tape.Bar(time, numbers[0], numbers[1], numbers[2], numbers[3], (uint)numbers[4]);
                return true;
            default:
                return false;
        }
    }
}
