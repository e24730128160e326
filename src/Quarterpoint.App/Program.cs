using System.CommandLine;
using Quarterpoint.App;
using Quarterpoint.App.Verbs;

var root = new RootCommand("Quarterpoint scalps MES futures for a small account on TopstepX: data, features, honest backtests, reports.")
{
    DemoVerb.Create(),
    DataVerb.Create(),
    FeaturesVerb.Create(),
    BacktestVerb.Create(),
    ReportVerb.Create(),
    DoctorVerb.Create(),
    ConfigVerb.Create(),
    TestVerb.Create(),
    BenchVerb.Create(),
};
CommonOptions.AddTo(root);
return await Runner.Run(root, args);
