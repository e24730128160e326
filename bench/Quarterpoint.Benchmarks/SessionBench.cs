using System.Diagnostics;
using System.Net.Sockets;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Paper;
using Quarterpoint.Live.Session;
using Quarterpoint.Live.State;

namespace Quarterpoint.Benchmarks;

/// <summary>
/// Measures what durability costs (SPEC R21, T8), on the disk of the workspace: one transaction of the store, and the session loop's time
/// from the arrival of an event to the moment at which the order that follows is given to the socket, with journal, engine, flush,
/// transaction, and mirrors in between.
/// </summary>
internal sealed class SessionBench : IDisposable
{
    private const int Commits = 2_000;
    private const int Bars = 100_000;
    private const int WarmUp = 200;

    private readonly string _folder;

    public SessionBench(string workspace)
    {
        _folder = Path.Combine(Path.GetFullPath(workspace), "session-" + Environment.ProcessId);
        Directory.CreateDirectory(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A commit such as an entry causes: the account's state with a latch, one intent, and one line of history.</summary>
    public (long Rows, double Seconds, Latency? Latency) Commit()
    {
        using var account = Begin();
        var store = account.Store!;
        var intents = new IntentBuffer();
        var risk = account.Store!.State.ToRisk().With(new HeldLatch(Latch.LossPause, default, Timestamp.Never));
        var ticks = new long[Commits];
        var state = store.State;
        var allocated = 0L;
        for (var i = -WarmUp; i < Commits; i++)
        {
            intents.Clear();
            intents.Add(
                Intent.FromJournal(
                    new JournalledIntent
                    {
                        Kind = IntentKind.Enter,
                        RequestId = WarmUp + i + 1,
                        Tag = WarmUp + i + 1,
                        Size = 1,
                        RaisesRisk = true,
                    }
                )
            );
            state = state with { Commit = state.Commit + 1, Risk = [.. risk.ToBytes()] };
            if (i == 0)
                allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            store.Commit(state, intents, [new HistoryEntry(0, default, "pause", "three losses in a row")]);
            if (i >= 0)
                ticks[i] = Stopwatch.GetTimestamp() - started;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (Commits, ticks.Sum() / (double)Stopwatch.Frequency, Latency.Of(ticks, allocated));
    }

    /// <summary>
    /// A session at a venue behind a socket that is always in a position or entering one; its limits are checked and never reached.
    /// </summary>
    public (long Rows, double Seconds, Latency? Latency) EventToSend()
    {
        using var account = Begin();
        var path = Path.Combine(Path.GetTempPath(), $"qp-bench-{Environment.ProcessId}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var over = new CancellationTokenSource();
        var tape = RandomWalk.Make(Bars, 1);
        using var venue = new PaperVenue(
            new PaperVenueSettings
            {
                Venue = new()
                {
                    Instrument = EngineBench.Mes,
                    BarSeconds = 1,
                    News = NewsCalendar.None,
                },
                Tape = () => [tape],
                TapeId = "walk",
            },
            listener,
            over.Token
        );
        var serving = Task.Factory.StartNew(venue.Serve, TaskCreationOptions.LongRunning);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        var mailbox = new Mailbox();
        using var link = new TimedLink(new PaperLink(socket, "walk", mailbox));
        var settings = new SessionSettings { Setup = "always in", MakeEngine = _ => EngineBench.AlwaysInEngine(EngineBench.FarLimits) };
        var started = Stopwatch.GetTimestamp();
        using (var loop = new SessionLoop(account, settings, link, mailbox))
        {
            var outcome = loop.Run(account.Open(), CancellationToken.None);
            if (!outcome.IsFlat || outcome.Trades < WarmUp)
                throw new InvalidOperationException($"The session did not end flat with at least {WarmUp} trades: {outcome}");
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        link.Inner.SayGoodbye();
        serving.Wait(TimeSpan.FromSeconds(10));
        File.Delete(path);
        var ticks = link.Ticks.Skip(WarmUp).ToArray();
        return (ticks.Length, seconds, Latency.Of(ticks, null));
    }

    private AccountFolder Begin()
    {
        var account = AccountFolder.Take(
            Path.Combine(_folder, "state"),
            AccountKey.Of("simulated", "bench", TradingMode.Paper),
            Path.Combine(_folder, "home")
        );
        account.Begin(
            new StoredState(1, 0, false, [.. RiskState.Fresh(EngineBench.FarLimits.Capital).ToBytes()], default),
            [new HistoryEntry(0, default, "init", "bench")]
        );
        return account;
    }

    /// <summary>
    /// Measures the time from the end of a wait, when something has arrived, to the first entry that is sent because of it.
    /// </summary>
    private sealed class TimedLink(PaperLink inner) : ITapeLink
    {
        private long _arrived;

        public PaperLink Inner => inner;

        public List<long> Ticks { get; } = new(Bars);

        public VenueWelcome Connect(Timestamp knownUpTo) => inner.Connect(knownUpTo);

        public void Send(in Intent intent, long seq)
        {
            if (intent.Kind == IntentKind.Enter && _arrived != 0)
                Ticks.Add(Stopwatch.GetTimestamp() - _arrived);
            _arrived = 0;
            inner.Send(intent, seq);
        }

        public void Wait(TimeSpan atMost)
        {
            inner.Wait(atMost);
            _arrived = Stopwatch.GetTimestamp();
        }

        public void Ready() => inner.Ready();

        public void EndTurn(Timestamp nextDeadline) => inner.EndTurn(nextDeadline);

        public void FlattenNow(string reason) => inner.FlattenNow(reason);

        public void Dispose() => inner.Dispose();
    }
}
