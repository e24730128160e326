using System.Collections.Concurrent;
using Quarterpoint.Shell.Tests.Live.Faults;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// The Nth operation of a session on its disk fails, in every way that a disk fails (RELIABILITY F10 to F12). The usual run takes every
/// operation of the session's beginning, up to its first trades, and every few operations of the rest, beginning elsewhere for each way;
/// the whole grid is run when it is asked for.
/// </summary>
[Trait("Spec", "R21")]
[Trait("Spec", "N3")]
public sealed class DiskFaultGrid(ITestOutputHelper output)
{
    /// <summary>Operations at the beginning that are all tried: opening, the start's own commit, the first trade.</summary>
    private const int Beginning = 66;
    private const int Step = 17;

    private static readonly (string Name, bool CountsStore, Func<long, Action<string, byte[]>, FaultyDisk> Disk)[] Ways =
    [
        ("store: an error once", true, (at, told) => FaultyDisk.UnderStore(new Fault(at), told)),
        ("store: errors from then on", true, (at, told) => FaultyDisk.UnderStore(new Fault(at) { Forever = true }, told)),
        ("store: disk full from then on", true, (at, told) =>
            FaultyDisk.UnderStore(new Fault(at) { Code = Fault.Full, Forever = true }, told)
        ),
        ("store: a short write once", true, (at, told) => FaultyDisk.UnderStore(new Fault(at, FaultKind.ShortWrite), told)),
        ("store: read-only from then on", true, (at, told) =>
            FaultyDisk.UnderStore(new Fault(at) { Code = Fault.ReadOnly, Forever = true }, told)
        ),
        ("store: a torn write, and no power", true, (at, told) => FaultyDisk.UnderStore(new Fault(at, FaultKind.TornWrite), told)),
        ("store: no power", true, (at, told) => FaultyDisk.UnderStore(new Fault(at, FaultKind.PowerLoss), told)),
        ("files: an error once", false, (at, told) => FaultyDisk.UnderFiles(new FileFault(at), told)),
        ("files: errors from then on", false, (at, told) => FaultyDisk.UnderFiles(new FileFault(at) { Forever = true }, told)),
        ("files: disk full from then on", false, (at, told) =>
            FaultyDisk.UnderFiles(new FileFault(at, FileFaultKind.Full) { Forever = true }, told)
        ),
        ("files: read-only from then on", false, (at, told) =>
            FaultyDisk.UnderFiles(new FileFault(at, FileFaultKind.ReadOnly) { Forever = true }, told)
        ),
        ("files: done, and called failed", false, (at, told) => FaultyDisk.UnderFiles(new FileFault(at, FileFaultKind.Late), told)),
        ("files: no power", false, (at, told) => FaultyDisk.UnderFiles(new FileFault(at, FileFaultKind.PowerLoss), told)),
        ("whole disk: full, the store first", true, (at, told) =>
            FaultyDisk.Whole(new Fault(at) { Code = Fault.Full }, FileFaultKind.Full, told)
        ),
        ("whole disk: full, a file first", false, (at, told) =>
            FaultyDisk.Whole(new FileFault(at, FileFaultKind.Full), new Fault(1) { Code = Fault.Full }, told)
        ),
        ("whole disk: read-only, the store first", true, (at, told) =>
            FaultyDisk.Whole(new Fault(at) { Code = Fault.ReadOnly }, FileFaultKind.ReadOnly, told)
        ),
        ("whole disk: no power, the store first", true, (at, told) =>
            FaultyDisk.Whole(new Fault(at, FaultKind.PowerLoss), FileFaultKind.PowerLoss, told)
        ),
        ("whole disk: no power, a file first", false, (at, told) =>
            FaultyDisk.Whole(new FileFault(at, FileFaultKind.PowerLoss), new Fault(1, FaultKind.PowerLoss), told)
        ),
    ];

    public static TheoryData<string> Names => [.. Ways.Select(way => way.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void After_any_fault_nothing_opens_exits_are_sent_and_the_state_is_the_one_committed_or_refused(string name) =>
        Try(name, isWhole: false);

    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void The_whole_grid(string name) => Try(name, isWhole: true);

    private void Try(string name, bool isWhole)
    {
        var number = Array.FindIndex(Ways, way => way.Name == name);
        var (_, countsStore, disk) = Ways[number];
        var operations = Count(countsStore);
        var points = Enumerable.Range(1, operations).Where(at => isWhole || at <= Beginning || at % Step == number % Step).ToList();
        var results = new ConcurrentDictionary<TrialResult, int>();
        foreach (var at in points)
        {
            try
            {
                results.AddOrUpdate(FaultTrial.Run(told => disk(at, told), stops: at % 2 == 0), 1, (_, count) => count + 1);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}, at operation {at} of {operations}: {e.Message}", e);
            }
        }

        output.WriteLine(
            $"{name}: {points.Count} of {operations} points: "
                + string.Join(", ", results.OrderBy(r => r.Key).Select(r => $"{r.Key} {r.Value}"))
        );
        Assert.Contains(TrialResult.Continued, results.Keys);
    }

    /// <summary>How many operations a session without faults asks for.</summary>
    private static int Count(bool store)
    {
        using var bench = new SessionBench().Begin();
        using var disk = FaultyDisk.Healthy();
        bench.Run(files: disk.Files, vfs: disk.Vfs.Name);
        return store ? disk.Vfs.Calls.Count : disk.Files.Calls.Count;
    }
}
