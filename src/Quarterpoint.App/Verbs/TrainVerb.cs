using System.CommandLine;
using System.Globalization;
using Quarterpoint.App.Configuration;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Research;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.App.Verbs;

/// <summary>Trains a model, calibrates it, and keeps it as a folder under <c>models/</c>.</summary>
internal static class TrainVerb
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Name of a data set",
        HelpName = "SET",
        Required = true,
    };
    private static readonly Option<string> Kind = new("--model") { Description = "What is trained", Required = true };
    private static readonly Option<string> Name = new("--name")
    {
        Description = "Name of the model",
        HelpName = "NAME",
        Required = true,
    };
    private static readonly Option<string?> As = new("--as")
    {
        Description = "The instrument whose brackets are calibrated, where it is not the data's own",
        HelpName = "SYMBOL",
    };
    private static readonly Option<string> Split = new("--split")
    {
        Description = "Days to train, validate, and test on, in percent (default 60/20/20)",
        HelpName = "A/B/C",
        DefaultValueFactory = _ => "60/20/20",
    };
    private static readonly Option<ulong> Seed = new("--seed")
    {
        Description = "Seed of everything drawn (default 1)",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string> Hidden = new("--hidden")
    {
        Description = "Units of each hidden layer (default 128,64)",
        HelpName = "N,N",
        DefaultValueFactory = _ => "128,64",
    };
    private static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "Most epochs (default 30)",
        HelpName = "N",
        DefaultValueFactory = _ => 30,
    };
    private static readonly Option<string?> Weights = new("--balance")
    {
        Description = "Class weights: none (default), inverse, or focal; undone before calibration",
    };
    private static readonly Option<string?> Device = new("--device")
    {
        Description = "auto (default: a GPU where there is one), cpu, or cuda",
    };
    private static readonly Option<string?> From = new("--from") { Description = "First trading day", HelpName = "DAY" };
    private static readonly Option<string?> To = new("--to") { Description = "Last trading day", HelpName = "DAY" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace a model of that name" };

    public static Command Create()
    {
        Kind.AcceptOnlyFromAmong("feedforward", "logistic");
        Weights.AcceptOnlyFromAmong("none", "inverse", "focal");
        Device.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var command = new Verb(
            "train",
            "Trains a model on a data set: fit, stop early, calibrate, export, accept, judge. Interrupted, it goes on where it stopped.",
            "train --data learnable --model feedforward --name first",
            "train --data nq --model logistic --name nq-logistic --as MNQ --split 70/15/15 --seed 3"
        )
        {
            Data,
            Kind,
            Name,
            As,
            Split,
            Seed,
            Hidden,
            Epochs,
            Weights,
            Device,
            From,
            To,
            Replace,
        };
        Runner.Bind(command, Run);
        return command;
    }

    private static int Run(VerbCall call, CancellationToken stop)
    {
        var parse = call.Parse;
        var isLogistic = parse.GetValue(Kind) == "logistic";
        var request = new TrainingRequest
        {
            Data = parse.GetRequiredValue(Data),
            Name = parse.GetRequiredValue(Name),
            TradedAs = parse.GetValue(As),
            Split = ParseSplit(parse.GetRequiredValue(Split)),
            From = Days.Parse(parse.GetValue(From), "--from"),
            To = Days.Parse(parse.GetValue(To), "--to"),
            Replace = parse.GetValue(Replace),
            Settings = new TrainingSettings
            {
                Network = isLogistic
                    ? new LogisticSpec()
                    : new FeedForwardSpec { HiddenUnits = ParseHidden(parse.GetRequiredValue(Hidden)) },
                MaxEpochs = parse.GetValue(Epochs),
                Seed = parse.GetValue(Seed),
                Balance = parse.GetValue(Weights) switch
                {
                    "inverse" => ClassBalancing.InverseFrequency,
                    "focal" => ClassBalancing.Focal,
                    _ => ClassBalancing.None,
                },
                Device = parse.GetValue(Device) switch
                {
                    "cpu" => TrainingDevice.Cpu,
                    "cuda" => TrainingDevice.Cuda,
                    _ => TrainingDevice.Auto,
                },
            },
        };
        var model = ModelTraining.Execute(call.Workspace, call.Config(), request, new ResearchScreen(call.Terminal), stop);
        if (call.Terminal.IsJson)
            call.Terminal.JsonText(ModelsVerb.Json(model.Card));
        else
            ModelScreen.Print(call.Terminal, model.Card);
        return ExitCode.Done;
    }

    private static (int Train, int Validate, int Test) ParseSplit(string text)
    {
        var parts = text.Split('/');
        if (
            parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var train)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var validate)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var test)
        )
            return (train, validate, test);
        throw new UsageException($"--split {text}: expected three shares in percent such as 60/20/20.");
    }

    private static int[] ParseHidden(string text)
    {
        var units = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                throw new UsageException($"--hidden {text}: expected numbers such as 128,64.");
            units.Add(count);
        }

        return [.. units];
    }
}
