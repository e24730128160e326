using System.Globalization;
using Quarterpoint.App.Console;
using Quarterpoint.App.Research;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.App.Verbs;

/// <summary>What research tells while it works, on the terminal.</summary>
internal sealed class ResearchScreen(Terminal terminal) : IProgress<ResearchNews>
{
    private IProgress<double>? _step;

    public void Report(ResearchNews value)
    {
        switch (value)
        {
            case ResearchNews.StepBegins begins:
                _step = terminal.Progress(begins.Step);
                break;
            case ResearchNews.StepReached reached:
                _step?.Report(reached.Share);
                break;
            case ResearchNews.Remark remark:
                terminal.Note(remark.Text);
                break;
            case ResearchNews.SplitChosen { Split: var split }:
                Say($"train {Words(split.Train)}, validate {Words(split.Validate)}, test {Words(split.Test)}");
                break;
            case ResearchNews.NetworkTrained trained:
                var (best, loss) = (trained.BestEpoch, trained.ValidationLogLoss);
                Say($"best epoch {best} of {trained.Epochs}, validation log-loss {loss:0.00000}, on the {trained.Device}");
                break;
            case ResearchNews.Calibrated { Temperature: var temperature, Confidence: var confidence }:
                var trusted = confidence.LowerBound(650_000) / 10_000.0;
                Say($"temperature {temperature:0.000}; of a stated 65 % at least {trusted:0.0} % is trusted, on {confidence.Rows:N0} rows");
                break;
        }
    }

    private void Say(FormattableString text) => terminal.Line("   " + text.ToString(CultureInfo.InvariantCulture));

    private static string Words(DaySpan span) => $"{span.First} to {span.Last}";
}
