using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Wire;

/// <summary>
/// Damaged bytes are no event, no intent, and no record, or another one that can be; never an exception of another kind, and never more
/// memory than the bytes could hold. Each input has a number that is its seed; a failure names it.
/// </summary>
public sealed class CodecFuzzTests
{
    public const int Inputs = 200_000;
    private const long MostAllocated = 1 << 20;

    /// <summary>Well-formed bytes of everything that is read, each with its reader.</summary>
    private static readonly (byte[] Bytes, Action<byte[]> Read)[] Originals = [.. MakeOriginals()];

    [Fact]
    [Trait("Spec", "Q6")]
    public void Damaged_bytes_are_refused_as_such_or_read_as_what_they_say()
    {
        var (refused, read) = (0, 0);
        for (var number = 0; number < Inputs; number++)
        {
            var random = SplitMix64.Stream(20_240_306, (ulong)number);
            var (original, reader) = Originals[number % Originals.Length];
            var bytes = Damage(original, ref random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                reader(bytes);
                read++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Input {number} broke the codec.", e);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostAllocated, $"Input {number} allocated {allocated} bytes.");
        }

        Assert.Equal(Inputs, refused + read);
        Assert.InRange(refused, Inputs / 4, Inputs * 9 / 10);
    }

    private static byte[] Damage(byte[] original, ref SplitMix64 random)
    {
        byte[] bytes = [.. original];
        switch (random.NextBelow(5))
        {
            case 0:
                bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
                return bytes;
            case 1:
                return bytes[..random.NextBelow(bytes.Length)];
            case 2:
                return [.. bytes, .. bytes.AsSpan(random.NextBelow(bytes.Length))];
            case 3:
                // What a length could say at its worst, anywhere.
                ReadOnlySpan<int> lengths = [-1, int.MinValue, int.MaxValue, bytes.Length, 1 << 24];
                var at = random.NextBelow(Math.Max(1, bytes.Length - 4));
                if (bytes.Length >= at + 4)
                    BitConverter.TryWriteBytes(bytes.AsSpan(at), lengths[random.NextBelow(lengths.Length)]);
                return bytes;
            default:
                for (var flips = 1 + random.NextBelow(8); flips > 0; flips--)
                    bytes[random.NextBelow(bytes.Length)] = (byte)random.NextBelow(256);
                return bytes;
        }
    }

    private static IEnumerable<(byte[], Action<byte[]>)> MakeOriginals()
    {
        var writer = new ByteWriter();
        var random = new PCG(1, 2024);
        foreach (var kind in Enum.GetValues<EventKind>().Where(kind => kind != EventKind.None))
        {
            for (var copies = 0; copies < 4; copies++)
            {
                EventCodec.Write(writer.Clear(), AnyEvent.Of(kind).Generate(random, null, out _));
                yield return (writer.Written.ToArray(), ReadEvent);
            }
        }

        var intents = new IntentBuffer();
        for (var copies = 0; copies < 4; copies++)
            intents.Add(AnyEvent.IntentOf(IntentKind.Enter).Generate(random, null, out _));
        IntentCodec.Write(writer.Clear(), intents[0]);
        yield return (writer.Written.ToArray(), bytes => Read(bytes, IntentCodec.Read));
        JournalCommit.Write(writer.Clear(), 7, 9, intents, new byte[300]);
        yield return (writer.Written.ToArray(), bytes => Read(bytes, JournalCommit.Read));
        new JournalHeader("simulated-first-paper", 3, 2, [.. new byte[32]], "a set-up").Write(writer.Clear());
        yield return (writer.Written.ToArray(), bytes => Read(bytes, JournalHeader.Read));
        JournalRefusal.Write(writer.Clear(), 5, Verdict.Refused(Rule.Cooldown));
        yield return (writer.Written.ToArray(), bytes => Read(bytes, JournalRefusal.Read));
    }

    private static void ReadEvent(byte[] bytes)
    {
        var reader = new ByteReader(bytes);
        var e = EventCodec.Read(ref reader);
        reader.End();

        // What was taken for an event can be written as one.
        var writer = new ByteWriter();
        EventCodec.Write(writer, e);
        Assert.True(writer.Length > 0);
    }

    private static void Read<T>(byte[] bytes, JournalReader.ReadRecord<T> read)
    {
        var reader = new ByteReader(bytes);
        read(ref reader);
        reader.End();
    }
}
