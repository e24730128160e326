using Quarterpoint.App.Invocation;
using Quarterpoint.App.Verbs;
using Quarterpoint.Shell.Tests.Parquet;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>
/// What a person may hand to the program by mistake, from the command line to the exit code: a message that names file, row, field, value,
/// and what was expected, and a workspace that looks as it did before.
/// </summary>
public sealed class BadInputTests : IDisposable
{
    private const string Header = "time,open,high,low,close,volume\n";
    private const string Good = "2024-03-05T15:00:00Z,5000,5000.5,4999.75,5000.25,10\n2024-03-05T15:00:01Z,5000.25,5000.25,5000,5000,3\n";

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    public static TheoryData<string, string, string[]> Texts() =>
        new()
        {
            { "NaN in a price", Header + Good + "2024-03-05T15:00:02Z,5000,NaN,4999.75,5000,1\n", ["row 3", "high", "'NaN'"] },
            { "a negative volume", Header + Good + "2024-03-05T15:00:02Z,5000,5000,5000,5000,-7\n", ["row 3", "volume", "'-7'"] },
            {
                "a price off the grid",
                Header + Good + "2024-03-05T15:00:02Z,5000,5000.30,5000,5000,1\n",
                ["row 3", "high", "'5000.3'", "0.25"]
            },
            { "a low above the high", Header + Good + "2024-03-05T15:00:02Z,5000,5000,5000.5,5000,1\n", ["row 3"] },
            { "a stamp twice", Header + Good + "2024-03-05T15:00:01Z,5000,5000,5000,5000,1\n", ["row 3", "2024-03-05"] },
            { "time running back", Header + Good + "2024-03-05T14:59:59Z,5000,5000,5000,5000,1\n", ["row 3", "2024-03-05"] },
            { "a stamp without a zone", Header + "2024-03-05 15:00:00,5000,5000,5000,5000,1\n", ["row 1", "time", "--time-zone"] },
            { "no such day", Header + Good + "2024-02-30T15:00:02Z,5000,5000,5000,5000,1\n", ["row 3", "time", "2024-02-30"] },
            { "a letter for a number", Header + Good + "2024-03-05T15:00:02Z,5000,5000,5000,5O00,1\n", ["row 3", "close", "'5O00'"] },
            { "a field too few", Header + Good + "2024-03-05T15:00:02Z,5000,5000,5000\n", ["row 3"] },
            { "a column missing", "time,open,high,low,volume\n2024-03-05T15:00:00Z,5000,5000,5000,1\n", ["close"] },
            { "no rows", Header, ["no rows"] },
            { "no bytes", "", ["empty"] },
            { "a letter to a friend", "Dear Sir,\nthank you for your kind words.\n", [] },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    [Trait("Spec", "D7")]
    public async Task Text_that_is_wrong_is_named_by_file_row_field_and_value(string what, string text, string[] named)
    {
        var before = _qp.Tree();
        var (code, output, error) = await _qp.Run("data", "import", _qp.Write("bars.csv", text), "--instrument", "ES", "--name", "bad");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Empty(output);
        Assert.Contains("bars.csv", error, StringComparison.Ordinal);
        Assert.Contains("expected", error, StringComparison.Ordinal);
        foreach (var word in named)
            Assert.True(error.Contains(word, StringComparison.Ordinal), $"{what}: '{word}' is not in: {error}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(before, _qp.Tree());
    }

    [Fact]
    [Trait("Spec", "D7")]
    public async Task Parquet_that_ends_early_or_has_other_columns_is_named_and_nothing_is_stored()
    {
        var whole = ParquetBarsTests.Bars(300).ToBytes();
        var files = new (string Name, byte[] Bytes, string[] Named)[]
        {
            ("half.parquet", whole[..(whole.Length / 2)], ["half.parquet"]),
            ("tail.parquet", whole[..^1], ["tail.parquet"]),
            ("head.parquet", whole[..3], ["head.parquet"]),
            ("columns.parquet", ParquetBarsTests.Bars(300).Without("close").ToBytes(), ["columns.parquet", "close"]),
            ("types.parquet", ParquetBarsTests.Bars(2).Without("open").Text("open", "five", "six").ToBytes(), ["types.parquet", "open"]),
            (
                "nan.parquet",
                ParquetBarsTests.Bars(2).Without("open").Doubles("open", 5000, double.NaN).ToBytes(),
                ["nan.parquet", "row 2", "open", "NaN"]
            ),
            (
                "grid.parquet",
                ParquetBarsTests.Bars(2).Without("open").Doubles("open", 5000, 5000.3).ToBytes(),
                ["grid.parquet", "row 2", "open", "5000.3"]
            ),
            (
                "volume.parquet",
                ParquetBarsTests.Bars(2).Without("volume").Longs("volume", 1, -4).ToBytes(),
                ["volume.parquet", "row 2", "volume", "-4"]
            ),
        };
        foreach (var (name, bytes, named) in files)
        {
            var (code, output, error) = await _qp.Run("data", "import", _qp.Write(name, bytes), "--instrument", "MES", "--name", "bad");
            Assert.True(code == ExitCode.Failed, $"{name}: {code} {error}");
            Assert.Empty(output);
            foreach (var word in named)
                Assert.True(error.Contains(word, StringComparison.Ordinal), $"{name}: '{word}' is not in: {error}");
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
            Assert.Empty(_qp.Tree());
        }
    }

    [Fact]
    [Trait("Spec", "D7")]
    public async Task Bad_rows_can_be_dropped_and_are_counted_and_shown()
    {
        var file = _qp.Write(
            "bars.csv",
            Header + Good + "2024-03-05T15:00:02Z,5000,NaN,5000,5000,1\n2024-03-05T15:00:03Z,5000,5000,5000,5000,1\n"
        );
        var summary = await _qp.Json("data", "import", file, "--instrument", "ES", "--name", "es", "--on-bad-row", "drop");
        Assert.Equal(
            (4, 3, 1),
            (
                summary.GetProperty("rowsRead").GetInt32(),
                summary.GetProperty("rowsStored").GetInt32(),
                summary.GetProperty("rowsRejected").GetInt32()
            )
        );
        var (code, output, error) = await _qp.Run(
            "data",
            "import",
            file,
            "--instrument",
            "ES",
            "--name",
            "es",
            "--on-bad-row",
            "drop",
            "--replace"
        );
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("rows rejected", output, StringComparison.Ordinal);
        Assert.Contains("warning: ", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "D7")]
    public async Task An_existing_set_is_kept_where_a_replacement_fails_and_is_not_overwritten_unasked()
    {
        var good = _qp.Write("good.csv", Header + Good);
        await _qp.Json("data", "import", good, "--instrument", "ES", "--name", "es");
        var (before, info) = (_qp.Tree(), (await _qp.Json("data", "info", "es")).ToString());
        var (code, _, error) = await _qp.Run("data", "import", good, "--instrument", "ES", "--name", "es");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("a set of that name", error, StringComparison.Ordinal);
        (code, _, _) = await _qp.Run(
            "data",
            "import",
            _qp.Write("bad.csv", Header + Good + "x,1,1,1,1,1\n"),
            "--instrument",
            "ES",
            "--name",
            "es",
            "--replace"
        );
        Assert.Equal(ExitCode.Failed, code);
        Assert.Equal(before, _qp.Tree());
        Assert.Equal(info, (await _qp.Json("data", "info", "es")).ToString());
    }

    /// <summary>A file where a folder must be stands for a folder that may not be written: not even root can write there.</summary>
    [Fact]
    public async Task A_workspace_that_cannot_be_written_is_named_and_a_folder_is_no_file()
    {
        var file = _qp.Write("bars.csv", Header + Good);
        var blocked = Path.Combine(_qp.Write("in-the-way", "a file"), "workspace");
        foreach (
            var command in (string[][])
                [
                    ["data", "import", file, "--instrument", "ES", "--name", "es"],
                    ["data", "generate", "--name", "x", "--months", "1"],
                ]
        )
        {
            using var output = new StringWriter();
            await using var error = new StringWriter();
            Assert.Equal(
                ExitCode.Failed,
                await Runner.Run(
                    AllVerbs.Create(),
                    [.. command, "--workspace", blocked],
                    output,
                    error,
                    _qp.Machine,
                    CancellationToken.None
                )
            );
            Assert.Contains("in-the-way", error.ToString(), StringComparison.Ordinal);
            Assert.Contains("error: ", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("fault of the program", error.ToString(), StringComparison.Ordinal);
        }

        await _qp.Json("data", "generate", "--name", "x", "--months", "1");
        var before = _qp.Tree();
        var (code, _, problem) = await _qp.Run("features", "--data", "x", "--out", Path.Combine(blocked, "f.csv"));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("in-the-way", problem, StringComparison.Ordinal);
        (code, _, problem) = await _qp.Run("features", "--data", "x", "--out", Path.Combine(_qp.Root, "f.xlsx"));
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(".csv or .parquet", problem, StringComparison.Ordinal);
        (code, _, problem) = await _qp.Run("config", "--config", _qp.Root);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("folder", problem, StringComparison.Ordinal);
        Assert.Equal(before, _qp.Tree());
    }

    /// <summary>The device that is always full takes the place of the disk.</summary>
    [Theory]
    [InlineData("f.csv")]
    [InlineData("f.parquet")]
    public async Task A_disk_that_fills_up_under_a_feature_table_leaves_no_part_of_it(string name)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which only Linux has");
        await _qp.Json("data", "generate", "--name", "x", "--months", "1");
        File.CreateSymbolicLink(Path.Combine(_qp.Root, name + ".partial"), "/dev/full");
        var (code, _, error) = await _qp.Run(
            "features",
            "--data",
            "x",
            "--from",
            "2024-01-16",
            "--to",
            "2024-01-17",
            "--out",
            Path.Combine(_qp.Root, name)
        );
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.Contains(name, error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_qp.Root));
    }

    /// <summary>
    /// A bound on the size of a file, which the system enforces as it does the end of a disk: a write fails in the middle. It stands for a
    /// full disk where a whole folder is written.
    /// </summary>
    [Fact]
    public async Task A_disk_that_fills_up_under_a_set_or_a_run_leaves_nothing_of_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a shell that bounds file sizes in blocks of 512 bytes");
        var (code, _, error) = await _qp.Process("trap '' XFSZ; ulimit -f 2000;", null, "data", "generate", "--name", "x", "--months", "1");
        Assert.True(code == ExitCode.Failed, $"{code}: {error}");
        Assert.Contains("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of the program", error, StringComparison.Ordinal);
        Assert.Empty(_qp.Tree());

        await _qp.Json("data", "generate", "--name", "x", "--months", "1");
        var before = _qp.Tree();
        (code, _, error) = await _qp.Process(
            "trap '' XFSZ; ulimit -f 60;",
            null,
            "backtest",
            "--data",
            "x",
            "--strategy",
            "random",
            "--rails",
            "off"
        );
        Assert.True(code == ExitCode.Failed, $"{code}: {error}");
        Assert.Contains("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of the program", error, StringComparison.Ordinal);
        Assert.Equal(before, _qp.Tree());
    }
}
