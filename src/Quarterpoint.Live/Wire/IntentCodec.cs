using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.Orders;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Wire;

/// <summary>Intents as bytes and back.</summary>
internal static class IntentCodec
{
    /// <summary>How many bytes one intent takes.</summary>
    public const int Size = 64;

    public static void Write(ByteWriter to, in Intent intent)
    {
        var i = intent.ToJournal();
        to.Byte((byte)i.Kind)
            .Byte(i.Contract)
            .Byte((byte)i.Role)
            .Byte((byte)i.Type)
            .Side(i.Side)
            .Byte((byte)i.Query)
            .Byte((byte)i.Rule)
            .Flag(i.RaisesRisk)
            .Int(i.Size)
            .Int(i.Price.InTicks)
            .Int(i.Stop.Count)
            .Int(i.Target.Count)
            .Long(i.RequestId)
            .Long(i.Cause)
            .Long(i.Tag)
            .Long(i.VenueOrderId)
            .Long(i.ParentTag);
    }

    /// <exception cref="InvalidDataException">The bytes are no intent, or one that contradicts itself.</exception>
    public static Intent Read(ref ByteReader from) =>
        Intent.FromJournal(
            new JournalledIntent
            {
                Kind = from.Choice<IntentKind>(),
                Contract = from.Byte(),
                Role = from.Choice<OrderRole>(),
                Type = from.Choice<OrderType>(),
                Side = from.Side(),
                Query = from.Choice<QueryKind>(),
                Rule = from.Choice<Rule>(),
                RaisesRisk = from.Flag(),
                Size = from.Int(),
                Price = new Price(from.Int()),
                Stop = new Ticks(from.Int()),
                Target = new Ticks(from.Int()),
                RequestId = from.Long(),
                Cause = from.Long(),
                Tag = from.Long(),
                VenueOrderId = from.Long(),
                ParentTag = from.Long(),
            }
        );
}
