using System.Runtime.InteropServices;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>
/// Watches for a kill beside the loop (SPEC R23): the kill file, which the command line makes, and SIGUSR1, which makes the file. The loop
/// sees the file itself; where it does not act within a second, because a disk or anything else holds it up, this tells the venue to cancel
/// and close everything.
/// </summary>
public sealed class KillSwitch : IDisposable
{
    /// <summary>SIGUSR1 on Linux, which .NET has no name for.</summary>
    private const int SigUsr1Linux = 10;
    private const int SigUsr1Mac = 30;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the loop has to act; as often the venue is tried that could not be told.</summary>
    private static readonly TimeSpan LoopMustActWithin = TimeSpan.FromSeconds(1);

    private readonly AccountFolder _account;
    private readonly SessionLoop _loop;
    private readonly IVenueLink _link;
    private readonly Action<string> _alarm;
    private readonly TimeProvider _clock;
    private readonly PosixSignalRegistration? _signal;
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _watch;

    /// <summary>Watches from now on, until it is disposed of.</summary>
    /// <param name="account">Whose kill file is watched.</param>
    /// <param name="loop">The session, which acts first.</param>
    /// <param name="link">The venue, which is told where the session does not act.</param>
    /// <param name="alarm">Hears what a person has to know.</param>
    /// <param name="clock">The clock that the loop's beat is read from; the system's where none is given.</param>
    public KillSwitch(AccountFolder account, SessionLoop loop, IVenueLink link, Action<string> alarm, TimeProvider? clock = null)
    {
        (_account, _loop, _link, _alarm, _clock) = (account, loop, link, alarm, clock ?? TimeProvider.System);
        if (!OperatingSystem.IsWindows())
        {
            _signal = PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? SigUsr1Mac : SigUsr1Linux), context =>
            {
                context.Cancel = true;
                try
                {
                    _account.RequestKill("SIGUSR1");
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // The disk refuses the file; the session has heard it, and what it halts is stored where the store still can.
                }
            });
        }

        _watch = new Thread(Watch) { IsBackground = true, Name = "kill switch" };
        _watch.Start();
    }

    /// <summary>Ends the watch; what it has begun to tell the venue is finished first.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _watch.Join();
        _signal?.Dispose();
        _end.Dispose();
    }

    private void Watch()
    {
        long? seen = null;
        long? tried = null;
        while (!_end.Token.WaitHandle.WaitOne(LooksEvery))
        {
            if (!_account.IsKillAsked)
                continue;
            seen ??= _clock.GetTimestamp();

            // A loop that has taken it closes what is open by itself, as long as it goes on looking at its mail.
            if (_loop.HasKilled && IsRecent(_loop.LastBeat))
                continue;
            if (IsRecent(tried ?? seen.Value))
                continue;
            if (TellVenue(isFirst: tried is null))
                return;
            tried = _clock.GetTimestamp();
        }
    }

    /// <summary>
    /// One attempt to close everything past the loop; a person is called at the first one, and told when it has come through.
    /// </summary>
    private bool TellVenue(bool isFirst)
    {
        if (isFirst)
            _alarm("A kill was asked for and the session does not act: telling the venue to cancel and close everything.");
        try
        {
            _link.FlattenNow("kill");
        }
        catch (VenueLostException e)
        {
            if (isFirst)
                _alarm($"The venue cannot be reached: {e.Message} It is tried again every second. Close the position by hand, now.");
            return false;
        }

        if (!isFirst)
            _alarm("The venue has been told to cancel and close everything. Look at the account.");
        return true;
    }

    private bool IsRecent(long timestamp) => _clock.GetElapsedTime(timestamp) < LoopMustActWithin;
}
