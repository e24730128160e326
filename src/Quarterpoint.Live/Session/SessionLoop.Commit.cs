using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Journal;
using Quarterpoint.Live.State;

namespace Quarterpoint.Live.Session;

/// <summary>
/// What is written, and in which order: the event before the engine is told; then, where anything must be durable, the journal's commit,
/// the store's, and the mirrors'.
/// </summary>
public sealed partial class SessionLoop
{
    private static readonly TimeSpan PeaksEvery = TimeSpan.FromSeconds(1);

    private readonly List<HistoryEntry> _history = [];
    private StoredState _stored = null!;
    private long _riskVersion;
    private long _peakVersion;
    private long _committedAt;
    private bool _journalFailed;
    private bool _storeFailed;
    private JournalHeader _header = null!;

    /// <summary>The trading day of the journal's file.</summary>
    private TradingDay _journalDay;

    /// <summary>Whether everything so far is on disk: only then may an entry leave.</summary>
    private bool IsWriting => !_journalFailed && !_storeFailed;

    private void JournalEvent(in EngineEvent e)
    {
        if (_journalFailed)
            return;
        try
        {
            _journal!.Append(e);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }
    }

    private void JournalRefusal()
    {
        if (_journalFailed)
            return;
        try
        {
            _journal!.AppendRefusal(_seq, _engine.LastRefusal);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }
    }

    private void JournalNote(string text)
    {
        if (_journalFailed || _journal is null)
            return;
        try
        {
            _journal.AppendNote(text);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }
    }

    /// <summary>
    /// Commits where the event left intents, or changed what must survive. Peaks alone, and the history of latches that do not last, are
    /// committed once a second of real time. True where everything is on disk.
    /// </summary>
    private bool Commit(in EngineEvent e)
    {
        var mustCommit = _intents.Count > 0 || _engine.Risk.Version != _riskVersion;
        var mayCommit =
            (_engine.Risk.PeakVersion != _peakVersion || _history.Count > 0) && _settings.Clock.GetElapsedTime(_committedAt) >= PeaksEvery;
        if (!mustCommit && !mayCommit)
            return IsWriting;
        return Commit(e.Seq, isOpen: true);
    }

    private bool Commit(long cause, bool isOpen)
    {
        var risk = _engine.RiskSnapshot;
        ImmutableArray<byte> bytes = [.. risk.ToBytes()];
        var state = new StoredState(_stored.Commit + 1, _stored.Epoch, isOpen, bytes, _engine.Now);
        (_riskVersion, _peakVersion, _committedAt) = (_engine.Risk.Version, _engine.Risk.PeakVersion, _settings.Clock.GetTimestamp());
        _stored = state;
        if (!_journalFailed)
        {
            try
            {
                _journal!.AppendCommit(state.Commit, cause, _intents, bytes.AsSpan());
                FaultPoint.Reach(FaultPoint.CommitJournalled);
                _journal.Sync();
                FaultPoint.Reach(FaultPoint.CommitSynced);
            }
            catch (Exception failure) when (IsDisk(failure))
            {
                OnJournalFailed(failure);
            }
        }

        if (CommitToStore(state, _intents))
            _account.WriteMirrors(state, risk);
        FaultPoint.Reach(FaultPoint.Mirrored);
        return IsWriting;
    }

    private bool CommitToStore(StoredState state, IntentBuffer? intents)
    {
        if (_account.Store is not { } store)
        {
            OnStoreFailed(null);
            return false;
        }

        try
        {
            store.Commit(state, intents, _history);
            _history.Clear();
            FaultPoint.Reach(FaultPoint.Committed);
            return true;
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnStoreFailed(failure);
            return false;
        }
    }

    private static bool IsDisk(Exception e) =>
        e
            is IOException
                or UnauthorizedAccessException
                or SqliteException
                or ObjectDisposedException
                or InvalidOperationException { Source: "Microsoft.Data.Sqlite" };

    /// <summary>From here on nothing opens until a restart; exits go on, for they must not wait for a disk.</summary>
    private void OnStoreFailed(Exception? failure)
    {
        if (_storeFailed)
            return;
        _storeFailed = true;
        _settings.OnAlarm?.Invoke($"The store cannot be written, so nothing opens any more; exits go on. {failure?.Message}");
        JournalNote($"store failed: {failure?.Message}");
        Tell(EngineEvent.StoreFailed(Now));
    }

    private void OnJournalFailed(Exception failure)
    {
        if (_journalFailed)
            return;
        _journalFailed = true;
        _settings.OnAlarm?.Invoke($"The journal cannot be written, so nothing opens any more; exits go on. {failure.Message}");
        Tell(EngineEvent.StoreFailed(Now));
    }

    /// <summary>
    /// A file of the journal holds one trading day, from its first bar on, and begins with the engine as it stands: what must be read to go
    /// on never grows beyond a day.
    /// </summary>
    private void RotateWithTheDay()
    {
        if (_journalFailed || _engine.Risk.Day.Day == _journalDay)
            return;
        FaultPoint.Reach(FaultPoint.BeforeRotation);
        try
        {
            var header = _header with { File = _header.File + 1, Previous = [.. _journal!.Head] };
            var next = JournalWriter.Begin(_account.Files, _account.JournalFolder, header, _seq, _stored.Commit, _engine.SaveState());
            _journal.Dispose();
            (_journal, _header, _journalDay) = (next, header, _engine.Risk.Day.Day);
            RememberMarket();
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            OnJournalFailed(failure);
        }

        FaultPoint.Reach(FaultPoint.AfterRotation);
    }

    /// <summary>What is normal for each minute takes twenty days to learn: the next session goes on from it.</summary>
    private void RememberMarket()
    {
        try
        {
            _account.Files.Replace(_account.MarketMemoryPath, _engine.Risk.Breakers.Remember(), sync: false);
        }
        catch (Exception failure) when (IsDisk(failure))
        {
            _settings.OnAlarm?.Invoke($"What is normal for each minute could not be kept: {failure.Message}");
        }
    }

    private ImmutableArray<byte> RecallMarket()
    {
        try
        {
            if (!File.Exists(_account.MarketMemoryPath))
                return [];
            var memory = _account.Files.Read(_account.MarketMemoryPath);
            new MarketBreakers(new RiskLimits()).Recall(memory);
            return [.. memory];
        }
        catch (Exception failure) when (failure is InvalidDataException || IsDisk(failure))
        {
            _settings.OnAlarm?.Invoke(
                $"What is normal for each minute is lost, so volatility and volume are not watched for twenty days: {failure.Message}"
            );
            return [];
        }
    }
}
