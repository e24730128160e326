using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference;
using Quarterpoint.Shell.Tests.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Inference;

public sealed class ModelFolderTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    [Trait("Spec", "M8")]
    public void Gives_back_all_that_was_written()
    {
        var sample = new SampleModel();
        sample.Write(_work);
        var stored = ModelFolder.Load(_work.Root, "sample");
        Assert.Equal(
            ["golden.bin", "model.json", "model.onnx", "model.sha256", "weights.bin"],
            Directory.EnumerateFiles(_work.At("sample")).Select(Path.GetFileName).Order()
        );
        Assert.Equal(ModelJson.Of(sample.Card, ""), ModelJson.Of(stored.Card with { Files = [] }, ""));
        Assert.Equal(["golden.bin", "model.onnx", "weights.bin"], stored.Card.Files.Select(f => f.Name).Order());
        Assert.Equal(
            sample.Network.Layers.SelectMany(l => l.Weights.Concat(l.Bias)),
            stored.Network.Layers.SelectMany(l => l.Weights.Concat(l.Bias))
        );
        Assert.Equal([44, 16, 8], stored.Network.Layers.Select(l => l.Inputs));

        // (44 + 1) x 16 + (16 + 1) x 8 + (8 + 1) x 3 floats; 80 rows of 44 + 3.
        Assert.Equal(4 * (720 + 136 + 27), new FileInfo(_work.At("sample", "weights.bin")).Length);
        Assert.Equal(4 * 80 * 47, new FileInfo(_work.At("sample", "golden.bin")).Length);
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void A_card_reads_as_plain_json()
    {
        new SampleModel().Write(_work);
        var text = File.ReadAllText(_work.At("sample", "model.json"));
        Assert.Contains("  \"name\": \"sample\",\n", text, StringComparison.Ordinal);
        Assert.Contains("\"model\": \"feedForward\"", text, StringComparison.Ordinal);
        Assert.Contains("\"first\": \"2024-03-03\"", text, StringComparison.Ordinal);
        Assert.Contains("\"estimatesVolumeDelta\": true", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        new SampleModel().Write(_work);
        var first = Contents();
        new SampleModel().Write(_work, replace: true);
        Assert.Equal(first, Contents());
        string[] Contents() =>
            [.. Directory.EnumerateFiles(_work.At("sample")).Order().Select(f => Convert.ToHexString(File.ReadAllBytes(f)))];
    }

    [Fact]
    public void Overwrites_only_when_told_to()
    {
        new SampleModel().Write(_work);
        Assert.Contains(
            "not overwritten",
            Assert.Throws<BadInputException>(() => new SampleModel().Write(_work)).Message,
            StringComparison.Ordinal
        );
        var other = new SampleModel { Network = OnnxBytes.RandomNetwork(2, 44, 16, 8) };
        other.Write(_work, replace: true);
        Assert.Equal(other.Network.Layers[0].Weights, ModelFolder.Load(_work.Root, "sample").Network.Layers[0].Weights);
        Assert.Equal([_work.At("sample")], Directory.EnumerateDirectories(_work.Root));
    }

    [Fact]
    public void Leaves_nothing_behind_where_a_model_is_refused_and_keeps_the_one_before()
    {
        var good = new SampleModel();
        good.Write(_work);
        var before = _work.Everything;
        Assert.Throws<BadInputException>(() =>
            (good with { Onnx = OnnxBytes.Of(OnnxBytes.RandomNetwork(9, 44, 16, 8), 1.25) }).Write(_work, replace: true)
        );
        Assert.Equal(before, _work.Everything);
        Assert.Equal(good.Network.Layers[0].Weights, ModelFolder.Load(_work.Root, "sample").Network.Layers[0].Weights);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    public void Refuses_names_that_are_no_folder_of_its_own(string name)
    {
        var sample = new SampleModel();
        Assert.Equal(
            "name",
            Assert.Throws<BadInputException>(() => (sample with { Card = sample.Card with { Name = name } }).Write(_work)).Field
        );
        Assert.Equal("name", Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, name)).Field);
        Assert.Equal("name", Assert.Throws<BadInputException>(() => ModelFolder.ReadCard(_work.Root, name)).Field);
    }

    [Fact]
    [Trait("Spec", "M6")]
    public void Accepts_no_export_that_differs_from_its_network()
    {
        // The temperature is 1.25; an export with 1.2501 differs by up to some 2e-5.
        var sample = new SampleModel();
        var refusal = Assert.Throws<BadInputException>(() => (sample with { Onnx = OnnxBytes.Of(sample.Network, 1.2502) }).Write(_work));
        Assert.Equal("probabilities of a random row", refusal.Field);
        Assert.Contains("within 1E-05", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Spec", "M6")]
    [InlineData(3.6e-5f, true)]
    [InlineData(4.4e-5f, false)]
    public void A_hundred_thousandth_of_a_probability_is_all_that_may_differ(float logits, bool accepted)
    {
        // Without weights the logits are the bias: 0, 0, ln 2, so that UP is one half. Its slope there is a quarter: 0.9e-5 and 1.1e-5.
        var card = new SampleModel().Card;
        var network = new DenseNetwork([new DenseLayer(44, 3, new float[132], [0, 0, 0.6931472f])]);
        var export = new DenseNetwork([new DenseLayer(44, 3, new float[132], [0, 0, 0.6931472f + logits])]);
        var sample = new SampleModel
        {
            Card = card with
            {
                Temperature = 1,
                Training = new() { Network = new LogisticSpec() },
            },
            Network = network,
            Onnx = OnnxBytes.Of(export),
        };
        if (accepted)
            sample.Write(_work);
        else
            Assert.Equal("probabilities of a random row", Assert.Throws<BadInputException>(() => sample.Write(_work)).Field);
    }

    [Fact]
    [Trait("Spec", "M6")]
    public void Accepts_no_export_that_differs_on_real_rows_only()
    {
        // The export uses a feature that the network ignores, with so small a weight that only a value beyond the feature's range shows it.
        var sample = new SampleModel();
        sample.GoldenRows[(44 * 5) + 43] = 1000;
        var export = new DenseNetwork([.. sample.Network.Layers.Select(l => l with { Weights = [.. l.Weights] })]);
        for (var unit = 0; unit < 16; unit++)
            (sample.Network.Layers[0].Weights[(unit * 44) + 43], export.Layers[0].Weights[(unit * 44) + 43]) = (0, 2e-6f);
        var refusal = Assert.Throws<BadInputException>(() => (sample with { Onnx = OnnxBytes.Of(export, 1.25) }).Write(_work));
        Assert.Equal("probabilities of a real row", refusal.Field);
        Assert.Equal(6, refusal.Row);
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void Needs_64_golden_rows()
    {
        new SampleModel { GoldenRows = OnnxBytes.RandomRows(3, 64, 44) }.Write(_work);
        Assert.Throws<BadInputException>(() =>
            new SampleModel { GoldenRows = OnnxBytes.RandomRows(3, 63, 44) }.Write(_work, replace: true)
        );
        Assert.Throws<BadInputException>(() =>
            new SampleModel { GoldenRows = OnnxBytes.RandomRows(3, 1, (44 * 64) + 1) }.Write(_work, replace: true)
        );
    }

    [Fact]
    public void Keeps_no_more_golden_rows_than_it_needs()
    {
        new SampleModel { GoldenRows = OnnxBytes.RandomRows(3, 1500, 44) }.Write(_work);
        Assert.Equal(4 * 1024 * 47, new FileInfo(_work.At("sample", "golden.bin")).Length);
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void A_byte_changed_anywhere_is_refused()
    {
        new SampleModel().Write(_work);
        var random = new SplitMix64(5);
        foreach (var file in (string[])["model.json", "model.onnx", "weights.bin", "golden.bin", "model.sha256"])
        {
            var path = _work.At("sample", file);
            var whole = File.ReadAllBytes(path);
            int[] places = [0, whole.Length - 1, .. Enumerable.Range(0, 98).Select(_ => random.NextBelow(whole.Length))];
            foreach (var at in places)
            {
                var damaged = whole.ToArray();
                damaged[at] ^= (byte)(1 << random.NextBelow(8));
                File.WriteAllBytes(path, damaged);
                Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample"));
            }

            foreach (var length in (int[])[0, 1, whole.Length / 2, whole.Length - 1])
            {
                File.WriteAllBytes(path, whole[..length]);
                Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample"));
            }

            File.WriteAllBytes(path, [.. whole, 0]);
            Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample"));
            File.Delete(path);
            Assert.Contains(
                "no such file",
                Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample")).Message,
                StringComparison.Ordinal
            );
            File.WriteAllBytes(path, whole);
        }

        ModelFolder.Load(_work.Root, "sample");
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void Says_which_file_and_what_was_expected_of_it()
    {
        new SampleModel().Write(_work);
        var path = _work.At("sample", "weights.bin");
        var bytes = File.ReadAllBytes(path);
        bytes[17] ^= 1;
        var right = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        File.WriteAllBytes(path, bytes);
        var refusal = Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample"));
        Assert.Equal((path, "SHA-256", right), (refusal.File, refusal.Field, refusal.Expected));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), refusal.Value);
    }

    [Fact]
    public void The_seal_is_what_sha256sum_writes()
    {
        new SampleModel().Write(_work);
        var card = File.ReadAllBytes(_work.At("sample", "model.json"));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(card)) + "  model.json\n",
            File.ReadAllText(_work.At("sample", "model.sha256"))
        );
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void A_folder_that_was_renamed_is_another_models()
    {
        new SampleModel().Write(_work);
        Directory.Move(_work.At("sample"), _work.At("other"));
        Assert.Equal("name", Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "other")).Field);
    }

    [Fact]
    [Trait("Spec", "F11")]
    public void Refuses_a_model_of_other_features()
    {
        var features = SampleModel.CardOf(FeatureWindows.Seconds, [16, 8]).Features;
        string[] swapped = [features.Columns[1], features.Columns[0], .. features.Columns.Skip(2)];
        Refused("features.set", card => card with { Features = features with { Set = "seconds-v2" } });
        Refused("features.columns[0]", card => card with { Features = features with { Columns = swapped } });
        Refused("features.columns", card => card with { Features = features with { Columns = [.. features.Columns.Skip(1)] } });
        Refused("features.hash", card =>
            card with
            {
                Features = features with { Hash = features.Hash.Replace(features.Hash[0], features.Hash[0] == 'a' ? 'b' : 'a') },
            }
        );
        Refused("data.barSeconds", card => card with { Data = card.Data with { BarSeconds = 60 } });
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void Refuses_a_card_that_cannot_be_followed()
    {
        Refused("version", card => card with { Version = 3 });
        Refused("temperature", card => card with { Temperature = 0 });
        Refused("temperature", card => card with { Temperature = -1 });
        Refused("priors", card => card with { Priors = [0.5, 0.5] });
        Refused("priors", card => card with { Priors = [1.5, -0.5, 0] });
        Refused("target.horizonSeconds", card => card with { Target = card.Target with { HorizonSeconds = 0 } });
        Refused("target.labelledBars", card => card with { Target = card.Target with { LabelledBars = "night" } });
        Refused("training.hidden", card => With(card, new FeedForwardSpec { HiddenUnits = [16, 0] }));
        Refused("training.hidden", card => With(card, new FeedForwardSpec { HiddenUnits = [] }));
        Refused("layers", card => With(card, new FeedForwardSpec { HiddenUnits = [16, 9] }));
        Refused("figures", card => card with { Figures = [new ModelFigure("x", double.NaN)] });
        Refused("brackets.bands", card => card with { Brackets = new BracketCalibration("x", [new BracketBand(600_000, 3, 4)]) });
        Refused("temperature", card => card with { Temperature = double.NaN });
        Refused("confidence", card => card with { Confidence = ConfidenceCalibration.Nothing with { Slope = double.NaN } });
        Refused("confidence", card => card with { Confidence = ConfidenceCalibration.Nothing with { Rows = -1 } });
        Assert.Contains(
            "numbers are finite",
            Assert
                .Throws<BadInputException>(() =>
                    Write(card => With(card, new FeedForwardSpec { HiddenUnits = [16, 8], Dropout = double.NaN }))
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Refuses_weights_that_are_no_numbers()
    {
        var network = OnnxBytes.RandomNetwork(1, 44, 16, 8);
        network.Layers[1].Weights[3] = float.NaN;
        var refusal = Assert.Throws<BadInputException>(() => new SampleModel { Network = network, Onnx = [] }.Write(_work));
        Assert.Equal((2, "layer"), (refusal.Row, refusal.Field));
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void Looks_behind_the_hashes_too()
    {
        // Whoever makes new hashes still meets every other check.
        Forged("model.onnx", _ => OnnxBytes.Of(OnnxBytes.RandomNetwork(5, 44, 16, 8), 1.25), "golden.bin");
        Forged("model.onnx", _ => OnnxBytes.Of(OnnxBytes.RandomNetwork(5, 43, 16, 8), 1.25), "model.onnx");
        Forged("weights.bin", bytes => bytes[..^4], "weights.bin");
        Forged("weights.bin", bytes => [.. bytes[..^4], 0, 0, 0xc0, 0x7f], "weights.bin");
        Forged("golden.bin", bytes => bytes[..^4], "golden.bin");
        Forged("golden.bin", bytes => bytes[..(63 * 47 * 4)], "golden.bin");
        Forged("golden.bin", bytes => Shifted(bytes, (47 * 4 * 9) + (45 * 4), 2e-6f), "golden.bin");
    }

    [Fact]
    public void Golden_rows_may_differ_by_what_another_processor_rounds()
    {
        new SampleModel().Write(_work);
        var path = _work.At("sample", "golden.bin");
        File.WriteAllBytes(path, Shifted(File.ReadAllBytes(path), 44 * 4, 5e-7f));
        ModelFolder.Seal(_work.At("sample"), ModelFolder.ReadCard(_work.Root, "sample"));
        ModelFolder.Load(_work.Root, "sample");
    }

    [Theory]
    [Trait("Spec", "M8")]
    [InlineData("\"version\": 2", "\"version\": 1", "version")]
    [InlineData("\"version\": 2", "\"version\": \"2.0\"", "version")]
    [InlineData("\"version\": 2,", "", "version")]
    [InlineData("\"temperature\"", "\"heat\"", "")]
    [InlineData("\"codeVersion\"", "\"more\": 1, \"codeVersion\"", "")]
    [InlineData("\"feedForward\"", "\"oracle\"", "training.model")]
    [InlineData("\"feedForward\"", "0", "training.model")]
    [InlineData("2024-03-03", "2024-13-03", "")]
    [InlineData("{", "[", "")]
    public void Refuses_a_card_of_another_version_or_form(string text, string with, string field)
    {
        new SampleModel().Write(_work);
        Rewrite(card =>
        {
            var at = card.IndexOf(text, StringComparison.Ordinal);
            return card[..at] + with + card[(at + text.Length)..];
        });
        Assert.Equal(field, Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample")).Field);
    }

    [Fact]
    public void Refuses_a_card_that_lists_no_or_two_of_a_file()
    {
        new SampleModel().Write(_work);
        Rewrite(card => card.Replace("\"weights.bin\"", "\"model.onnx\"", StringComparison.Ordinal));
        Assert.Equal("files", Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample")).Field);
        Rewrite(_ => "null");
        Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample"));
    }

    [Fact]
    public void Reads_no_file_of_more_than_eight_megabytes()
    {
        new SampleModel().Write(_work);
        using (var file = File.OpenWrite(_work.At("sample", "golden.bin")))
            file.SetLength((8 << 20) + 1);
        Assert.Contains(
            "at most 8388608",
            Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Spec", "M8")]
    public void Lists_models_and_says_what_is_wrong_with_one()
    {
        Assert.Empty(ModelFolder.List(_work.At("nowhere")));
        new SampleModel().Write(_work);
        var sample = new SampleModel();
        (sample with { Card = sample.Card with { Name = "another" } }).Write(_work);
        Directory.CreateDirectory(_work.At(".sample.partial"));
        Directory.CreateDirectory(_work.At("empty"));
        Assert.Equal(["another", "sample"], ModelFolder.List(_work.Root));
        Assert.Equal("MES", ModelFolder.ReadCard(_work.Root, "another").Data.Instrument);

        var findings = ModelFolder.Check(_work.Root, "sample");
        Assert.All(findings, f => Assert.True(f.Passed, f.Text));
        Assert.Equal(
            ["model.json", "files", "features", "weights.bin", "model.onnx", "golden.bin", "parity"],
            findings.Select(f => f.Subject)
        );
        Assert.Equal("44-16-8-3", findings.Single(f => f.Subject == "weights.bin").Text);

        File.AppendAllText(_work.At("sample", "golden.bin"), "x");
        findings = ModelFolder.Check(_work.Root, "sample");
        Assert.Equal([("model.json", true), ("golden.bin", false)], findings.Select(f => (f.Subject, f.Passed)));
        Assert.False(Assert.Single(ModelFolder.Check(_work.Root, "../x")).Passed);
    }

    [Fact]
    [Trait("Spec", "M6")]
    public void A_check_finds_weights_that_are_not_those_of_the_export()
    {
        new SampleModel().Write(_work);
        var path = _work.At("sample", "weights.bin");
        File.WriteAllBytes(path, Shifted(File.ReadAllBytes(path), 0, 0.01f));
        ModelFolder.Seal(_work.At("sample"), ModelFolder.ReadCard(_work.Root, "sample"));
        var last = ModelFolder.Check(_work.Root, "sample")[^1];
        Assert.Equal(("model.onnx", false), (last.Subject, last.Passed));
        Assert.Contains("as the network says", last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_logistic_model_has_no_hidden_layer_whatever_its_settings_say()
    {
        new SampleModel { Card = With(new SampleModel().Card, new LogisticSpec()), Network = OnnxBytes.RandomNetwork(1, 44) }.Write(_work);
        Assert.Single(ModelFolder.Load(_work.Root, "sample").Network.Layers);
        Assert.Contains("\"model\": \"logistic\"", File.ReadAllText(_work.At("sample", "model.json")), StringComparison.Ordinal);

        Rewrite(text => text.Replace("\"hiddenUnits\": []", "\"hiddenUnits\": [16, 8]", StringComparison.Ordinal));
        Assert.Single(ModelFolder.Load(_work.Root, "sample").Network.Layers);
    }

    [Theory]
    [InlineData("\"model\": \"feedForward\"", "\"model\": \"lstm\"", "lstm")]
    [InlineData("\"model\": \"feedForward\"", "\"model\": 0", "0")]
    [InlineData("\"model\": \"feedForward\",", "", "nothing")]
    public void A_kind_that_is_not_known_is_refused_with_those_that_are(string text, string other, string found)
    {
        new SampleModel().Write(_work);
        Rewrite(card => card.Replace(text, other, StringComparison.Ordinal));
        var refusal = Assert.Throws<BadInputException>(() => ModelFolder.ReadCard(_work.Root, "sample"));
        Assert.Equal((_work.At("sample", "model.json"), "training.model"), (refusal.File, refusal.Field));
        Assert.Contains($"'{found}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("feedForward, logistic", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_holds_members_of_its_own_kind_only()
    {
        new SampleModel().Write(_work);
        Rewrite(card => card.Replace("\"hiddenUnits\":", "\"trees\": 100,\n    \"hiddenUnits\":", StringComparison.Ordinal));
        Assert.Contains(
            "trees",
            Assert.Throws<BadInputException>(() => ModelFolder.ReadCard(_work.Root, "sample")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Spec", "F11")]
    public void The_hash_of_the_features_covers_their_names_order_ranges_and_waits()
    {
        // The hashed text, put together here from what the hash promises to cover.
        var text = new StringBuilder("minutes-v1 60 1,5,10,30,60 5,9,21,50 10,20,40,60 5 30\n");
        foreach (var column in FeatureCatalogue.Columns(FeatureWindows.Minutes))
            text.Append(
                CultureInfo.InvariantCulture,
                $"{column.Name} {(column.Least < 0 ? "-1" : "0")} 1 {(int)column.Waits} {(column.NeedsVolume ? 1 : 0)}\n"
            );
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))),
            FeatureCatalogue.Hash(FeatureWindows.Minutes)
        );
        Assert.NotEqual(FeatureCatalogue.Hash(FeatureWindows.Minutes), FeatureCatalogue.Hash(FeatureWindows.Minutes with { Flow = 6 }));
        Assert.NotEqual(
            FeatureCatalogue.Hash(FeatureWindows.Minutes),
            FeatureCatalogue.Hash(FeatureWindows.Minutes with { Name = "minutes-v2" })
        );
    }

    private void Write(Func<ModelCard, ModelCard> change)
    {
        var sample = new SampleModel();
        (sample with { Card = change(sample.Card) }).Write(_work);
    }

    private static ModelCard With(ModelCard card, NetworkSpec network) => card with { Training = card.Training with { Network = network } };

    private void Refused(string field, Func<ModelCard, ModelCard> change)
    {
        Assert.Equal(field, Assert.Throws<BadInputException>(() => Write(change)).Field);
        Assert.Empty(_work.Everything);
    }

    /// <summary>Changes the card's text and writes its new hash.</summary>
    private void Rewrite(Func<string, string> change)
    {
        var path = _work.At("sample", "model.json");
        var text = change(File.ReadAllText(path));
        File.WriteAllText(path, text);
        File.WriteAllText(
            _work.At("sample", "model.sha256"),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) + "  model.json\n"
        );
    }

    private void Forged(string file, Func<byte[], byte[]> change, string blamed)
    {
        new SampleModel().Write(_work, replace: true);
        var path = _work.At("sample", file);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
        ModelFolder.Seal(_work.At("sample"), ModelFolder.ReadCard(_work.Root, "sample"));
        Assert.Equal(blamed, Path.GetFileName(Assert.Throws<BadInputException>(() => ModelFolder.Load(_work.Root, "sample")).File));
    }

    private static byte[] Shifted(byte[] bytes, int at, float by)
    {
        var changed = bytes.ToArray();
        BitConverter.TryWriteBytes(changed.AsSpan(at), BitConverter.ToSingle(bytes, at) + by);
        return changed;
    }
}
