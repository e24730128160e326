using Quarterpoint.Core;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Store;

public sealed class DataSetWriterTests : IDisposable
{
    private static readonly SessionCalendar Calendar = SessionCalendar.CmeEquityIndex;

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public void A_set_that_is_not_completed_leaves_nothing()
    {
        using (var writer = Create())
        {
            writer.Append("MESH4", Day(5));
            Assert.NotEmpty(_work.Everything);
        }

        Assert.Empty(_work.Everything);
    }

    /// <summary>The disk fills up at every possible place: in a row group, at a file's end, in the table, in the description.</summary>
    [Fact]
    public void A_full_disk_is_reported_as_such_and_leaves_nothing()
    {
        for (var room = 0L; ; room += 1_500)
        {
            var disk = new SmallDisk(room);
            try
            {
                using var writer = new DataSetWriter(_work.Root, StoreOf.Description(Micro.Mes), Calendar, replace: false, disk.Create);
                writer.Append("MESH4", Day(5));
                writer.Append(
                    "MESM4",
                    [.. Enumerable.Range(0, 130_000).Select(i => StoreOf.Flat(1_709_593_200u + (uint)i, 20_000 + (i * 7 % 1_000)))]
                );
                writer.Append("MESH4", [StoreOf.Flat(StoreOf.Second("2024-03-11 15:00:00"), 20_000)]);
                writer.Complete(StoreOf.ByHand);
                break;
            }
            catch (IOException e)
            {
                Assert.Equal("No space left on device", e.Message);
                Assert.Empty(_work.Everything);
            }

            Assert.True(room < 10_000_000, "the set fits at last");
            if (room > 60_000)
                room += 60_000;
        }

        Assert.Equal(130_024, DataSet.Open(_work.Root, "TEST").Info.Rows);
    }

    [Fact]
    public void A_set_that_exists_is_refused_and_left_as_it_is()
    {
        Write(20_000);
        var before = _work.Everything;
        var e = Assert.Throws<BadInputException>(() => Create());
        Assert.Contains("a new name, or --replace to replace the old set", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, _work.Everything);
    }

    [Fact]
    public void The_old_set_stays_until_the_new_one_is_complete()
    {
        Write(20_000);
        using (var writer = Create(replace: true))
        {
            writer.Append("MESH4", Day(6));
            Assert.Equal(20_000, FirstClose());
        }

        Assert.Equal(20_000, FirstClose());
        using (var writer = Create(replace: true))
        {
            writer.Append("MESH4", StoreOf.Hourly(TradingDay.On(2024, 3, 6), 20_777, 1));
            writer.Complete(StoreOf.ByHand);
        }

        Assert.Equal(20_777, FirstClose());
        Assert.Equal([_work.At("data", "TEST")], Directory.GetFileSystemEntries(_work.At("data")));
    }

    [Fact]
    public void A_second_writer_of_the_same_set_is_refused()
    {
        using var first = Create();
        Assert.Contains("another process", Assert.Throws<BadInputException>(() => Create()).Message, StringComparison.Ordinal);
        first.Append("MESH4", Day(5));
        first.Complete(StoreOf.ByHand);
    }

    [Fact]
    public void What_a_crash_left_behind_is_cleared_away()
    {
        _work.Write("data/.TEST.new/MESH4/2024/2024-03.parquet", "half");
        Write(20_000);
        Assert.Equal([_work.At("data", "TEST")], Directory.GetFileSystemEntries(_work.At("data")));
    }

    [Fact]
    public void A_crash_between_the_two_renamings_of_a_replacement_loses_no_set()
    {
        Write(20_000);
        Directory.Move(_work.At("data", "TEST"), _work.At("data", ".TEST.old"));
        Assert.Equal(20_000, FirstClose());

        Directory.Move(_work.At("data", "TEST"), _work.At("data", ".TEST.old"));
        Assert.Throws<BadInputException>(() => Create());
        Assert.Equal(20_000, FirstClose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../elsewhere")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_set_name_that_cannot_be_a_folder_is_refused(string name)
    {
        Assert.Throws<BadInputException>(() =>
            DataSetWriter.Create(_work.Root, StoreOf.Description(Micro.Mes, name), Calendar, replace: false)
        );
        Assert.Throws<BadInputException>(() => DataSet.Open(_work.Root, name));
    }

    [Fact]
    public void Misuse_of_the_writer_is_a_broken_invariant()
    {
        using var writer = Create();
        writer.Append("MESH4", Day(5));
        Assert.Throws<InvariantException>(() => writer.Append("MESH4", Day(5)));
        Assert.Throws<InvariantException>(() => writer.Append(null, Day(6)));
        Assert.Throws<InvariantException>(() => writer.Append("NQH4", Day(6)));
        Assert.Throws<InvariantException>(() => writer.Append("MESH4", Day(6), [1], [1]));
        Assert.Throws<InvariantException>(() => writer.Append("MESM4", [new(1_709_593_200, new(4), new(3), new(5), new(4), 1)]));
    }

    [Fact]
    public void A_set_without_a_bar_is_refused()
    {
        using (var writer = Create())
            Assert.Throws<InvariantException>(() => writer.Complete(StoreOf.ByHand));
        Assert.Empty(_work.Everything);
    }

    private static Core.MarketData.Bar[] Day(int day) => StoreOf.Hourly(TradingDay.On(2024, 3, day), 20_000, 1);

    private DataSetWriter Create(bool replace = false) =>
        DataSetWriter.Create(_work.Root, StoreOf.Description(Micro.Mes), Calendar, replace);

    private void Write(int price)
    {
        using var writer = Create();
        writer.Append("MESH4", StoreOf.Hourly(TradingDay.On(2024, 3, 5), price, 1));
        writer.Complete(StoreOf.ByHand);
    }

    private int FirstClose() =>
        DataSet
            .Open(_work.Root, "TEST")
            .LoadContinuous(Calendar, new Core.MarketData.RollRule.ByVolume(), cancellation: TestContext.Current.CancellationToken)
            .Close[0];
}

/// <summary>A disk with room for the given number of bytes.</summary>
internal sealed class SmallDisk(long room)
{
    private long _room = room;

    public Stream Create(string path) => new Full(this, File.Create(path));

    private sealed class Full(SmallDisk disk, FileStream file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (disk._room < buffer.Length)
                throw new IOException("No space left on device");
            disk._room -= buffer.Length;
            file.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                file.Dispose();
            base.Dispose(disposing);
        }
    }
}
