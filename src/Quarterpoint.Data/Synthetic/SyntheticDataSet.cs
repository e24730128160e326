using System.Globalization;
using System.Runtime.InteropServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Synthetic;

/// <summary>Makes a synthetic market and stores it session by session; memory holds one day and the store's open row groups.</summary>
public static class SyntheticDataSet
{
    /// <param name="workspace">The workspace folder.</param>
    /// <param name="name">The set's name.</param>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="settings">The market to make.</param>
    /// <param name="replace">Whether a set of that name may be replaced.</param>
    /// <param name="progress">Receives the share done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the writing.</param>
    /// <exception cref="BadInputException">The set exists and may not be replaced, or its name is not a valid folder name.</exception>
    /// <exception cref="OperationCanceledException">Nothing was written.</exception>
    public static DataSetInfo Write(
        string workspace,
        string name,
        Instrument instrument,
        SyntheticSettings settings,
        bool replace,
        IProgress<double> progress,
        CancellationToken cancellation
    )
    {
        var market = new SyntheticMarket(settings);
        var total = Math.Max(1, market.SessionCount);
        var description = new DataSetDescription
        {
            Name = name,
            Instrument = instrument,
            BarSeconds = 1,
        };
        using var writer = DataSetWriter.Create(workspace, description, settings.Calendar, replace);
        var (sessions, rows) = (0, 0L);
        foreach (var session in market.Generate())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var contract in session)
            {
                writer.Append(contract.Contract, CollectionsMarshal.AsSpan((List<Bar>)contract.Bars));
                rows += contract.Bars.Count;
            }

            progress.Report((double)++sessions / total);
        }

        var score = market.Score;
        return writer.Complete(
            new DataSetOrigin
            {
                Text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"synthetic market, seed {settings.Seed}, edge {settings.Edge}, trend {settings.Trend}"
                ),
                RowsRead = rows,
                RowsStored = rows,
                Synthetic = new SyntheticFacts(
                    settings.Seed,
                    settings.Edge,
                    settings.Trend,
                    score.LogLoss,
                    score.VolatilityLogLoss,
                    score.PriorLogLoss,
                    score.InformationCoefficient
                ),
            }
        );
    }
}
