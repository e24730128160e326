using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quarterpoint.Core;
using Quarterpoint.Core.Features;
using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;

namespace Quarterpoint.Inference;

/// <summary>
/// A model on disk (SPEC M8): <c>models/name/</c> with its card, its ONNX file, its weights, and golden rows that say how it answered when
/// it was accepted. It loads only if everything is as it was then. A folder that exists is complete: it is written beside its place, read
/// back with every check, and then moved there. Hashes protect against damage and mix-ups; they are not a signature.
/// </summary>
public static class ModelFolder
{
    public const string CardFile = "model.json";
    public const string OnnxFile = "model.onnx";
    public const string WeightsFile = "weights.bin";
    public const string GoldenFile = "golden.bin";

    /// <summary>The card's SHA-256, as <c>sha256sum --check</c> reads it. The card holds the hashes of the other files.</summary>
    public const string SealFile = "model.sha256";

    /// <summary>A model with fewer golden rows is not accepted.</summary>
    public const int LeastGoldenRows = 64;

    /// <summary>More golden rows are compared at acceptance, but only so many are kept.</summary>
    public const int MostGoldenRows = 1024;

    private static readonly string[] Files = [OnnxFile, WeightsFile, GoldenFile];

    /// <summary>
    /// Accepts a model and writes its folder. It is accepted where the exported file answers as the network does, on random and on real
    /// rows. The card is completed with the list of its files.
    /// </summary>
    /// <param name="root">The folder of all models.</param>
    /// <param name="card">Everything about the model; its name becomes the folder's.</param>
    /// <param name="network">The network as trained.</param>
    /// <param name="onnx">The same network, exported, with the card's temperature inside.</param>
    /// <param name="goldenRows">At least <see cref="LeastGoldenRows"/> rows of real features, one after another.</param>
    /// <param name="replace">Whether a model of that name may be replaced.</param>
    /// <exception cref="BadInputException">The name is taken or not allowed, or the model is not accepted.</exception>
    public static StoredModel Write(
        string root,
        ModelCard card,
        Network network,
        byte[] onnx,
        ReadOnlySpan<float> goldenRows,
        bool replace = false
    )
    {
        if (!IsName(card.Name))
            throw new BadInputException(
                root,
                0,
                "name",
                card.Name,
                "letters, digits, dots, dashes, and underscores, not beginning with a dot"
            );
        var folder = Path.Combine(root, card.Name);
        if (Directory.Exists(folder) && !replace)
            throw new BadInputException(folder, "a model", "no model of that name: it is not overwritten unless asked to");
        var columns = ModelCardCheck.Check(card, Path.Combine(folder, CardFile));
        var width = columns.Count;
        WeightLayout.CheckFits(card, network, Path.Combine(folder, WeightsFile));
        if (goldenRows.Length % width != 0 || goldenRows.Length < LeastGoldenRows * width)
            throw new BadInputException(
                Path.Combine(folder, GoldenFile),
                Say($"{goldenRows.Length} numbers"),
                Say($"rows of {width}, at least {LeastGoldenRows}")
            );

        var onnxPath = Path.Combine(folder, OnnxFile);
        StoredKinds.All[card.Training.Network.Kind].CheckOnnx(onnx, width, onnxPath);
        byte[] golden;
        using (var model = OpenChecked(onnx, width, onnxPath))
        {
            Parity.Check(model, network, card.Temperature, columns, goldenRows, onnxPath);
            golden = GoldenRows.Of(model, goldenRows[..Math.Min(goldenRows.Length, MostGoldenRows * width)]);
        }

        return WriteChecked(root, card, [onnx, WeightLayout.Bytes(network), golden]);
    }

    /// <summary>Reads a model, with every check.</summary>
    /// <exception cref="BadInputException">There is no such model, or anything about it is not as it was when it was accepted.</exception>
    public static StoredModel Load(string root, string name)
    {
        if (!IsName(name))
            throw new BadInputException(root, 0, "name", name, "a model's name");
        return Load(Path.Combine(root, name), name, _ => { });
    }

    /// <summary>The names of the models in that folder, in order.</summary>
    public static IReadOnlyList<string> List(string root) =>
        !Directory.Exists(root)
            ? []
            :
            [
                .. Directory
                    .EnumerateDirectories(root)
                    .Where(f => File.Exists(Path.Combine(f, CardFile)))
                    .Select(f => Path.GetFileName(f)!)
                    .Where(IsName)
                    .Order(StringComparer.Ordinal),
            ];

    /// <summary>Reads the card alone. Whether the model can be used, only <see cref="Load(string, string)"/> says.</summary>
    /// <exception cref="BadInputException">There is no such model, or its card is damaged.</exception>
    public static ModelCard ReadCard(string root, string name)
    {
        if (!IsName(name))
            throw new BadInputException(root, 0, "name", name, "a model's name");
        return ReadCard(Path.Combine(root, name));
    }

