using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Shell.Tests.Live.Wire;

/// <summary>What is written comes back, every bit of it: a journal is worth as much as its codec.</summary>
[Trait("Spec", "T9")]
[Trait("Spec", "N12")]
public sealed class CodecRoundTrips
{
    public static TheoryData<EventKind> EventKinds => [.. Enum.GetValues<EventKind>().Where(kind => kind != EventKind.None)];

    [Theory]
    [MemberData(nameof(EventKinds))]
    public void An_event_of_every_kind_comes_back_as_it_was(EventKind kind) =>
        AnyEvent
            .Of(kind)
            .Sample(
                e =>
                {
                    var bytes = BytesOf(e);
                    var reader = new ByteReader(bytes);
                    var back = EventCodec.Read(ref reader);
                    reader.End();
                    Assert.True(AnyEvent.AreSame(e, back));
                    Assert.Equal(bytes, BytesOf(back));
                },
                iter: 2_000
            );

    [Fact]
    public void An_intent_of_every_kind_comes_back_as_it_was_and_has_one_size() =>
        Gen.Enum<IntentKind>()
            .SelectMany(AnyEvent.IntentOf)
            .Sample(
                intent =>
                {
                    var writer = new ByteWriter();
                    IntentCodec.Write(writer, intent);
                    Assert.Equal(IntentCodec.Size, writer.Length);
                    var reader = new ByteReader(writer.Written);
                    Assert.Equal(intent, IntentCodec.Read(ref reader));
                    reader.End();
                },
                iter: 10_000
            );

    /// <summary>
    /// Numbers that stand in files are not given to another meaning: the first bytes of a journal of today are read by tomorrow's program.
    /// </summary>
    [Fact]
    public void The_bytes_of_an_event_are_the_ones_written_down_here()
    {
        var e = EngineEvent.Sent(
            new Core.Time.Timestamp(0x0102030405060708),
            new SendResultFacts(0x1112131415161718, SendOutcome.Unknown, 0x21, -2)
        );
        e.Stamp(e.Time, 0x31);
        Assert.Equal(
            "0A"
                + "00"
                + "0000"
                + "00000000"
                + "3100000000000000"
                + "0807060504030201"
                + "1817161514131211"
                + "03"
                + "2100000000000000"
                + "FEFFFFFF",
            Convert.ToHexString(BytesOf(e))
        );

        var writer = new ByteWriter();
        IntentCodec.Write(
            writer,
            Intent.FromJournal(
                new JournalledIntent
                {
                    Kind = IntentKind.Enter,
                    Contract = 2,
                    Role = OrderRole.Entry,
                    Type = OrderType.Market,
                    Side = Core.Instruments.Side.Sell,
                    Rule = Rule.Signal,
                    RaisesRisk = true,
                    Size = 1,
                    RequestId = 5,
                    Cause = 6,
                    Tag = 7,
                }
            )
        );
        Assert.Equal(
            "01"
                + "02"
                + "01"
                + "01"
                + "02"
                + "00"
                + "01"
                + "01"
                + "01000000"
                + "00000000"
                + "00000000"
                + "00000000"
                + "0500000000000000"
                + "0600000000000000"
                + "0700000000000000"
                + "0000000000000000"
                + "0000000000000000",
            Convert.ToHexString(writer.Written)
        );
    }

    private static byte[] BytesOf(in EngineEvent e)
    {
        var writer = new ByteWriter();
        EventCodec.Write(writer, e);
        return writer.Written.ToArray();
    }
}
