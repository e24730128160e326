using System.Collections.Immutable;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>When entries were sent: what the conduct guard counts (SPEC N17).</summary>
public sealed class EntryPace
{
    /// <summary>How many entries are remembered, and so the most that an hour may have.</summary>
    public const int Remembered = 30;

    private const long HourNanos = 3_600 * Timestamp.NanosPerSecond;

    private readonly Timestamp[] _sent = new Timestamp[Remembered];
    private int _next;
    private int _today;

    /// <summary>Entries sent on this trading day.</summary>
    public int Today => _today;

    /// <summary>Those remembered, the oldest first.</summary>
    public ImmutableArray<Timestamp> Recent
    {
        get
        {
            var recent = ImmutableArray.CreateBuilder<Timestamp>();
            for (var i = 0; i < Remembered; i++)
            {
                if (_sent[(_next + i) % Remembered] is var sent && sent != default)
                    recent.Add(sent);
            }

            return recent.ToImmutable();
        }
    }

    /// <summary>
    /// Why an entry must wait, or no refusal. Each wait is over at exactly its length: two seconds or an hour later to the nanosecond is
    /// allowed.
    /// </summary>
    public Verdict Check(Timestamp now, PaceLimits limits)
    {
        var last = Back(1);
        if (last != default && now < last.AddSeconds(limits.SecondsBetweenEntries))
            return Verdict.Refuse(
                Rule.EntrySpacing,
                (now - last).Ticks * Timestamp.NanosPerTick,
                limits.SecondsBetweenEntries * Timestamp.NanosPerSecond
            );
        if (_today >= limits.EntriesADay)
            return Verdict.Refuse(Rule.EntriesToday, _today, limits.EntriesADay);
        var first = Back(limits.EntriesAnHour);
        if (first != default && now.Nanoseconds < first.Nanoseconds + HourNanos)
            return Verdict.Refuse(Rule.EntriesThisHour, limits.EntriesAnHour, limits.EntriesAnHour);
        return default;
    }

    /// <summary>An entry is sent now.</summary>
    public void Note(Timestamp now)
    {
        _sent[_next] = now;
        _next = (_next + 1) % Remembered;
        _today++;
    }

    public void BeginDay() => _today = 0;

    /// <summary>Continues from a saved state: the last entries, the oldest first, and the count of the day.</summary>
    public void Restore(ImmutableArray<Timestamp> recent, int today)
    {
        Array.Clear(_sent);
        _next = 0;
        foreach (var sent in recent)
        {
            _sent[_next] = sent;
            _next = (_next + 1) % Remembered;
        }

        _today = today;
    }

    public void Archive(StateArchive archive)
    {
        archive.Values(_sent.AsSpan());
        archive.Value(ref _next);
        archive.Value(ref _today);
    }

    /// <summary>The entry so many before the next one; the epoch where there were not as many.</summary>
    private Timestamp Back(int count) => _sent[(_next - count + Remembered) % Remembered];
}
