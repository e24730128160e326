#:property RestorePackagesWithLockFile=false
// The table of docs/studies/nq-minutes.md, from the cards and runs that nq-minutes.sh made.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

const string Marker = "<!-- Everything below this line is made by nq-minutes.sh. -->";
var (results, document, raw) = (args[0], args[1], args[2]);
var (models, spans) = (int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture));

var trials = new SortedDictionary<string, List<Part>>(StringComparer.Ordinal);
foreach (var card in Directory.GetFiles(results, "*.card.json").Order(StringComparer.Ordinal))
{
    var stem = card[..^".card.json".Length];
    var name = Path.GetFileName(stem)["yyyy-MM-dd-".Length..];
    if (!trials.TryGetValue(name, out var parts))
        trials[name] = parts = [];
    parts.Add(Part.Read(Path.GetFileName(stem)[..10], JsonNode.Parse(File.ReadAllText(card))!, File.ReadAllLines(stem + ".runs")));
}

var counts = trials.Values.Select(parts => parts.Count).Distinct().ToArray();
if (trials.Count != models || !counts.SequenceEqual([spans]))
    throw new InvalidDataException(
        $"{trials.Count} models on {string.Join(", ", counts)} spans: expected {models} on {spans}. None may go missing."
    );

var text = new StringBuilder();
text.AppendLine();
text.AppendLine("## All trials");
text.AppendLine();
text.AppendLine(
    "| model | log-loss: model | volatility only (parts beaten) | shares (parts beaten) | direction right, 95 % | z | always up "
        + "| calibration error | traded | trades | gross | net | gross a trade, 95 % by day | z | net, pessimistic | accounts used up |"
);
text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
foreach (var (name, parts) in trials)
{
    double rows = parts.Sum(p => p.Rows);
    double Mean(Func<Part, double> of) => parts.Sum(p => of(p) * p.Rows) / rows;
    var (right, moves) = (parts.Sum(p => p.Right), parts.Sum(p => p.Moves));
    var z = ((double)right / moves - 0.5) / Math.Sqrt(0.25 / moves);
    var (low, high) = Wilson(right, moves);
    var forecast = string.Create(
        CultureInfo.InvariantCulture,
        $"{Mean(p => p.LogLoss):0.0000} | {Mean(p => p.Volatility):0.0000} ({parts.Count(p => p.LogLoss < p.Volatility)}) | "
            + $"{Mean(p => p.Priors):0.0000} ({parts.Count(p => p.LogLoss < p.Priors)}) | "
            + $"{100.0 * right / moves:0.00} % of {moves:#,0} ({100 * low:0.00} to {100 * high:0.00}) | {z:0.00} | "
            + $"{100.0 * parts.Sum(p => p.Ups) / moves:0.00} % | {Mean(p => p.CalibrationError):0.000}"
    );
    foreach (var way in parts[0].Ways.Keys)
    {
        var traded = parts.Select(p => p.Ways[way]).ToArray();
        var days = traded.SelectMany(t => t.Days).ToArray();
        var gross =
            days.Length < 2
                ? " | "
                : Line(
                    $"{Blocks.Of(days).Mean:0.00} ({Blocks.Of(days).Low:0.00} to {Blocks.Of(days).High:0.00}) | {Blocks.Of(days).Z:0.00}"
                );
        text.AppendLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {forecast} | {way} | {traded.Sum(t => t.Trades):#,0} | {traded.Sum(t => t.Gross):0} | "
                    + $"{traded.Sum(t => t.Net):0} | {gross} | {traded.Sum(t => t.Pessimistic):0} in "
                    + $"{traded.Sum(t => t.PessimisticTrades):#,0} | {traded.Sum(t => t.Lives)} |"
            )
        );
        forecast = " | | | | | |";
    }
}

var prose = File.ReadAllText(document);
var end = prose.IndexOf(Marker, StringComparison.Ordinal);
if (end < 0)
    throw new InvalidDataException($"{document}: expected the line {Marker}");
File.WriteAllText(document, prose[..(end + Marker.Length)] + "\n" + text);

var rawText = new StringBuilder("[\n");
rawText.AppendJoin(",\n", trials.SelectMany(t => t.Value.Select(p => p.Json(t.Key))));
File.WriteAllText(raw, rawText.Append("\n]\n").ToString());

static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);

