using System.Globalization;
using System.Runtime.InteropServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Synthetic;

/// <summary>Makes a market up and stores it, session by session: memory holds one day and the store's open row groups.</summary>
public static class SyntheticDataSet
{
    /// <exception cref="BadInputException">The set exists and must not be replaced, or its name cannot be a folder's.</exception>
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
