using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;
using Quarterpoint.App.Setup;
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

    /// <summary>How many times faster than real time; 0 for as fast as it goes.</summary>
    public double Speed { get; init; }
}

/// <summary>A data set played as a market.</summary>
internal sealed class PaperTape
{
    private readonly PaperRequest _request;

    private PaperTape(PaperRequest request, DataSet set, TradingSetup trading) => (_request, Set, Trading) = (request, set, trading);

    public DataSet Set { get; }

    /// <summary>The settings under which it is traded.</summary>
    public TradingSetup Trading { get; }

    /// <summary>
    /// Names the data, the days, and every setting by their content: a venue that plays anything else is not this session's.
    /// </summary>
    public string Id =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        '\n',
                        Set.Info.Fingerprint,
                        Trading.Traded.Symbol,
                        _request.From?.ToString(),
                        _request.To?.ToString(),
                        Trading.Config.Snapshot,
                        CodeVersion.Current
                    )
                )
            )
        );

    /// <exception cref="UsageException">Request and data do not fit together.</exception>
    public static PaperTape Open(Workspace workspace, QuarterpointConfig config, PaperRequest request)
    {
        var set = DataSet.Open(workspace.Root, request.Tape);
        return new PaperTape(request, set, TradingSetup.For(config, set.Info, request.TradedAs, request.Strategy));
    }

    public PaperVenueSettings VenueSettings(CancellationToken stop) =>
        new()
        {
            Venue = Trading.Venue(),
            Tape = () => Columns(stop),
            TapeId = Id,
            Speed = _request.Speed,
        };

    public SessionSetup Setup(TradedModel? model) =>
        new()
        {
            CodeVersion = CodeVersion.Current,
            Configuration = Trading.Config.Snapshot,
            Source = Trading.Source.Symbol,
            Traded = Trading.Traded.Symbol,
            BarSeconds = Set.Info.BarSeconds,
            Strategy = _request.Strategy,
            Model = model is null ? null : string.Create(CultureInfo.InvariantCulture, $"{model.Facts.Name} {model.Facts.Hash}"),
            Gate = SessionSetup.GateOf(model?.Gate),
        };

    private IEnumerable<BarColumns> Columns(CancellationToken stop) =>
        Set.ReadContinuous(Trading.Calendar, Trading.Config.RollRule, _request.From, _request.To, stop);
}
