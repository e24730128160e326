using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Live.State;

/// <summary>
/// The account's state once more, as a plain file that a person can read: one beside the store and one in the user's own folder. They say
/// that an account is known, and what was known last, where the store is gone (SPEC R21). They never count as proof by themselves.
/// </summary>
internal static class AccountMirror
{
    public static byte[] Of(AccountKey key, StoredState state, RiskState risk)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("account", key.ToString());
            json.WriteNumber("commit", state.Commit);
            json.WriteNumber("epoch", state.Epoch);
            json.WriteString("at", state.At.ToString());
            json.WriteNumber("atNanoseconds", state.At.Nanoseconds);
            json.WriteNumber("balance", risk.Balance.InDollars);
            json.WriteNumber("highWater", risk.HighWater.InDollars);
            json.WriteString("latches", string.Join(", ", risk.Latches.Select(held => held.Latch.ToString())));
            json.WriteBase64String("risk", state.Risk.AsSpan());
            json.WriteString("sha256", HashOf(key, state));
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>The state it tells, or null where it was changed or is another account's.</summary>
    public static StoredState? Read(byte[] text, AccountKey key)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var state = new StoredState(
                root.GetProperty("commit").GetInt64(),
                root.GetProperty("epoch").GetInt32(),
                false,
                [.. root.GetProperty("risk").GetBytesFromBase64()],
                new Timestamp(root.GetProperty("atNanoseconds").GetInt64())
            );
            if (root.GetProperty("account").GetString() != key.ToString() || root.GetProperty("sha256").GetString() != HashOf(key, state))
                return null;
            state.ToRisk();
            return state;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private static string HashOf(AccountKey key, StoredState state) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{key}\n{state.Commit}\n{state.Epoch}\n{state.At.Nanoseconds}\n{Convert.ToHexString(state.Risk.AsSpan())}"
                    )
                )
            )
        );
}
