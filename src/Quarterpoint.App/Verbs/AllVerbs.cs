using System.CommandLine;
using Quarterpoint.App.Invocation;

namespace Quarterpoint.App.Verbs;

/// <summary>The program's verbs, in the order in which a newcomer meets them.</summary>
internal static class AllVerbs
{
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Quarterpoint scalps MES futures for a small account on TopstepX: data, features, honest backtests, reports."
        )
        {
            DemoVerb.Create(),
            DataVerb.Create(),
            FeaturesVerb.Create(),
            TrainVerb.Create(),
            ModelsVerb.Create(),
            BacktestVerb.Create(),
            ReportVerb.Create(),
            RiskVerb.Create(),
            PaperVerb.Create(),
            PaperVenueVerb.Create(),
            ReplayVerb.Create(),
            DoctorVerb.Create(),
            ConfigVerb.Create(),
            TestVerb.Create(),
            BenchVerb.Create(),
        };
        CommonOptions.AddTo(root);
        return root;
    }
}
