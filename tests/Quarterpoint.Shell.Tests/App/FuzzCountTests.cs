using Quarterpoint.Shell.Tests.Import.Csv;
using Quarterpoint.Shell.Tests.Live.Journal;
using Quarterpoint.Shell.Tests.Live.Wire;
using Quarterpoint.Shell.Tests.Parquet;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>
/// How many damaged inputs every run of the suite feeds to the parsers. Each of the tests asserts that it tried as many as its constant
/// says.
/// </summary>
public sealed class FuzzCountTests
{
    [Fact]
    [Trait("Spec", "Q6")]
    public void Four_hundred_thousand_damaged_inputs_in_all() =>
        Assert.True(
            ImportFuzzTests.Inputs
                + ParquetFuzzTests.Inputs
                + ConfigurationTests.FuzzInputs
                + CodecFuzzTests.Inputs
                + JournalFuzzTests.Inputs
                >= 400_000
        );
}
