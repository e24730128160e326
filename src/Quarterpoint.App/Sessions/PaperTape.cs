using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Models;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Live.Paper;

namespace Quarterpoint.App.Sessions;

/// <summary>What a paper session trades, as the command line says it: the same for the session and for its venue.</summary>
internal sealed record PaperRequest
{
    public required string Tape { get; init; }

    public required string Strategy { get; init; }

    public string? Model { get; init; }

    public string? TradedAs { get; init; }

    public TradingDay? From { get; init; }

    public TradingDay? To { get; init; }

    /// <summary>How much faster than life; 0 for as fast as it goes.</summary>
    public double Speed { get; init; }
}

/// <summary>A data set played as a market.</summary>
internal sealed class PaperTape
{
    private readonly PaperRequest _request;
    private readonly QuarterpointConfig _config;

    private PaperTape(PaperRequest request, QuarterpointConfig config, DataSet set, Instrument source, Instrument traded)
    {
        (_request, _config, Set, Source, Traded) = (request, config, set, source, traded);
        Calendar = SessionCalendar.Build(config.Calendar, source.Hours);
    }

    public DataSet Set { get; }

    public Instrument Source { get; }

    public Instrument Traded { get; }

    public SessionCalendar Calendar { get; }

    /// <summary>Of the data, the days, and every setting: a venue that plays something else is not this one's.</summary>
    public string Id =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        '\n',
                        Set.Info.Fingerprint,
                        Traded.Symbol,
                        _request.From?.ToString(),
                        _request.To?.ToString(),
                        _config.Snapshot,
                        Runner.Version
                    )
                )
            )
        );

    /// <exception cref="UsageException">Request and data do not fit together.</exception>
    public static PaperTape Open(Workspace workspace, QuarterpointConfig config, PaperRequest request)
    {
        var set = DataSet.Open(workspace.Root, request.Tape);
        var (source, traded) = BacktestRun.InstrumentsOf(config, set.Info, request.TradedAs);
        return new PaperTape(request, config, set, source, traded);
    }

    public PaperVenueSettings VenueSettings(CancellationToken stop) =>
        new()
        {
            Venue = BacktestRun.VenueSettingsOf(_config, Traded, Set.Info.BarSeconds, Calendar),
            Tape = () => Columns(stop),
            TapeId = Id,
            Speed = _request.Speed,
        };

    public SessionSetup Setup(TradedModel? model) =>
        new()
        {
            CodeVersion = Runner.Version,
            Configuration = _config.Snapshot,
            Source = Source.Symbol,
            Traded = Traded.Symbol,
            BarSeconds = Set.Info.BarSeconds,
            Strategy = _request.Strategy,
            Model = model is null ? null : string.Create(CultureInfo.InvariantCulture, $"{model.Facts.Name} {model.Facts.Hash}"),
            Gate = SessionSetup.GateOf(model?.Gate),
        };

    private IEnumerable<BarColumns> Columns(CancellationToken stop) =>
        Set.ReadContinuous(Calendar, _config.RollRule, _request.From, _request.To, stop);
}
