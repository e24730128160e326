using Quarterpoint.Core;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>The files of a session hang together by hash and by the engine's state; a replay names what does not (SPEC N12).</summary>
[Trait("Spec", "N12")]
public sealed class JournalJoints : IDisposable
{
    private readonly SessionBench _bench = new SessionBench().Begin();
    private readonly string _first;
    private readonly string _second;

    public JournalJoints()
    {
        _bench.Run();
        (_first, _second) = (Path.Combine(_bench.JournalFolder, "000001-0001.qpj"), Path.Combine(_bench.JournalFolder, "000001-0002.qpj"));
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Whole_it_replays_to_the_same_and_each_file_by_itself()
    {
        var whole = Replay(_bench.JournalFolder);
        var (first, second) = (Replay(_first), Replay(_second));
        Assert.Equal((2, whole.Events, true), (whole.Files, first.Events + second.Events, whole.HasEnded));
        Assert.Equal((false, true), (first.HasEnded, second.HasEnded));
        Assert.True(whole.Refusals > 0 && whole.Intents > 15);
    }

    /// <summary>Every byte of the second file, and some of the first: with the engine behind it nothing is let through either.</summary>
    [Fact]
    public void A_flipped_byte_anywhere_is_found_and_names_its_file()
    {
        foreach (var (path, step) in ((string, int)[])[(_first, 211), (_second, 97)])
        {
            var bytes = File.ReadAllBytes(path);
            for (var at = 0; at < bytes.Length; at += step)
            {
                bytes[at] ^= 0x10;
                File.WriteAllBytes(path, bytes);
                Assert.Equal(path, Assert.Throws<BadInputException>(() => Replay(_bench.JournalFolder)).File);
                bytes[at] ^= 0x10;
            }

            File.WriteAllBytes(path, bytes);
        }

        Assert.Equal(2, Replay(_bench.JournalFolder).Files);
    }

    [Fact]
    public void A_first_file_that_was_taken_away_is_missed()
    {
        File.Delete(_first);
        Assert.Contains(
            "000001-0002.qpj",
            Assert.Throws<BadInputException>(() => Replay(_bench.JournalFolder)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_goes_on_from_another_one_is_none_of_this_session()
    {
        using var other = new SessionBench { Rule = () => new Testing.WishfulRule(6, 0.3) }.Begin();
        other.Run();
        File.Copy(Path.Combine(other.JournalFolder, "000001-0002.qpj"), _second, overwrite: true);
        var found = Assert.Throws<BadInputException>(() =>
            JournalReplay.Run(
                _bench.JournalFolder,
                setup => new Core.Trading.TradingEngine(SessionBench.Engine, new Testing.WishfulRule(6, 0.3)),
                default
            )
        );
        Assert.NotEqual("", found.File);
    }

    [Fact]
    public void A_file_in_the_midst_that_ends_within_a_record_is_no_file_of_a_crash()
    {
        using (var stream = new FileStream(_first, FileMode.Open))
            stream.SetLength(stream.Length - 5);
        var found = Assert.Throws<BadInputException>(() => Replay(_bench.JournalFolder));
        Assert.Equal(_first, found.File);
        Assert.Contains("within a record", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_file_may_end_within_a_record_and_says_so()
    {
        using (var stream = new FileStream(_second, FileMode.Open))
            stream.SetLength(stream.Length - 5);
        Assert.True(Replay(_bench.JournalFolder).IsTorn);
    }

    /// <summary>Sealed anew by somebody who knows how: the engine says that it was not there.</summary>
    [Fact]
    public void A_state_that_the_engine_was_never_in_is_found()
    {
        JournalHeader header;
        long seq,
            commit;
        byte[] state;
        using (var reader = new JournalReader(_second))
        {
            header = reader.Header;
            Assert.True(reader.Next());
            (seq, commit, state) = reader.Read((ref ByteReader from) => (from.Long(), from.Long(), from.Bytes().ToArray()));
        }

        var before = new Core.Trading.TradingEngine(SessionBench.Engine, _bench.Rule());
        foreach (
            var (forged, why) in ((byte[], string)[])
                [(before.SaveState(), "another first state"), ([.. state[..^1], (byte)(state[^1] ^ 1)], "what no engine takes")]
        )
        {
            JournalWriter.Begin(DiskFiles.Real, _bench.JournalFolder, header, seq, commit, forged).Dispose();
            var found = Assert.Throws<BadInputException>(() => Replay(_bench.JournalFolder));
            Assert.Equal(_second, found.File);
            Assert.Contains(why, found.Message, StringComparison.Ordinal);
        }
    }

    private ReplayReport Replay(string path) => JournalReplay.Run(path, _bench.MakeEngine, TestContext.Current.CancellationToken);
}
