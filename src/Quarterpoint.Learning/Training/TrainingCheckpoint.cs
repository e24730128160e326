using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Quarterpoint.Core;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Everything that a training needs to go on from between two batches as if it had never stopped. The order of samples and the dropout
/// masks are functions of seed, epoch, and batch, so that no generator's state is among it. On disk: the fields in this order, little
/// endian, and a SHA-256 of all before it.
/// </summary>
internal sealed record TrainingCheckpoint
{
    private const ulong Magic = 0x3130504B43505051;

    public required string SettingsHash { get; init; }

    public required string DataHash { get; init; }

    /// <summary>The epoch and batch to go on with.</summary>
    public required int Epoch { get; init; }

    public required int Batch { get; init; }

    /// <summary>Of the epoch that it broke off in, to see that the same samples came again; 0 between epochs.</summary>
    public required int EpochRows { get; init; }

    public required double LossSum { get; init; }

    public required long LossRows { get; init; }

    public required long Steps { get; init; }

    public required bool Finished { get; init; }

    public required bool StoppedEarly { get; init; }

    /// <summary>-1 before the first epoch has ended.</summary>
    public required int BestEpoch { get; init; }

    public required double[] ClassWeights { get; init; }

    public required EpochResult[] History { get; init; }

    public required float[] Values { get; init; }

    public required float[] Mean { get; init; }

    public required float[] Square { get; init; }

    public required float[] Best { get; init; }

    /// <summary>Replaces the file in one move: whoever is killed here leaves the one before.</summary>
    public void Save(string path)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Magic);
        writer.Write(SettingsHash);
        writer.Write(DataHash);
        writer.Write(Epoch);
        writer.Write(Batch);
        writer.Write(EpochRows);
        writer.Write(LossSum);
        writer.Write(LossRows);
        writer.Write(Steps);
        writer.Write(Finished);
        writer.Write(StoppedEarly);
        writer.Write(BestEpoch);
        Write<double>(writer, ClassWeights);
        Write<EpochResult>(writer, History);
        foreach (var values in (float[][])[Values, Mean, Square, Best])
            Write<float>(writer, values);
        writer.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var partial = path + ".partial";
        using (var file = File.Create(partial))
        {
            file.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <exception cref="BadInputException">The file is damaged, or of other settings, device, or data.</exception>
    public static TrainingCheckpoint Load(string path, string settingsHash, string dataHash, int parameters)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 40 || BitConverter.ToUInt64(bytes) != Magic)
            throw new BadInputException(path, "a file of another kind", "a checkpoint of a training");
        if (!SHA256.HashData(bytes.AsSpan(..^32)).AsSpan().SequenceEqual(bytes.AsSpan(^32..)))
            throw new BadInputException(path, "a damaged file", "the bytes that the training wrote; without the file it begins anew");
        using var reader = new BinaryReader(new MemoryStream(bytes, sizeof(ulong), bytes.Length - sizeof(ulong)));
        Expect("settings", reader.ReadString(), settingsHash);
        Expect("data", reader.ReadString(), dataHash);
        var checkpoint = new TrainingCheckpoint
        {
            SettingsHash = settingsHash,
            DataHash = dataHash,
            Epoch = reader.ReadInt32(),
            Batch = reader.ReadInt32(),
            EpochRows = reader.ReadInt32(),
            LossSum = reader.ReadDouble(),
            LossRows = reader.ReadInt64(),
            Steps = reader.ReadInt64(),
            Finished = reader.ReadBoolean(),
            StoppedEarly = reader.ReadBoolean(),
            BestEpoch = reader.ReadInt32(),
            ClassWeights = Read<double>(reader),
            History = Read<EpochResult>(reader),
            Values = Read<float>(reader),
            Mean = Read<float>(reader),
            Square = Read<float>(reader),
            Best = Read<float>(reader),
        };
        if (checkpoint.Values.Length != parameters)
            throw new BadInputException(path, 0, "parameters", $"{checkpoint.Values.Length}", $"{parameters}, of samples of this width");
        return checkpoint;

        void Expect(string field, string found, string expected)
        {
            if (found != expected)
                throw new BadInputException(
                    path,
                    0,
                    field,
                    found,
                    $"{expected}: this checkpoint is of another training; delete it, or train under another name"
                );
        }
    }

    private static void Write<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    private static T[] Read<T>(BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
