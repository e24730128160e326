using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Risk;

/// <summary>What a breaker knows of the thing it watches.</summary>
public enum BreakerInput : byte
{
    /// <summary>
    /// The data has no such thing, or not yet the days that say what is normal: the breaker is inactive, and reports say so.
    /// </summary>
    NotAvailable,

    Known,

    /// <summary>It should be there and is not: the breaker holds.</summary>
    Missing,
}

/// <summary>Minutes that the breakers judged, and those for which they knew what they compare.</summary>
public record struct BreakerCoverage(long Minutes, long WithVolatility, long WithVolume);

/// <summary>
/// Volatility and volume of the last completed minute against what is normal for that minute of the day (SPEC R18, R20), and the spread
/// (R19). It measures and says; the engine holds and releases the latches.
/// </summary>
public sealed class MarketBreakers(RiskLimits limits)
{
    /// <summary>The version of what <see cref="Remember"/> writes; bytes of another version are not taken.</summary>
    public const int MemoryVersion = 2;

    private readonly MinuteNorms _atr = new();
    private readonly MinuteNorms _volume = new();
    private BreakerCoverage _coverage;

    /// <summary>Whether ATR is above its limit; Missing counts as above.</summary>
    public bool IsVolatile { get; private set; }

    /// <summary>Whether the volume of the last minute is far below its normal (R20).</summary>
    public bool IsThin { get; private set; }

    /// <summary>Whether R18 has what it needs to judge.</summary>
    public BreakerInput Volatility { get; private set; }

    /// <summary>Whether R20 has what it needs to judge.</summary>
    public BreakerInput Volume { get; private set; }

    /// <summary>
    /// How many minutes were judged, and for how many of them the breaker had what it needs: the rest it was inactive, or held for want of
    /// it.
    /// </summary>
    public BreakerCoverage Coverage => _coverage;

    public void EnterSession(in TradingSession session)
    {
        _atr.EnterSession(session);
        _volume.EnterSession(session);
        (Volatility, Volume) = (BreakerInput.NotAvailable, BreakerInput.NotAvailable);
        (IsVolatile, IsThin) = (false, false);
    }

    /// <summary>A minute has completed.</summary>
    /// <param name="study">What completed it.</param>
    /// <param name="hasVolume">Whether the data states volume.</param>
    public void OnMinute(in MinuteStudy study, bool hasVolume)
    {
        var (opened, traded) = study.LastMinute;
        var minute = Timestamp.FromUnixSeconds(opened);
        Volatility = Compare(study.Atr, _atr.NormalAt(minute), out var timesNormal);
        IsVolatile = Volatility == BreakerInput.Missing || timesNormal > limits.VolatilityLimit;
        if (study.Atr is { } atr)
            _atr.Note(minute, atr);
        _coverage.Minutes++;
        if (Volatility == BreakerInput.Known)
            _coverage.WithVolatility++;
        if (!hasVolume)
            return;
        Volume = Compare(traded, _volume.NormalAt(minute), out var shareOfNormal);
        IsThin = Volume == BreakerInput.Known && shareOfNormal < limits.VolumeLimit;
        if (Volume == BreakerInput.Known)
            _coverage.WithVolume++;
        _volume.Note(minute, traded);
    }

    /// <summary>R19 with its two thresholds: from above the one until back at the other.</summary>
    public bool IsWide(Ticks spread, bool isHeld) => isHeld ? spread > limits.SpreadToResume : spread > limits.SpreadLimit;

    /// <summary>What is normal for each minute, for a later run: it takes twenty days to learn.</summary>
    public byte[] Remember() => StateArchive.Save(ArchiveNorms);

    /// <exception cref="InvalidDataException">The bytes are no such memory, or damaged.</exception>
    public void Recall(ReadOnlyMemory<byte> memory) => StateArchive.Load(memory, ArchiveNorms);

    public void Archive(StateArchive archive)
    {
        ArchiveNorms(archive);
        var (volatility, volume, isVolatile, isThin) = (Volatility, Volume, IsVolatile, IsThin);
        archive.Value(ref volatility);
        archive.Value(ref volume);
        archive.Value(ref isVolatile);
        archive.Value(ref isThin);
        archive.Value(ref _coverage);
        (Volatility, Volume, IsVolatile, IsThin) = (volatility, volume, isVolatile, isThin);
    }

    private void ArchiveNorms(StateArchive archive)
    {
        archive.Expect(MemoryVersion, "version of what is normal");
        _atr.Archive(archive);
        _volume.Archive(archive);
    }

    /// <summary>A quotient, because a tenth of 30 is not 3 in floating point, but 3 of 30 is a tenth.</summary>
    private static BreakerInput Compare(double? value, double? normal, out double ratio)
    {
        ratio = double.NaN;
        if (normal is not > 0)
            return BreakerInput.NotAvailable;
        if (value is not { } known)
            return BreakerInput.Missing;
        ratio = known / normal.Value;
        return BreakerInput.Known;
    }
}