    /// <summary>The SHA-256 of the card. The card holds the hashes of the other files, so this names the model as a whole.</summary>
    public static string HashOf(string root, string name) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, name, CardFile))));

    /// <summary>
    /// Makes the checks of <see cref="Load(string, string)"/>, and compares the exported file with the network on random rows. Returns one
    /// finding a check, up to the first that fails.
    /// </summary>
    public static IReadOnlyList<ModelFinding> Check(string root, string name)
    {
        var findings = new List<ModelFinding>();
        try
        {
            if (!IsName(name))
                throw new BadInputException(root, 0, "name", name, "a model's name");
            var folder = Path.Combine(root, name);
            var stored = Load(folder, name, findings.Add);
            using var model = stored.Open();
            Parity.Check(
                model,
                stored.Network,
                stored.Card.Temperature,
                FeatureCatalogue.Columns(FeatureWindows.Named(stored.Card.Features.Set)),
                [],
                Path.Combine(folder, OnnxFile)
            );
            findings.Add(
                new ModelFinding(
                    "parity",
                    true,
                    Say($"the network's probabilities within {Parity.Tolerance} on {Parity.RandomRows} random rows")
                )
            );
        }
        catch (BadInputException refusal)
        {
            findings.Add(new ModelFinding(Path.GetFileName(refusal.File), false, refusal.Message));
        }

        return findings;
    }

    /// <summary>Writes the card with the hashes of the files beside it, and then the hash of the card.</summary>
    internal static void Seal(string folder, ModelCard card)
    {
        var listed = Files.Select(file => FileOf(file, File.ReadAllBytes(Path.Combine(folder, file))));
        var text = ModelJson.Of(card with { Files = [.. listed] }, Path.Combine(folder, CardFile));
        File.WriteAllBytes(Path.Combine(folder, CardFile), text);
        File.WriteAllText(Path.Combine(folder, SealFile), SealOf(text));
    }

    private static StoredModel WriteChecked(string root, ModelCard card, byte[][] contents)
    {
        var folder = Path.Combine(root, card.Name);
        var partial = Path.Combine(root, $".{card.Name}.partial");
        var replaced = Path.Combine(root, $".{card.Name}.replaced");
        DeleteFolder(partial);
        Directory.CreateDirectory(partial);
        try
        {
            foreach (var (file, content) in Files.Zip(contents))
                File.WriteAllBytes(Path.Combine(partial, file), content);
            Seal(partial, card);
            var stored = Load(partial, card.Name, _ => { });
            DeleteFolder(replaced);
            if (Directory.Exists(folder))
                Directory.Move(folder, replaced);
            Directory.Move(partial, folder);
            DeleteFolder(replaced);
            return stored;
        }
        catch
        {
            DeleteFolder(partial);
            throw;
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static StoredModel Load(string folder, string name, Action<ModelFinding> note)
    {
        var cardPath = Path.Combine(folder, CardFile);
        var card = ReadCard(folder);
        if (card.Name != name)
            throw new BadInputException(cardPath, 0, "name", card.Name, name + ", as the folder is called");
        note(new(CardFile, true, Say($"version {card.Version}, unchanged since it was accepted")));
        var contents = Files.ToDictionary(file => file, file => ReadListed(folder, card, file));
        note(new("files", true, Say($"{string.Join(", ", Files)}: {contents.Values.Sum(c => c.Length):N0} bytes, unchanged")));

        var columns = ModelCardCheck.Check(card, cardPath);
        note(new("features", true, Say($"{columns.Count} of {card.Features.Set}, the ones of this program")));
        var kind = StoredKinds.All[card.Training.Network.Kind];
        var network = kind.ReadWeights(card, contents[WeightsFile], Path.Combine(folder, WeightsFile));
        note(new(WeightsFile, true, network.Layout));

        var onnxPath = Path.Combine(folder, OnnxFile);
        kind.CheckOnnx(contents[OnnxFile], columns.Count, onnxPath);
        note(new(OnnxFile, true, Say($"opset {OnnxCheck.Opset}, known operators, nothing outside the file")));
        using (var model = OpenChecked(contents[OnnxFile], columns.Count, onnxPath))
        {
            var rows = GoldenRows.Check(model, contents[GoldenFile], Path.Combine(folder, GoldenFile));
            note(new(GoldenFile, true, Say($"{rows} rows answered as when it was accepted")));
        }

        return new StoredModel(card, network, contents[OnnxFile]);
    }

    private static OnnxModel OpenChecked(byte[] onnx, int width, string path)
    {
        try
        {
            return new OnnxModel(onnx, width);
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException error)
        {
            throw new BadInputException(path, "a model that ONNX Runtime loads", error);
        }
    }

    private static ModelCard ReadCard(string folder)
    {
        var path = Path.Combine(folder, CardFile);
        var text = Bounded(path);
        var sealPath = Path.Combine(folder, SealFile);
        var seal = Encoding.UTF8.GetString(Bounded(sealPath));
        if (seal != SealOf(text))
            throw new BadInputException(
                path,
                0,
                "SHA-256",
                Convert.ToHexStringLower(SHA256.HashData(text)),
                $"what {SealFile} says: {seal.TrimEnd()}"
            );
        return ModelJson.Read(text, path);
    }

    private static byte[] ReadListed(string folder, ModelCard card, string file)
    {
        var path = Path.Combine(folder, file);
        if (card.Files.Where(f => f?.Name == file).ToArray() is not [var listed])
            throw new BadInputException(
                Path.Combine(folder, CardFile),
                0,
                "files",
                string.Join(", ", card.Files.Select(f => f?.Name)),
                file + " once"
            );
        var content = Bounded(path);
        var found = FileOf(file, content);
        if (found.Bytes != listed.Bytes)
            throw new BadInputException(path, 0, "size", Say($"{found.Bytes}"), Say($"{listed.Bytes} bytes"));
        if (found.Sha256 != listed.Sha256)
            throw new BadInputException(path, 0, "SHA-256", found.Sha256, listed.Sha256);
        return content;
    }

    private static byte[] Bounded(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new BadInputException(path, "no such file", "a model folder with " + file.Name);
        if (file.Length > OnnxCheck.MostBytes)
            throw new BadInputException(path, Say($"{file.Length} bytes"), Say($"at most {OnnxCheck.MostBytes}"));
        return File.ReadAllBytes(path);
    }

    private static ModelFile FileOf(string name, byte[] content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));

    private static string SealOf(byte[] card) => $"{Convert.ToHexStringLower(SHA256.HashData(card))}  {CardFile}\n";

    /// <summary>Whether a model may be called that.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 120
        && name[0] != '.'
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
