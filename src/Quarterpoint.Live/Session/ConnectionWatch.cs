using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;

namespace Quarterpoint.Live.Session;

/// <summary>
/// Which connections of a link are down, when each is tried again, and which have come back without the engine knowing yet: it is told only
/// once what was missed meanwhile is known, for until then nothing may open.
/// </summary>
internal sealed class ConnectionWatch
{
    private static readonly Connection[] Kinds = Enum.GetValues<Connection>();
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Timestamp[] _tryAt = new Timestamp[Kinds.Length];
    private readonly int[] _tries = new int[Kinds.Length];
    private uint _down;
    private uint _back;

    /// <summary>Whether requests have a way to the venue, as far as is known.</summary>
    public bool CanAsk => (_down & ~_back & Bit(Connection.Rest)) == 0;

    /// <summary>Whether any has come back without the engine knowing.</summary>
    public bool AnyBack => _back != 0;

    /// <summary>Whether it is down, or has come back without the engine knowing.</summary>
    public bool IsDown(Connection which) => (_down & Bit(which)) != 0;

    /// <summary>
    /// True where it is news to the engine; else an attempt to bring it back has failed, or it broke again before anything was asked.
    /// </summary>
    public bool NoteDown(Connection which, Timestamp now)
    {
        var isNews = (_down & Bit(which)) == 0;
        _down |= Bit(which);
        _back &= ~Bit(which);
        if (isNews)
            (_tries[(int)which], _tryAt[(int)which]) = (0, now);
        return isNews;
    }

    /// <summary>False where it has not been down.</summary>
    public bool NoteUp(Connection which)
    {
        if ((_down & Bit(which)) == 0)
            return false;
        _back |= Bit(which);
        return true;
    }

    /// <summary>The next connection that is to be tried now: at once when it breaks, then after 1, 2, 4, 8, 16, and 30 seconds.</summary>
    public bool TryNext(Timestamp now, out Connection which)
    {
        foreach (var kind in Kinds)
        {
            if ((_down & ~_back & Bit(kind)) == 0 || _tryAt[(int)kind] > now)
                continue;
            var pause = TimeSpan.FromSeconds(1 << Math.Min(_tries[(int)kind]++, 5));
            _tryAt[(int)kind] = now + (pause < LongestPause ? pause : LongestPause);
            which = kind;
            return true;
        }

        which = default;
        return false;
    }

    /// <summary>Those that have come back; from here on they are up.</summary>
    public IReadOnlyList<Connection> TakeBack()
    {
        List<Connection> back = [.. Kinds.Where(kind => (_back & Bit(kind)) != 0)];
        (_down, _back) = (_down & ~_back, 0);
        return back;
    }

    private static uint Bit(Connection which) => 1u << (int)which;
}
