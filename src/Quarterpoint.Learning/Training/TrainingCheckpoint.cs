using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Quarterpoint.Core;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Everything that a training needs to go on between two batches as if it had never stopped. The order of samples and the dropout masks are
/// functions of seed, epoch, and batch, so no generator's state is part of it. On disk the fields stand in this order, little endian, and
/// are followed by their SHA-256.
/// </summary>
internal sealed record TrainingCheckpoint
{
    private const ulong Magic = 0x3130504B43505051;

    public required string SettingsHash { get; init; }

    public required string DataHash { get; init; }

    /// <summary>The epoch to go on with.</summary>
    public required int Epoch { get; init; }

    /// <summary>The batch of that epoch to go on with.</summary>
    public required int Batch { get; init; }

    /// <summary>
    /// Rows of the epoch in which it was saved, to check that the same samples come again; 0 between epochs.
    /// </summary>
    public required int EpochRows { get; init; }

    /// <summary>The sum of the loss over the rows of this epoch so far.</summary>
    public required double LossSum { get; init; }

    public required long LossRows { get; init; }

    public required long Steps { get; init; }

    public required bool Finished { get; init; }

    public required bool StoppedEarly { get; init; }

    /// <summary>The epoch with the least validation log-loss; -1 before the first has ended.</summary>
    public required int BestEpoch { get; init; }

    public required double[] ClassWeights { get; init; }

    public required EpochResult[] History { get; init; }

    /// <summary>The parameters.</summary>
    public required float[] Values { get; init; }

    /// <summary>The optimiser's running mean of the gradient.</summary>
    public required float[] Mean { get; init; }

    /// <summary>The optimiser's running mean of the gradient's square.</summary>
    public required float[] Square { get; init; }

    /// <summary>The parameters of <see cref="BestEpoch"/>.</summary>
    public required float[] Best { get; init; }

    /// <summary>Writes the file beside its place and moves it there; a process killed here leaves the previous checkpoint.</summary>
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
