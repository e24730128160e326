using Quarterpoint.Reporting.Html;
using Quarterpoint.Reporting.Runs;

namespace Quarterpoint.App.Research;

/// <summary>Where runs are kept and their reports are made: the one place that asks the reporting project for either.</summary>
internal static class RunKeeping
{
    /// <summary>Writes a run with its report below <paramref name="runs"/> and returns its folder.</summary>
    public static string Keep(string runs, string id, Run run, CancellationToken stop) =>
        RunFolder.Write(runs, id, run, HtmlReport.Render(run), stop);

    /// <summary>Makes the report of a kept run afresh and returns the run.</summary>
    public static Run Renew(string folder, CancellationToken stop)
    {
        var run = RunFolder.Open(folder, stop);
        RunFolder.ReplaceReport(folder, HtmlReport.Render(run));
        return run;
    }
}
