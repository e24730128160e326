using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.App.Research;

/// <summary>What a piece of research tells while it works: values. Whoever asked for it puts them into words.</summary>
internal abstract record ResearchNews
{
    private ResearchNews() { }

    /// <summary>A step of the work begins.</summary>
    public sealed record StepBegins(string Step) : ResearchNews;

    /// <summary>How much of the step is done, 0 to 1.</summary>
    public sealed record StepReached(double Share) : ResearchNews;

    /// <summary>Something that whoever reads the result should know.</summary>
    public sealed record Remark(string Text) : ResearchNews;

    /// <summary>On which days a model will be fitted, calibrated, and judged.</summary>
    public sealed record SplitChosen(TimeSplit Split) : ResearchNews;

    /// <summary>A network was trained.</summary>
    /// <param name="BestEpoch">The one whose weights were kept, counted from 1.</param>
    /// <param name="Epochs">How many there were.</param>
    /// <param name="ValidationLogLoss">Of the best epoch.</param>
    /// <param name="Device">On which it was trained.</param>
    public sealed record NetworkTrained(int BestEpoch, int Epochs, double ValidationLogLoss, string Device) : ResearchNews;

    /// <summary>Its probabilities were calibrated.</summary>
    public sealed record Calibrated(double Temperature, ConfidenceCalibration Confidence) : ResearchNews;
}

/// <summary>One step's progress as news.</summary>
internal sealed class ResearchStep : IProgress<double>
{
    private readonly IProgress<ResearchNews> _news;

    public ResearchStep(IProgress<ResearchNews> news, string step)
    {
        _news = news;
        news.Report(new ResearchNews.StepBegins(step));
    }

    /// <summary>The share of the step that is done, 0 to 1.</summary>
    public void Report(double value) => _news.Report(new ResearchNews.StepReached(value));
}
