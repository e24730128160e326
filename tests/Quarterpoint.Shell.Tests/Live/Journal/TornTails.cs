using Quarterpoint.Core;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;
using Quarterpoint.Shell.Tests.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Journal;

/// <summary>
/// What a crash leaves is not what a forger leaves: a record that was being written is cut off, and the journal goes on (RELIABILITY F10).
/// </summary>
[Trait("Spec", "T9")]
public sealed class TornTails : IDisposable
{
    private readonly QuickFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_journal_that_ends_anywhere_within_its_last_records_is_torn_and_no_worse()
    {
        var journal = SmallJournal.Write(_folder.Root);
        var whole = SmallJournal.Read(journal.Path);
        for (var length = (int)journal.Records[2]; length <= journal.Bytes.Length; length++)
        {
            var left = SmallJournal.Read(journal.WithBytes(journal.Bytes[..length]), out var isTorn);
            var isBoundary = length == journal.Bytes.Length || journal.Records.Contains(length);
            Assert.True(isTorn == !isBoundary, $"{length} bytes");
            Assert.Equal(journal.Records.Count(start => start < length) - (isTorn ? 1 : 0), left.Count);
            for (var i = 0; i < left.Count; i++)
                Assert.Equal(whole[i].Payload, left[i].Payload);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10_000)]
    public void Zeros_behind_the_last_record_are_what_a_file_system_leaves(int zeros)
    {
        var journal = SmallJournal.Write(_folder.Root);
        var path = journal.WithBytes([.. journal.Bytes, .. new byte[zeros]]);
        Assert.Equal(journal.Records.Count, SmallJournal.Read(path, out var isTorn).Count);
        Assert.True(isTorn);
    }

    [Fact]
    public void Something_behind_zeros_is_damage()
    {
        var journal = SmallJournal.Write(_folder.Root);
        var found = Assert.Throws<BadInputException>(() => SmallJournal.Read(journal.WithBytes([.. journal.Bytes, .. new byte[5_000], 1])));
        Assert.Equal(journal.Records.Count + 1, found.Row);
    }

    [Fact]
    public void A_torn_journal_goes_on_behind_its_last_whole_record()
    {
        var journal = SmallJournal.Write(_folder.Root);
        var last = (int)journal.Records[^1];
        for (var torn = 1; torn < journal.Bytes.Length - last; torn += 5)
        {
            var path = journal.WithBytes(journal.Bytes[..(last + torn)]);
            long length;
            byte[] head;
            using (var reader = new JournalReader(path))
            {
                while (reader.Next()) { }

                (length, head) = (reader.Length, reader.Head.ToArray());
            }

            using (var writer = JournalWriter.Continue(DiskFiles.Real, path, length, head))
            {
                writer.AppendNote("goes on");
                writer.Append(EngineEvent.Clock(default));
                writer.Sync();
            }

            var read = SmallJournal.Read(path, out var isTorn);
            Assert.False(isTorn);
            Assert.Equal(
                [.. SmallJournal.Read(journal.Path).SkipLast(1).Select(record => record.Kind), RecordKind.Note, RecordKind.Event],
                read.Select(record => record.Kind)
            );
        }
    }

    /// <summary>A file appears whole, by a rename: one that ends within its header was never begun by this program.</summary>
    [Fact]
    public void A_journal_that_ends_within_its_header_is_damaged()
    {
        var journal = SmallJournal.Write(_folder.Root);
        for (var length = JournalFormat.Mark.Length; length < journal.Records[1]; length++)
            Assert.Throws<BadInputException>(() => SmallJournal.Read(journal.WithBytes(journal.Bytes[..length])));
    }

    [Fact]
    public void What_was_written_comes_back_record_by_record()
    {
        CsCheck.PCG random = new(1, 99);
        var events = Enumerable.Range(0, 200).Select(_ => AnyEvent.OfAnyKind.Generate(random, null, out var _)).ToList();
        using (var writer = JournalWriter.Begin(DiskFiles.Real, _folder.Root, SmallJournal.Header, 41, 7, [1, 2, 3]))
        {
            foreach (var e in events)
                writer.Append(e);
        }

        using var reader = new JournalReader(_folder.At("000003-0001.qpj"));
        Assert.Equal(SmallJournal.Header with { Previous = reader.Header.Previous }, reader.Header);
        Assert.True(reader.Next());
        Assert.Equal(
            (41, 7, 3),
            reader.Read((ref Quarterpoint.Live.Wire.ByteReader from) => (from.Long(), from.Long(), from.Bytes().Length))
        );
        foreach (var e in events)
        {
            Assert.True(reader.Next());
            Assert.True(AnyEvent.AreSame(e, reader.Read(Quarterpoint.Live.Wire.EventCodec.Read)));
        }

        Assert.False(reader.Next());
        Assert.False(reader.IsTorn);
        Assert.Equal(new FileInfo(_folder.At("000003-0001.qpj")).Length, reader.Length);
    }
}
