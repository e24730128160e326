using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Live.Journal;

namespace Quarterpoint.Shell.Tests.Live.Journal;

/// <summary>Whoever changes a byte of a journal is found out, and told where (SPEC N12, RELIABILITY F13).</summary>
[Trait("Spec", "N12")]
public sealed class JournalDamage : IDisposable
{
    private readonly QuickFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_flipped_byte_is_found_and_named_by_file_record_and_place()
    {
        var journal = SmallJournal.Write(_folder.Root);
        for (var at = 0; at < journal.Bytes.Length; at++)
        {
            foreach (var flip in (ReadOnlySpan<byte>)[0x01, 0x80, 0xFF])
            {
                byte[] bytes = [.. journal.Bytes];
                bytes[at] ^= flip;
                var path = journal.WithBytes(bytes);
                var found = Assert.Throws<BadInputException>(() => SmallJournal.Read(path));
                Assert.Equal(path, found.File);
                Assert.Contains(path, found.Message, StringComparison.Ordinal);
                if (at < JournalFormat.Mark.Length)
                    continue;

                var record = journal.Records.Count(start => start <= at);
                Assert.True(record == found.Row, $"byte {at}: {found.Message}");
                Assert.Contains(
                    string.Create(CultureInfo.InvariantCulture, $"row {record}, field record at byte {journal.Records[record - 1]}"),
                    found.Message,
                    StringComparison.Ordinal
                );
            }
        }
    }

    [Fact]
    public void Two_records_that_changed_places_are_found()
    {
        var journal = SmallJournal.Write(_folder.Root, events: 6);
        var (bytes, at) = (journal.Bytes, journal.Records);

        // Events 1 and 3 are both bars, so both records are of one length.
        var (first, third) = (bytes[(int)at[2]..(int)at[3]], bytes[(int)at[4]..(int)at[5]]);
        Assert.Equal(first.Length, third.Length);
        third.CopyTo(bytes, at[2]);
        first.CopyTo(bytes, at[4]);
        Assert.Equal(3, Assert.Throws<BadInputException>(() => SmallJournal.Read(journal.WithBytes(bytes))).Row);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_record_that_was_taken_out_is_found(int record)
    {
        var journal = SmallJournal.Write(_folder.Root);
        byte[] bytes = [.. journal.Bytes[..(int)journal.Records[record]], .. journal.Bytes[(int)journal.Records[record + 1]..]];
        Assert.Equal(record + 1, Assert.Throws<BadInputException>(() => SmallJournal.Read(journal.WithBytes(bytes))).Row);
    }

    [Fact]
    public void A_journal_of_another_version_is_not_read()
    {
        var journal = SmallJournal.Write(_folder.Root);
        var record = journal.Bytes[(int)journal.Records[0]..(int)journal.Records[1]];
        record[JournalFormat.PrefixSize]++;
        var resealed = new byte[record.Length];
        JournalWriter.Seal(
            resealed,
            RecordKind.Header,
            record.AsSpan(JournalFormat.PrefixSize..^JournalFormat.HashSize),
            new byte[JournalFormat.HashSize]
        );
        var found = Assert.Throws<BadInputException>(() => SmallJournal.Read(journal.WithBytes([.. JournalFormat.Mark, .. resealed])));
        Assert.Contains("version 2", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("QPJRNL")]
    [InlineData("QPJRNL2\n")]
    [InlineData("time,open,high,low,close\n")]
    public void What_is_no_journal_is_not_read_as_one(string text)
    {
        File.WriteAllText(_folder.At("other.qpj"), text);
        Assert.Contains(
            "a journal of Quarterpoint",
            Assert.Throws<BadInputException>(() => SmallJournal.Read(_folder.At("other.qpj"))).Message,
            StringComparison.Ordinal
        );
    }
}