static (double Low, double High) Wilson(double right, double n)
{
    const double q = 1.959963984540054;
    var p = right / n;
    var centre = (p + q * q / (2 * n)) / (1 + q * q / n);
    var half = q / (1 + q * q / n) * Math.Sqrt(p * (1 - p) / n + q * q / (4 * n * n));
    return (centre - half, centre + half);
}

/// <summary>One model on one span: its card's figures on the test part, and its runs there.</summary>
sealed record Part(
    string Span,
    string Test,
    int Rows,
    double LogLoss,
    double Volatility,
    double Priors,
    double CalibrationError,
    int Right,
    int Moves,
    int Ups,
    double FlatShare,
    Dictionary<string, Traded> Ways
)
{
    public static Part Read(string span, JsonNode card, string[] runs)
    {
        var (evidence, test) = (card["evidence"]!, card["split"]!["test"]!);
        var score = evidence["score"]!;
        var rows = (int)score["rows"]!;
        var moves = (int)score["moves"]!;
        return new Part(
            span,
            $"{test["first"]} to {test["last"]}",
            rows,
            (double)score["logLoss"]!,
            (double)evidence["volatilityLogLoss"]!,
            (double)score["priorLogLoss"]!,
            (double)score["calibrationError"]!,
            (int)score["directionsRight"]!,
            moves,
            (int)score["classes"]!.AsArray().Single(c => (string)c!["class"]! == "UP")!["rows"]!,
            1 - (double)moves / rows,
            runs.Select(r => r.Split('\t')).ToDictionary(r => r[0], r => Traded.Read(r[1]))
        );
    }

    public string Json(string model)
    {
        var ways = string.Join(
            ", ",
            Ways.Select(w =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"\"{w.Key}\": [{w.Value.Trades}, {w.Value.Gross:0.00}, {w.Value.Net:0.00}, "
                        + $"{w.Value.Pessimistic:0.00}, {w.Value.PessimisticTrades}, {w.Value.Lives}]"
                )
            )
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"model\": \"{model}\", \"test\": \"{Test}\", \"rows\": {Rows}, \"flatShare\": {FlatShare:0.0000}, "
                + $"\"logLoss\": {LogLoss:0.000000}, \"volatility\": {Volatility:0.000000}, \"shares\": {Priors:0.000000}, "
                + $"\"calibrationError\": {CalibrationError:0.0000}, \"moves\": {Moves}, \"right\": {Right}, \"ups\": {Ups}, "
                + $"\"runs\": {{{ways}}}}}"
        );
    }
}

/// <summary>One run, with the gross P&amp;L and the number of trades of each day that had any.</summary>
sealed record Traded(
    int Trades,
    double Gross,
    double Net,
    double Pessimistic,
    int PessimisticTrades,
    int Lives,
    (double Gross, int Trades)[] Days
)
{
    public static Traded Read(string folder)
    {
        var metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")))!;
        var pessimistic = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!["envelope"]!
            .AsArray()
            .Single(e => (string)e!["name"]! == "pessimistic")!;
        var rows = File.ReadAllLines(Path.Combine(folder, "trades.csv")).Select(line => line.Split(',')).ToArray();
        var (day, gross) = (Array.IndexOf(rows[0], "day"), Array.IndexOf(rows[0], "gross_pnl"));
        var days = rows.Skip(1)
            .GroupBy(r => r[day])
            .Select(d => (d.Sum(r => double.Parse(r[gross], CultureInfo.InvariantCulture)), d.Count()))
            .ToArray();
        return new Traded(
            (int)metrics["trades"]!,
            (double)metrics["grossPnl"]!,
            (double)metrics["netPnl"]!,
            (double)pessimistic["netPnl"]!,
            (int)pessimistic["trades"]!,
            (int)metrics["lives"]!,
            days
        );
    }
}

/// <summary>The mean of a trade with days as blocks: variance D / (D - 1) x sum (G - m n)^2 / N^2, as docs/metrics.md has it.</summary>
sealed record Blocks(double Mean, double Error)
{
    public double Low => Mean - (1.96 * Error);

    public double High => Mean + (1.96 * Error);

    public double Z => Mean / Error;

    public static Blocks Of((double Gross, int Trades)[] days)
    {
        double n = days.Sum(d => d.Trades);
        var mean = days.Sum(d => d.Gross) / n;
        var squares = days.Sum(d => (d.Gross - (mean * d.Trades)) * (d.Gross - (mean * d.Trades)));
        return new Blocks(mean, Math.Sqrt(days.Length / (days.Length - 1.0) * squares) / n);
    }
}
