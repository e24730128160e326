using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;
using Quarterpoint.Live.Wire;
using Quarterpoint.Shell.Tests.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Journal;

/// <summary>A journal with a record of every kind, and where each of them begins.</summary>
internal sealed class SmallJournal
{
    public static readonly JournalHeader Header = new("simulated-first-paper", 3, 1, [.. new byte[JournalFormat.HashSize]], "a set-up");

    private SmallJournal(string path)
    {
        Path = path;
        Records = [.. Read(path).Select(record => record.Start)];
        Bytes = File.ReadAllBytes(path);
    }

    public string Path { get; }

    public byte[] Bytes { get; }

    /// <summary>The first byte of each record, the header first.</summary>
    public IReadOnlyList<long> Records { get; }

    public static SmallJournal Write(string folder, int events = 4)
    {
        var random = new PCG(1, 7);
        using var writer = JournalWriter.Begin(DiskFiles.Real, folder, Header, 0, 0, []);
        var intents = new IntentBuffer();
        intents.Add(AnyEvent.IntentOf(IntentKind.Enter).Generate(random, null, out _));
        for (var i = 0; i < events; i++)
            writer.Append(AnyEvent.Of(i % 2 == 0 ? EventKind.BarClosed : EventKind.Fill).Generate(random, null, out _));
        writer.AppendCommit(1, 2, intents, RiskState.Fresh(default).ToBytes());
        writer.Sync();
        writer.AppendRefusal(2, Verdict.Refused(Rule.Cooldown));
        writer.AppendNote("a note");
        writer.AppendEnd("by hand");
        return new SmallJournal(writer.Path);
    }

    /// <summary>Every whole record, and where it begins; what is not as it was written is thrown.</summary>
    public static IReadOnlyList<(RecordKind Kind, long Start, byte[] Payload)> Read(string path) => Read(path, out _);

    public static IReadOnlyList<(RecordKind Kind, long Start, byte[] Payload)> Read(string path, out bool isTorn)
    {
        using var reader = new JournalReader(path);
        var records = new List<(RecordKind, long, byte[])> { (reader.Kind, JournalFormat.Mark.Length, PayloadOf(reader)) };
        for (var start = reader.Length; reader.Next(); start = reader.Length)
            records.Add((reader.Kind, start, PayloadOf(reader)));
        isTorn = reader.IsTorn;
        return records;
    }

    /// <summary>The same journal under another name, with these bytes.</summary>
    public string WithBytes(byte[] bytes, string name = "damaged.qpj")
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static byte[] PayloadOf(JournalReader reader)
    {
        var payload = reader.Payload;
        var writer = new ByteWriter();
        while (payload.Left > 0)
            writer.Byte(payload.Byte());
        return writer.Written.ToArray();
    }
}
