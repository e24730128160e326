using System.Diagnostics;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Learning.Native;
using Quarterpoint.Learning.Onnx;
using Quarterpoint.Learning.Training;

namespace Quarterpoint.Shell.Tests.Learning;

public sealed class NativeLoadingTests
{
    private static string Bridge => Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void Loads_here_and_a_second_time_does_nothing()
    {
        TorchLoader.Load();
        TorchLoader.Load("/nowhere");

        Assert.True(TorchLoader.IsLoaded);
        Assert.Contains("torch_cpu", NativeModules());
        using var scope = TorchSharp.torch.NewDisposeScope();
        Assert.Equal(3f, TorchSharp.torch.ones(3).sum().item<float>());
    }

    [Fact]
    public void One_requirement_of_the_bridge_is_made_weak_and_nothing_else_is_touched()
    {
        Assert.SkipWhen(!File.Exists(Bridge), "the Linux build of the bridge is not in this output");
        var original = File.ReadAllBytes(Bridge);
        var patched = (byte[])original.Clone();

        Assert.Equal(1, WeakSymbolVersion.Mark(patched, "GLIBCXX_3.4.32"));

        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i]).ToList();
        Assert.Single(changed);
        Assert.Equal(original[changed[0]] | 2, patched[changed[0]]);
        Assert.Equal(0, WeakSymbolVersion.Mark((byte[])original.Clone(), "GLIBCXX_9.9"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(500)]
    public void What_is_no_library_is_left_alone(int length) => Assert.Equal(0, WeakSymbolVersion.Mark(new byte[length], "GLIBCXX_3.4.32"));

    [Fact]
    [Trait("Spec", "M2")]
    public void Another_process_trains_the_same_bytes_into_a_cache_of_its_own()
    {
        var folder = Directory.CreateTempSubdirectory("torch").FullName;
        try
        {
            Child(nameof(Trains_for_another_process), folder);
            Assert.Equal(TrainedBytes(null), File.ReadAllText(Path.Combine(folder, "bytes")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_process_that_writes_models_but_trains_none_loads_no_libtorch() => Child(nameof(Uses_all_but_training), "");

    [Fact(Explicit = true)]
    public void Trains_for_another_process()
    {
        var folder = Environment.GetEnvironmentVariable("QP_TEST_FOLDER")!;
        File.WriteAllText(Path.Combine(folder, "bytes"), TrainedBytes(folder));
    }

    [Fact(Explicit = true)]
    public void Uses_all_but_training()
    {
        new TrainingSettings().Validate();
        var network = new DenseNetwork([new DenseLayer(1, 3, [1, 0, -1], [0, 0, 0])]);
        OnnxWriter.ToBytes(PriorCorrection.Undo(network, [1, 2, 3]), new OnnxModelInfo { FeatureSet = "a", FeatureHash = "b" });
        Assert.NotEqual(0, LearningRate.At(new TrainingSettings(), 0.5));

        Assert.False(TorchLoader.IsLoaded);
        Assert.DoesNotContain("torch_cpu", NativeModules());
        Assert.DoesNotContain("LibTorchSharp", NativeModules());
    }

    private static string NativeModules()
    {
        using var self = Process.GetCurrentProcess();
        return string.Join('\n', self.Modules.Cast<ProcessModule>().Select(m => m.ModuleName));
    }

    private static string TrainedBytes(string? cache)
    {
        var samples = ToyMarket.Draw(2_000, 3, 1);
        var settings = new TrainingSettings
        {
            Network = new FeedForwardSpec { HiddenUnits = [64] },
            BatchRows = 256,
            MaxEpochs = 2,
            Device = TrainingDevice.Cpu,
        };
        return ToyMarket.Bytes(
            Trainer
                .Train(
                    new TrainingJob
                    {
                        Settings = settings,
                        Training = _ => samples,
                        Validation = samples,
                        NativeCacheFolder = cache,
                    },
                    null,
                    default
                )
                .Network
        );
    }

    /// <summary>Runs one explicit test of this class in a process of its own.</summary>
    private static void Child(string test, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(NativeLoadingTests).Assembly.Location);
        foreach (var argument in (string[])["-explicit", "only", "-noColor", "-method", $"*{nameof(NativeLoadingTests)}.{test}"])
            start.ArgumentList.Add(argument);
        start.Environment["QP_TEST_FOLDER"] = folder;

        // With the variables that a test runner sets for its own children, this one would report to that runner.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1,", StringComparison.Ordinal), output);
    }
}
