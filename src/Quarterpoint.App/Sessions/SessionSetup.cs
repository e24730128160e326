using System.Text.Json;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Setup;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Core.Signals;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.App.Sessions;

/// <summary>The gate of break-even that a session had; kept here, so that a journal replays without the model's folder.</summary>
internal sealed record SetupGate(BracketCalibration Calibration, double TargetExitTicks, double StopExitTicks, double Margin);

/// <summary>
/// Everything that a session's engine is made of, as its journal begins with it (SPEC C1, T9): so a journal replays on a machine that has
/// neither the configuration nor the model.
/// </summary>
internal sealed record SessionSetup
{
    public required string CodeVersion { get; init; }

    /// <summary>All settings in effect, as YAML.</summary>
    public required string Configuration { get; init; }

    /// <summary>Whose hours the tape keeps.</summary>
    public required string Source { get; init; }

    public required string Traded { get; init; }

    public required int BarSeconds { get; init; }

    public required string Strategy { get; init; }

    /// <summary>Name and hash of the model that speaks; null for a rule that follows bars.</summary>
    public string? Model { get; init; }

    public SetupGate? Gate { get; init; }

    public string ToText() => JsonSerializer.Serialize(this, SetupJson.Default.SessionSetup);

    /// <exception cref="BadInputException">The text is no set-up of this program.</exception>
    public static SessionSetup Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, SetupJson.Default.SessionSetup)
                ?? throw new BadInputException("the journal's set-up", "null", "a set-up");
        }
        catch (JsonException e)
        {
            throw new BadInputException("the journal's set-up", "a set-up of a session", e);
        }
    }

    public static TradingEngine MakeEngine(string text)
    {
        var setup = Parse(text);
        var trading = setup.ToTradingSetup();
        return new TradingEngine(trading.Engine() with { BreakEven = setup.ToGate() }, trading.Rule());
    }

    private TradingSetup ToTradingSetup()
    {
        var config = QuarterpointConfig.Parse(
            Configuration,
            "the journal's configuration",
            new Dictionary<string, string>(),
            Environment.CurrentDirectory
        );
        return new TradingSetup(config, config.Instruments[Source], config.Instruments[Traded], BarSeconds, Strategy);
    }

    private BreakEvenGate? ToGate() =>
        Gate is { } gate
            ? new BreakEvenGate(gate.Calibration, new CostsInTicks(gate.TargetExitTicks, gate.StopExitTicks), gate.Margin)
            : null;

    public static SetupGate? GateOf(BreakEvenGate? gate) =>
        gate is null ? null : new SetupGate(gate.Calibration, gate.Costs.TargetExit, gate.Costs.StopExit, gate.Margin);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(SessionSetup))]
internal sealed partial class SetupJson : JsonSerializerContext;
