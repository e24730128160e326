using System.Collections.Immutable;
using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Live.Journal;

/// <summary>What a record of the journal is. The numbers stand in files.</summary>
internal enum RecordKind : byte
{
    None,

    /// <summary>Whose journal this is, and all that is needed to make its engine again.</summary>
    Header,

    /// <summary>The engine as it stood when the file was begun.</summary>
    Snapshot,

    /// <summary>Something happened; written before the engine is told.</summary>
    Event,

    /// <summary>What the engine wants done, with the risk state that goes with it; durable before any of it is sent.</summary>
    Commit,

    /// <summary>An entry was refused, by which rule and with what numbers.</summary>
    Refusal,

    /// <summary>Something that the program did or met, in words.</summary>
    Note,

    /// <summary>The session came to its end, and why.</summary>
    End,
}

/// <summary>The first record of a file.</summary>
/// <param name="Account">Venue, account, and mode.</param>
/// <param name="Epoch">Which start of the account this is.</param>
/// <param name="File">Its place among the files of that start, from 1.</param>
/// <param name="Previous">The last hash of the file before; zeros for the first.</param>
/// <param name="Setup">Instrument, settings, and rule, as the program that made it words them.</param>
internal sealed record JournalHeader(string Account, int Epoch, int File, ImmutableArray<byte> Previous, string Setup)
{
    /// <summary>The form of the records. Another one is another program's.</summary>
    public const int Version = 1;

    public void Write(ByteWriter to) => to.Int(Version).Text(Account).Int(Epoch).Int(File).Bytes(Previous.AsSpan()).Text(Setup);

    /// <exception cref="InvalidDataException">The bytes are no header, or of another version.</exception>
    public static JournalHeader Read(ref ByteReader from)
    {
        var version = from.Int();
        if (version != Version)
            throw new InvalidDataException($"a journal of version {version}; this program reads version {Version}");
        return new JournalHeader(from.Text(), from.Int(), from.Int(), [.. from.Bytes()], from.Text());
    }
}

/// <param name="Number">Grows by one with each; the store has the same.</param>
/// <param name="Cause">Seq of the event that led to it.</param>
/// <param name="Intents">In the order in which they are sent.</param>
/// <param name="Risk">The risk state after the event.</param>
internal sealed record JournalCommit(long Number, long Cause, ImmutableArray<Intent> Intents, ImmutableArray<byte> Risk)
{
    public static void Write(ByteWriter to, long number, long cause, IntentBuffer intents, ReadOnlySpan<byte> risk)
    {
        to.Long(number).Long(cause).Int(intents.Count);
        for (var i = 0; i < intents.Count; i++)
            IntentCodec.Write(to, intents[i]);
        to.Bytes(risk);
    }

    /// <exception cref="InvalidDataException">The bytes are no commit.</exception>
    public static JournalCommit Read(ref ByteReader from)
    {
        var (number, cause) = (from.Long(), from.Long());
        var intents = ImmutableArray.CreateBuilder<Intent>();
        for (var left = from.Count(IntentCodec.Size); left > 0; left--)
            intents.Add(IntentCodec.Read(ref from));
        return new JournalCommit(number, cause, intents.ToImmutable(), [.. from.Bytes()]);
    }
}

/// <summary>A refusal as the journal keeps it (SPEC R22).</summary>
internal readonly record struct JournalRefusal(long Cause, Rule Rule, long Observed, long Limit, Rule Binding)
{
    public static void Write(ByteWriter to, long cause, in Verdict verdict) =>
        to.Long(cause).Byte((byte)verdict.Rule).Long(verdict.Observed).Long(verdict.Limit).Byte((byte)verdict.Binding);

    /// <exception cref="InvalidDataException">The bytes are no refusal.</exception>
    public static JournalRefusal Read(ref ByteReader from) =>
        new(from.Long(), from.Choice<Rule>(), from.Long(), from.Long(), from.Choice<Rule>());
}
