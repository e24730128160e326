using System.Buffers.Binary;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.State;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Live.Journal;

/// <summary>
/// Appends records, each handed to the system in one write before it takes effect, so that it outlives this process. <see cref="Sync"/>
/// makes what was written outlive the machine.
/// </summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly DiskFiles _files;
    private readonly FileStream _stream;
    private readonly ByteWriter _payload = new();
    private readonly byte[] _hash = new byte[JournalFormat.HashSize];
    private byte[] _record = new byte[1024];

    private JournalWriter(DiskFiles files, FileStream stream, string path)
    {
        (_files, _stream, Path) = (files, stream, path);
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The hash of the last record.</summary>
    public ReadOnlySpan<byte> Head => _hash;

    /// <summary>
    /// Begins a file with what its engine is made of and, where it goes on from another file, with the engine as it stands.
    /// </summary>
    /// <param name="seq">Number of the last event before the file.</param>
    /// <param name="commit">Number of the last commit before the file.</param>
    /// <param name="state">The engine's state; empty where the file begins before the first event.</param>
    public static JournalWriter Begin(DiskFiles files, string folder, JournalHeader header, long seq, long commit, ReadOnlySpan<byte> state)
    {
        var path = System.IO.Path.Combine(folder, JournalFormat.FileName(header.Epoch, header.File));
        var draft = new JournalDraft();
        header.Write(draft.Payload);
        draft.Add(RecordKind.Header);
        draft.Payload.Long(seq).Long(commit).Bytes(state);
        draft.Add(RecordKind.Snapshot);
        files.Replace(path, draft.Bytes, sync: true);
        return Continue(files, path, draft.Bytes.Length, draft.Head);
    }

    /// <summary>Goes on behind the last whole record; a torn record behind it is cut away.</summary>
    public static JournalWriter Continue(DiskFiles files, string path, long length, ReadOnlySpan<byte> head)
    {
        var stream = files.OpenToAppend(path);
        var writer = new JournalWriter(files, stream, path);
        head.CopyTo(writer._hash);
        if (stream.Length <= length)
            return writer;
        files.Cut(stream, length);
        stream.Seek(0, SeekOrigin.End);
        return writer;
    }

    public void Append(in EngineEvent e)
    {
        EventCodec.Write(_payload.Clear(), e);
        Append(RecordKind.Event);
    }

    public void AppendCommit(long number, long cause, IntentBuffer intents, ReadOnlySpan<byte> risk)
    {
        JournalCommit.Write(_payload.Clear(), number, cause, intents, risk);
        Append(RecordKind.Commit);
    }

    public void AppendRefusal(long cause, in Verdict verdict)
    {
        JournalRefusal.Write(_payload.Clear(), cause, verdict);
        Append(RecordKind.Refusal);
    }

    public void AppendNote(string text)
    {
        _payload.Clear().Text(text);
        Append(RecordKind.Note);
    }

    public void AppendEnd(string reason)
    {
        _payload.Clear().Text(reason);
        Append(RecordKind.End);
    }

    public void Sync() => _files.Sync(_stream);

    public void Dispose() => _stream.Dispose();

    private void Append(RecordKind kind)
    {
        var payload = _payload.Written;
        var size = JournalFormat.PrefixSize + payload.Length + JournalFormat.HashSize;
        if (_record.Length < size)
            _record = new byte[Math.Max(size, _record.Length * 2)];
        Seal(_record, kind, payload, _hash);
        _files.Write(_stream, _record.AsSpan(0, size));
    }

    /// <summary>Makes a record in place, and the hash the one that the next record builds on.</summary>
    internal static void Seal(Span<byte> record, RecordKind kind, ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], JournalFormat.CheckOf(payload.Length));
        record[8] = (byte)kind;
        payload.CopyTo(record[JournalFormat.PrefixSize..]);
        var end = JournalFormat.PrefixSize + payload.Length;
        JournalFormat.Hash(hash, record[..end], record.Slice(end, JournalFormat.HashSize));
        record.Slice(end, JournalFormat.HashSize).CopyTo(hash);
    }

    /// <summary>The beginning of a file, in memory: it appears on disk whole.</summary>
    private sealed class JournalDraft
    {
        private readonly ByteWriter _whole = new();
        private readonly byte[] _hash = new byte[JournalFormat.HashSize];

        public JournalDraft() => _whole.Raw(JournalFormat.Mark);

        public ByteWriter Payload { get; } = new();

        public ReadOnlySpan<byte> Bytes => _whole.Written;

        public ReadOnlySpan<byte> Head => _hash;

        public void Add(RecordKind kind)
        {
            var record = new byte[JournalFormat.PrefixSize + Payload.Length + JournalFormat.HashSize];
            Seal(record, kind, Payload.Written, _hash);
            _whole.Raw(record);
            Payload.Clear();
        }
    }
}
