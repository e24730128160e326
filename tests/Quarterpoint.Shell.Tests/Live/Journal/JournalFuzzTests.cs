using Quarterpoint.Core;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Journal;

/// <summary>
/// Damaged journals, some of them sealed anew so that the damage gets past the hashes: bad input and nothing else, within bounds of memory.
/// </summary>
public sealed class JournalFuzzTests : IDisposable
{
    public const int Inputs = 6_000;
    private const long MostAllocated = 4 << 20;

    private readonly QuickFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Spec", "Q6")]
    public void Damaged_journals_are_bad_input_and_nothing_else()
    {
        var journal = SmallJournal.Write(_folder.Root, events: 12);
        var (refused, read) = (0, 0);
        for (var number = 0; number < Inputs; number++)
        {
            var random = SplitMix64.Stream(20_240_307, (ulong)number);
            var path = journal.WithBytes(number % 3 == 0 ? SealAnew(journal, ref random) : Damage(journal.Bytes, ref random));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(path);
                read++;
            }
            catch (BadInputException e) when (e.File == path)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {number} broke the reader.", e);
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostAllocated, $"Input {number} allocated too much.");
        }

        Assert.Equal(Inputs, refused + read);
        Assert.InRange(refused, Inputs / 3, Inputs * 9 / 10);
    }

    private static byte[] Damage(byte[] original, ref SplitMix64 random)
    {
        byte[] bytes = [.. original];
        switch (random.NextBelow(4))
        {
            case 0:
                return bytes[..random.NextBelow(bytes.Length)];
            case 1:
                return [.. bytes[..random.NextBelow(bytes.Length)], .. bytes[random.NextBelow(bytes.Length)..]];
            case 2:
                // The longest record that a length could promise, with its check in order.
                var at = random.NextBelow(bytes.Length - 8);
                var length = random.NextBelow(2) == 0 ? JournalFormat.MostPayload : random.NextBelow(1 << 20);
                BitConverter.TryWriteBytes(bytes.AsSpan(at), length);
                BitConverter.TryWriteBytes(bytes.AsSpan(at + 4), JournalFormat.CheckOf(length));
                return bytes;
            default:
                for (var flips = 1 + random.NextBelow(6); flips > 0; flips--)
                    bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
                return bytes;
        }
    }

    /// <summary>One payload is damaged, and every record sealed as if it had been written so.</summary>
    private static byte[] SealAnew(SmallJournal journal, ref SplitMix64 random)
    {
        var writer = new ByteWriter();
        writer.Raw(JournalFormat.Mark);
        var hash = new byte[JournalFormat.HashSize];
        var records = SmallJournal.Read(journal.Path);
        var damaged = random.NextBelow(records.Count);
        for (var number = 0; number < records.Count; number++)
        {
            var (kind, _, payload) = records[number];
            byte[] bytes = [.. payload];
            if (number == damaged)
            {
                if (random.NextBelow(3) == 0)
                    bytes = bytes[..random.NextBelow(bytes.Length + 1)];
                for (var flips = random.NextBelow(4); flips > 0 && bytes.Length > 0; flips--)
                    bytes[random.NextBelow(bytes.Length)] = (byte)random.NextBelow(256);
                if (random.NextBelow(8) == 0)
                    kind = (RecordKind)random.NextBelow(12);
            }

            var record = new byte[JournalFormat.PrefixSize + bytes.Length + JournalFormat.HashSize];
            JournalWriter.Seal(record, kind, bytes, hash);
            writer.Raw(record);
        }

        return writer.Written.ToArray();
    }

    private static void ReadAll(string path)
    {
        using var reader = new JournalReader(path);
        while (reader.Next())
        {
            switch (reader.Kind)
            {
                case RecordKind.Event:
                    reader.Read(EventCodec.Read);
                    break;
                case RecordKind.Commit:
                    reader.Read(JournalCommit.Read);
                    break;
                case RecordKind.Refusal:
                    reader.Read(JournalRefusal.Read);
                    break;
                case RecordKind.Snapshot:
                    reader.Read((ref ByteReader from) => (from.Long(), from.Long(), from.Bytes().Length));
                    break;
                default:
                    break;
            }
        }
    }
}
