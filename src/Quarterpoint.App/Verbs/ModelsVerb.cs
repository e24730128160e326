using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference;

namespace Quarterpoint.App.Verbs;

/// <summary>What models there are, what is known of each, and whether a folder is still what was accepted.</summary>
internal static class ModelsVerb
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Name of a model" };

    public static Command Create()
    {
        var list = new Verb("list", "Lists the models of the workspace.", "models list");
        Runner.Bind(list, List, isLogged: false);
        var show = new Verb("show", "Says what a model is and what it was worth on days it had not seen.", "models show first") { Name };
        Runner.Bind(show, Show, isLogged: false);
        var check = new Verb("check", "Checks every byte, golden row, and feature of a model's folder.", "models check first") { Name };
        Runner.Bind(check, Check, isLogged: false);
        return new Verb("models", "Lists, shows, and checks models.", "models list", "models show first", "models check first")
        {
            list,
            show,
            check,
        };
    }

    public static string Json(ModelCard card) => Encoding.UTF8.GetString(ModelJson.Of(card, card.Name)).TrimEnd();

    private static int List(VerbCall call, CancellationToken stop)
    {
        var cards = ModelFolder.List(call.Workspace.Models).Select(name => ModelFolder.ReadCard(call.Workspace.Models, name)).ToList();
        if (call.Terminal.IsJson)
        {
            call.Terminal.Json(
                new ModelsDocument([
                    .. cards.Select(c => new ModelSummary(
                        c.Name,
                        c.Training.Network.Kind.ToString(),
                        c.Data.Set,
                        c.Data.Instrument,
                        c.Data.IsSynthetic,
                        c.Split.Test.First.ToString(),
                        c.Evidence?.Score.LogLoss
                    )),
                ]),
                ModelsJson.Default.ModelsDocument
            );
            return ExitCode.Done;
        }

        if (cards.Count == 0)
            call.Terminal.Line("No models yet. Try: qp train --help");
        else
        {
            call.Terminal.Table(
                ["model", "kind", "data", "judged from", "log-loss", "class shares"],
                cards.Select(c =>
                    (IReadOnlyList<string>)
                        [
                            c.Name,
                            c.Training.Network.Kind.ToString(),
                            c.Data.Set + (c.Data.IsSynthetic ? " (synthetic)" : ""),
                            c.Split.Test.First.ToString(),
                            c.Evidence?.Score.LogLoss.ToString("0.00000", CultureInfo.InvariantCulture) ?? "",
                            c.Evidence?.Score.PriorLogLoss.ToString("0.00000", CultureInfo.InvariantCulture) ?? "",
                        ]
                )
            );
        }

        return ExitCode.Done;
    }

    private static int Show(VerbCall call, CancellationToken stop)
    {
        var card = ModelFolder.ReadCard(call.Workspace.Models, Existing(call));
        if (call.Terminal.IsJson)
            call.Terminal.JsonText(Json(card));
        else
            ModelScreen.Print(call.Terminal, card);
        return ExitCode.Done;
    }

    private static int Check(VerbCall call, CancellationToken stop)
    {
        var findings = ModelFolder.Check(call.Workspace.Models, Existing(call));
        var isSound = findings.All(f => f.Passed);
        if (call.Terminal.IsJson)
            call.Terminal.Json(
                new CheckDocument(isSound, [.. findings.Select(f => new CheckLine(f.Subject, f.Passed, f.Text))]),
                ModelsJson.Default.CheckDocument
            );
        else
        {
            foreach (var finding in findings)
                call.Terminal.Line($"{(finding.Passed ? "ok    " : "FAILED")} {finding.Subject}: {finding.Text}");
        }

        return isSound ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Existing(VerbCall call)
    {
        var name = call.Parse.GetRequiredValue(Name);
        var known = ModelFolder.List(call.Workspace.Models);
        if (known.Contains(name))
            return name;
        throw new UsageException(
            $"There is no model '{name}'. "
                + (known.Count == 0 ? "There are none yet: try qp train --help." : $"Known: {string.Join(", ", known)}.")
        );
    }
}

internal sealed record ModelSummary(
    string Name,
    string Kind,
    string Data,
    string Instrument,
    bool IsSynthetic,
    string JudgedFrom,
    double? LogLoss
);

internal sealed record ModelsDocument(IReadOnlyList<ModelSummary> Models);

internal sealed record CheckLine(string Subject, bool Passed, string Text);

internal sealed record CheckDocument(bool Sound, IReadOnlyList<CheckLine> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ModelsDocument))]
[JsonSerializable(typeof(CheckDocument))]
internal sealed partial class ModelsJson : JsonSerializerContext;
