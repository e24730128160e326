using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;

namespace Quarterpoint.Reporting.Runs;

/// <summary>
/// One run on disk: config.yaml, run.json, metrics.json, risk.json, trades.csv, trades.parquet, equity.csv, prices.csv, report.html. A
/// folder that exists is complete: it is written under a hidden name beside its place and moved there at the end. The same run gives the
/// same bytes, so that its folder, named after its content, may be written again. A folder without risk.json or prices.csv, as an older
/// version of this program wrote it, is read all the same.
/// </summary>
public static class RunFolder
{
    public const string ConfigurationFile = "config.yaml";
    public const string IdentityFile = "run.json";
    public const string MetricsFile = "metrics.json";
    public const string RiskFile = "risk.json";
    public const string TradesFile = "trades.csv";
    public const string TradesParquetFile = "trades.parquet";
    public const string EquityFile = "equity.csv";
    public const string PricesFile = "prices.csv";
    public const string ReportFile = "report.html";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes the run and its report below <paramref name="runs"/> and returns its folder.</summary>
    /// <param name="id">The folder's name: letters, digits, dots, dashes, and underscores, not beginning with a dot.</param>
    /// <param name="report">The page that shows the run.</param>
    /// <exception cref="BadInputException">The id is no such name.</exception>
    public static string Write(string runs, string id, Run run, string report, CancellationToken cancellation = default)
    {
        if (!IsName(id))
            throw new BadInputException(runs, 0, "id", id, "letters, digits, dots, dashes, and underscores, not beginning with a dot");
        var folder = Path.Combine(runs, id);
        var partial = Path.Combine(runs, $".{id}.partial");
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        var isFirst = !Directory.Exists(runs);
        Directory.CreateDirectory(partial);
        try
        {
            WriteFiles(partial, run, report, cancellation);
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.Move(partial, folder);
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            if (isFirst && !Directory.EnumerateFileSystemEntries(runs).Any())
                Directory.Delete(runs);
            throw;
        }

        return folder;
    }

    /// <summary>Reads a run back, so that it can be reported again or compared.</summary>
    /// <exception cref="BadInputException">A file is missing, does not parse, or does not belong to the others.</exception>
    public static Run Open(string folder, CancellationToken cancellation = default)
    {
        var configuration = Text(folder, ConfigurationFile);
        var identity = RunJson.ReadIdentity(Text(folder, IdentityFile), Path.Combine(folder, IdentityFile));
        var hash = Run.HashOf(configuration);
        if (hash != identity.ConfigurationHash)
            throw new BadInputException(
                Path.Combine(folder, ConfigurationFile),
                $"SHA-256 {hash}",
                $"{identity.ConfigurationHash}, as {IdentityFile} says"
            );
        if (identity.Instrument.TickSize is <= 0 or > 1_000_000 || identity.Instrument.TickSize * Instrument.NanosPerPoint % 1 != 0)
        {
            throw new BadInputException(
                Path.Combine(folder, IdentityFile),
                0,
                "instrument.tickSize",
                identity.Instrument.TickSize.ToString(System.Globalization.CultureInfo.InvariantCulture),
                "a price step above zero, at most a million, with at most nine decimals"
            );
        }

        var performance = RunJson.ReadPerformance(Text(folder, MetricsFile), Path.Combine(folder, MetricsFile));
        var trades = TradeLog.ReadCsv(Existing(folder, TradesFile), identity.Instrument.ToInstrument(), cancellation);
        if (trades.Count != performance.Trades)
            throw new BadInputException(
                Path.Combine(folder, TradesFile),
                $"{trades.Count} trades",
                $"{performance.Trades}, as {MetricsFile} says"
            );
        return new Run
        {
            Identity = identity,
            Configuration = configuration,
            Performance = performance,
            Risk = File.Exists(Path.Combine(folder, RiskFile))
                ? RunJson.ReadRisk(Text(folder, RiskFile), Path.Combine(folder, RiskFile))
                : null,
            Trades = trades,
            Equity = EquityLog.ReadCsv(Existing(folder, EquityFile), cancellation),
            Prices = File.Exists(Path.Combine(folder, PricesFile))
                ? PriceLog.ReadCsv(Path.Combine(folder, PricesFile), identity.Instrument.ToInstrument(), cancellation)
                : [],
        };
    }

    /// <summary>Puts another report in the place of a run's, as after an update of this program, and returns its path.</summary>
    public static string ReplaceReport(string folder, string report)
    {
        var path = Path.Combine(folder, ReportFile);
        var partial = Path.Combine(folder, $".{ReportFile}.partial");
        try
        {
            File.WriteAllText(partial, report, Utf8);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        return path;
    }

    private static void WriteFiles(string folder, Run run, string report, CancellationToken cancellation)
    {
        File.WriteAllText(Path.Combine(folder, ConfigurationFile), run.Configuration, Utf8);
        File.WriteAllText(Path.Combine(folder, IdentityFile), RunJson.Of(run.Identity), Utf8);
        File.WriteAllText(Path.Combine(folder, MetricsFile), RunJson.Of(run.Performance), Utf8);
        if (run.Risk is { } risk)
            File.WriteAllText(Path.Combine(folder, RiskFile), RunJson.Of(risk), Utf8);
        var instrument = run.Identity.Instrument.ToInstrument();
        using (var writer = new StreamWriter(Path.Combine(folder, TradesFile), append: false, Utf8))
            TradeLog.WriteCsv(writer, run.Trades, instrument, cancellation);
        TradeParquet.Write(Path.Combine(folder, TradesParquetFile), run.Trades, instrument, cancellation);
        using (var writer = new StreamWriter(Path.Combine(folder, EquityFile), append: false, Utf8))
            EquityLog.WriteCsv(writer, EquityLog.RowsOf(run.Equity, run.Trades));
        if (run.Prices.Count > 0)
        {
            using var writer = new StreamWriter(Path.Combine(folder, PricesFile), append: false, Utf8);
            PriceLog.WriteCsv(writer, run.Prices, instrument);
        }

        cancellation.ThrowIfCancellationRequested();
        File.WriteAllText(Path.Combine(folder, ReportFile), report, Utf8);
    }

    private static bool IsName(string id) =>
        id.Length is > 0 and <= 120 && id[0] != '.' && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static string Text(string folder, string name) => Utf8.GetString(File.ReadAllBytes(Existing(folder, name)));

    private static string Existing(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? path : throw new BadInputException(path, "no such file", "a run folder with " + name);
    }
}
