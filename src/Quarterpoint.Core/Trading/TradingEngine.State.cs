using Quarterpoint.Core.Time;

namespace Quarterpoint.Core.Trading;

/// <summary>The engine's state as bytes: saved and loaded by one method, compared by equality.</summary>
public sealed partial class TradingEngine
{
    /// <exception cref="InvariantException">Closed trades or risk facts have not been taken yet.</exception>
    public byte[] SaveState()
    {
        Require.That(_closedTrades.Count == 0, "closed trades are taken before the state is saved");
        Require.That(_risk.Facts.Count == 0, "risk facts are taken before the state is saved");
        return StateArchive.Save(Archive);
    }

    /// <summary>Continues where the saved engine stood. Settings and rule must be those it ran with.</summary>
    /// <exception cref="InvalidDataException">The bytes are another version's, damaged, or not whole; the engine is then as it
    /// was.</exception>
    public void LoadState(ReadOnlyMemory<byte> bytes)
    {
        // All states of one engine and rule have the same length, so a state of another rule is recognised before any of it is loaded.
        var expected = StateArchive.Save(Archive).Length;
        if (bytes.Length != expected)
            throw new InvalidDataException($"The saved state has {bytes.Length} bytes, and this engine with its rule saves {expected}.");
        StateArchive.Load(bytes, Archive);
        _standing = default;
        var sessions = _settings.Calendar.Sessions;
        if (_sessionIndex < sessions.Length)
        {
            _session = sessions[_sessionIndex];
            _endOfDay = Quarterpoint.Core.Risk.EndOfDay.Of(_session, _settings.EndOfDay);
        }

        _risk.EnterSession(_sessionIndex);
        _risk.AfterLoad();
        _deadlines.At(Deadline.DayEdge) = _started ? EdgeTime : Timestamp.Never;
        _deadlines.At(Deadline.LatchRelease) = _risk.Latches.NextRelease;
        _deadlines.Refresh();
    }

    private void Archive(StateArchive archive)
    {
        archive.Expect(StateVersion, "version");
        archive.Value(ref _now);
        archive.Value(ref _cause);
        archive.Value(ref _lastRequest);
        archive.Value(ref _lastTag);
        archive.Value(ref _started);
        archive.Value(ref _capabilities);
        archive.Value(ref _contract);
        archive.Value(ref _sessionIndex);
        archive.Value(ref _nextEdge);
        var inSession = IsInSession;
        archive.Value(ref inSession);
        IsInSession = inSession;

        archive.Value(ref _lastBar);
        archive.Value(ref _lastBarClose);
        archive.Value(ref _quote);
        archive.Value(ref _quotedAt);
        _risk.ArchiveMark(archive);
        archive.Value(ref _study);
        _rule.Archive(archive);

        _ledger.Archive(archive);
        _orders.Archive(archive);
        archive.Values(_recentTrades.AsSpan());
        archive.Value(ref _nextRecentTrade);
        archive.Value(ref _highestTrade);
        archive.Value(ref _knownTrades);
        archive.Values(_refusals.AsSpan());
        var refusalCount = RefusalCount;
        archive.Value(ref refusalCount);
        RefusalCount = refusalCount;

        _risk.Archive(archive);

        archive.Value(ref _deadlines.At(Deadline.EntryTimeout));
        archive.Value(ref _entryTag);
        archive.Value(ref _deadlines.At(Deadline.Protection));
        archive.Value(ref _protection);
        archive.Value(ref _deadlines.At(Deadline.HoldingTime));
        archive.Value(ref _deadlines.At(Deadline.AskAgain));
        archive.Value(ref _askedAt);
        archive.Value(ref _tradesAsked);
        archive.Value(ref _ordersAsked);
        archive.Value(ref _rounds);
        archive.Value(ref _deadlines.At(Deadline.Sweep));
        archive.Value(ref _sweeps);
        archive.Value(ref _deadlines.At(Deadline.Watch));
        archive.Value(ref _watches);
        _risk.ArchiveCooldown(archive);
        archive.Value(ref _reverseBy);
        _flatten.Archive(archive, ref _deadlines.At(Deadline.FlattenRetry));

        var (wish, confidence, predicted, sizing) = (
            _reversal.Wish,
            _reversal.Confidence,
            _reversal.PredictedClass,
            _reversal.SizingConfidence
        );
        archive.Value(ref wish);
        archive.Value(ref confidence);
        archive.Value(ref predicted);
        archive.Value(ref sizing);
        _reversal = new Signals.Signal(wish, confidence, predicted) { SizingConfidence = sizing };
    }
}
