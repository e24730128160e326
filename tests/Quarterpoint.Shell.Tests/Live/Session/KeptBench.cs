using Quarterpoint.Core.MarketData;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Live.Session;

/// <summary>
/// A bench whose folders can be kept as they are at a moment and put back: in the same place, for a simulated account belongs to where it
/// lies.
/// </summary>
internal sealed class KeptBench() : SessionBench(Short)
{
    /// <summary>Half a minute: a thousand sessions are run over it.</summary>
    private static readonly BarColumns Short = new Tape().Walk("10:00:00", "10:00:32", 20_400, seed: 64, maxStep: 2).Columns();

    private readonly QuickFolder _kept = new();

    public void Keep()
    {
        QuickFolder.Copy(States, _kept.At("state"));
        QuickFolder.Copy(Home, _kept.At("home"));
    }

    public void Restore()
    {
        foreach (var (folder, kept) in ((string, string)[])[(States, "state"), (Home, "home")])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            QuickFolder.Copy(_kept.At(kept), folder);
        }
    }

    public override void Dispose()
    {
        _kept.Dispose();
        base.Dispose();
    }
}
