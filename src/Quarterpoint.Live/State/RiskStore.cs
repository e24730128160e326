using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Quarterpoint.Core.Time;
using Quarterpoint.Core.Trading;
using Quarterpoint.Live.Wire;

namespace Quarterpoint.Live.State;

/// <summary>The store cannot be read as what it is: damaged, of another schema, or another account's.</summary>
public sealed class StoreDamageException(Finding finding, string message, Exception? cause = null) : Exception(message, cause)
{
    public Finding Finding { get; } = finding;
}

/// <summary>
/// One account's durable state in SQLite (SPEC R21): WAL, and FULL, so that what was committed survives a power cut. Risk state, intents,
/// and history of one event are one transaction, made before any of the intents is sent. Every row carries a hash over all of it, history
/// rows a chain of them, and the state the end of that chain: what was changed, taken out, or set back from outside does not read as a
/// state.
/// </summary>
public sealed class RiskStore : IDisposable
{
    public const string FileName = "risk.db";

    /// <summary>"QPrs": the file says what it is.</summary>
    private const int ApplicationId = 0x51507273;
    private const int SchemaVersion = 1;

    private const string Schema =
        "CREATE TABLE account (id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL, begun INTEGER NOT NULL, sha "
        + "BLOB NOT NULL) STRICT;\n"
        + "CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, epoch INTEGER NOT NULL, "
        + "open INTEGER NOT NULL, at INTEGER NOT NULL,\n"
        + "    risk BLOB NOT NULL, history INTEGER NOT NULL, chain BLOB NOT NULL, sha BLOB NOT NULL) STRICT;\n"
        + "CREATE TABLE intent (epoch INTEGER NOT NULL, request INTEGER NOT NULL, number INTEGER NOT NULL, body BLOB NOT "
        + "NULL, PRIMARY KEY (epoch, request)) STRICT, WITHOUT ROWID;\n"
        + "CREATE TABLE history (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, sha "
        + "BLOB NOT NULL) STRICT;";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _putState;
    private readonly SqliteCommand _putIntent;
    private readonly SqliteCommand _putHistory;
    private readonly ByteWriter _bytes = new();
    private byte[] _chain = new byte[SHA256.HashSizeInBytes];
    private long _history;

    private RiskStore(SqliteConnection connection)
    {
        _connection = connection;
        (_begin, _commit, _rollback) = (Prepare("BEGIN IMMEDIATE"), Prepare("COMMIT"), Prepare("ROLLBACK"));
        _putState = Prepare(
            "INSERT INTO state (id, number, epoch, open, at, risk, history, chain, sha) "
                + "VALUES (1, $number, $epoch, $open, $at, $risk, $history, $chain, $sha) "
                + "ON CONFLICT (id) DO UPDATE SET number = $number, epoch = $epoch, open = $open, at = $at, risk = $risk, "
                + "history = $history, chain = $chain, sha = $sha",
            "$number",
            "$epoch",
            "$open",
            "$at",
            "$risk",
            "$history",
            "$chain",
            "$sha"
        );
        _putIntent = Prepare(
            "INSERT OR REPLACE INTO intent (epoch, request, number, body) VALUES ($epoch, $request, $number, $body)",
            "$epoch",
            "$request",
            "$number",
            "$body"
        );
        _putHistory = Prepare(
            "INSERT INTO history (n, at, kind, text, sha) VALUES ($n, $at, $kind, $text, $sha)",
            "$n",
            "$at",
            "$kind",
            "$text",
            "$sha"
        );
    }

    /// <summary>The state that was committed last.</summary>
    public StoredState State { get; private set; } = null!;

    public string Path => _connection.DataSource;

    /// <summary>Makes the store of an account that has none.</summary>
    /// <param name="vfs">SQLite's file layer; empty for the usual one.</param>
    /// <exception cref="SqliteException">The disk refused.</exception>
    public static RiskStore Create(string path, AccountKey key, StoredState first, IReadOnlyList<HistoryEntry> history, string vfs = "")
    {
        var store = new RiskStore(Connect(path, vfs, create: true, connection =>
            {
                Run(connection, $"PRAGMA application_id = {ApplicationId}");
                Run(connection, $"PRAGMA user_version = {SchemaVersion}");
                Run(connection, Schema);
                using var account = connection.CreateCommand();
                account.CommandText = "INSERT INTO account (id, key, begun, sha) VALUES (1, $key, $begun, $sha)";
                account.Parameters.AddWithValue("$key", key.ToString());
                account.Parameters.AddWithValue("$begun", first.At.Nanoseconds);
                account.Parameters.AddWithValue("$sha", HashOfAccount(key.ToString(), first.At.Nanoseconds));
                account.ExecuteNonQuery();
            }));
        try
        {
            store.Commit(first, null, history);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <exception cref="StoreDamageException">It is damaged, or another account's.</exception>
    /// <exception cref="SqliteException">The disk refused.</exception>
    public static RiskStore Open(string path, AccountKey key, string vfs = "")
    {
        RiskStore? store = null;
        try
        {
            store = new RiskStore(Connect(path, vfs, create: false, _ => { }));
            store.Verify(key);
            return store;
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            store?.Dispose();
            throw new StoreDamageException(Finding.Damaged, $"{path}: {e.Message}", e);
        }
        catch
        {
            store?.Dispose();
            throw;
        }
    }

    /// <summary>One event's state, intents, and history, all or nothing, on the disk when this returns.</summary>
    /// <exception cref="SqliteException">
    /// Nothing of it may be taken as durable; the commit may be there after a restart all the same.
    /// </exception>
    public void Commit(StoredState state, IntentBuffer? intents, IReadOnlyList<HistoryEntry> history)
    {
        var (chain, last) = (_chain, _history);
        _begin.ExecuteNonQuery();
        try
        {
            foreach (var entry in history)
            {
                chain = HashOfHistory(chain, ++last, entry.At.Nanoseconds, entry.Kind, entry.Text);
                Set(_putHistory, last, entry.At.Nanoseconds, entry.Kind, entry.Text, chain);
            }

            for (var i = 0; i < (intents?.Count ?? 0); i++)
            {
                IntentCodec.Write(_bytes.Clear(), intents![i]);
                Set(_putIntent, state.Epoch, intents[i].RequestId, state.Commit, _bytes.Written.ToArray());
            }

            var risk = state.Risk.ToArray();
            var open = state.IsSessionOpen ? 1 : 0;
            Set(
                _putState,
                state.Commit,
                state.Epoch,
                open,
                state.At.Nanoseconds,
                risk,
                last,
                chain,
                HashOfState(state.Commit, state.Epoch, open, state.At.Nanoseconds, risk, last, chain)
            );
            FaultPoint.Reach(FaultPoint.StoreWritten);
            _commit.ExecuteNonQuery();
        }
        catch
        {
            RollBack();
            throw;
        }

        (_chain, _history, State) = (chain, last, state);
    }

    public IReadOnlyList<HistoryEntry> History()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT n, at, kind, text FROM history ORDER BY n";
        using var reader = command.ExecuteReader();
        var entries = new List<HistoryEntry>();
        while (reader.Read())
            entries.Add(new HistoryEntry(reader.GetInt64(0), new Timestamp(reader.GetInt64(1)), reader.GetString(2), reader.GetString(3)));
        return entries;
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_begin, _commit, _rollback, _putState, _putIntent, _putHistory])
            command.Dispose();
        _connection.Dispose();
    }

    /// <summary>No such table or column, malformed, or no database.</summary>
    private static bool IsDamage(SqliteException e) => e.SqliteErrorCode is 1 or 11 or 26;

    private static SqliteConnection Connect(string path, string vfs, bool create, Action<SqliteConnection> prepare)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
                Pooling = false,
                DefaultTimeout = 5,
                Vfs = vfs.Length > 0 ? vfs : null,
            }.ToString()
        );
        try
        {
            connection.Open();
            Require(connection, "journal_mode", "wal", "WAL");
            Require(connection, "synchronous", "2", "FULL");
            Require(connection, "trusted_schema", "0", "OFF");
            Require(connection, "cell_size_check", "1", "ON");
            prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sets and reads back: SQLite takes a misspelt value without a word.</summary>
    private static void Require(SqliteConnection connection, string pragma, string expected, string value)
    {
        Run(connection, $"PRAGMA {pragma} = {value}");
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        var found = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (!string.Equals(found, expected, StringComparison.OrdinalIgnoreCase))
            throw new IOException($"{connection.DataSource}: SQLite's {pragma} is {found}; expected {expected}.");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Verify(AccountKey key)
    {
        if (Number("PRAGMA application_id") != ApplicationId)
            throw Damaged("it is no risk store of Quarterpoint");
        if (Number("PRAGMA user_version") is var version && version != SchemaVersion)
            throw Damaged($"its schema is version {version}, and this program knows {SchemaVersion}");
        using (var check = _connection.CreateCommand())
        {
            check.CommandText = "PRAGMA quick_check";
            if (check.ExecuteScalar() is not "ok" and var found)
                throw Damaged($"SQLite says: {found}");
        }

        VerifyAccount(key);
        VerifyHistory();
        ReadState();
    }

    private void VerifyAccount(AccountKey key)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT key, begun, sha FROM account";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            throw Damaged("it names no account");
        var (found, begun, sha) = (reader.GetString(0), reader.GetInt64(1), (byte[])reader[2]);
        if (!HashOfAccount(found, begun).AsSpan().SequenceEqual(sha))
            throw Damaged("the row that names its account was changed");
        if (found != key.ToString())
            throw new StoreDamageException(Finding.Foreign, $"{Path}: it is the state of {found}; expected that of {key}.");
    }

    private void VerifyHistory()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT n, at, kind, text, sha FROM history ORDER BY n";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var n = reader.GetInt64(0);
            var expected = HashOfHistory(_chain, n, reader.GetInt64(1), reader.GetString(2), reader.GetString(3));
            if (n != _history + 1 || !expected.AsSpan().SequenceEqual((byte[])reader[4]))
                throw Damaged($"line {_history + 1} of its history was changed or taken out");
            (_chain, _history) = (expected, n);
        }
    }

    private void ReadState()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT number, epoch, open, at, risk, history, chain, sha FROM state";
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            throw Damaged("it holds no state");
        var (number, epoch, open, at, risk) = (
            reader.GetInt64(0),
            reader.GetInt32(1),
            reader.GetInt32(2),
            reader.GetInt64(3),
            (byte[])reader[4]
        );
        var (history, chain) = (reader.GetInt64(5), (byte[])reader[6]);
        if (!HashOfState(number, epoch, open, at, risk, history, chain).AsSpan().SequenceEqual((byte[])reader[7]))
            throw Damaged("its state was changed");
        if (history != _history || !chain.AsSpan().SequenceEqual(_chain))
            throw Damaged("its history is not the one that its state ends");
        State = new StoredState(number, epoch, open != 0, [.. risk], new Timestamp(at));
        try
        {
            State.ToRisk();
        }
        catch (InvalidDataException e)
        {
            throw new StoreDamageException(Finding.Damaged, $"{Path}: {e.Message}", e);
        }
    }

    private StoreDamageException Damaged(string why) => new(Finding.Damaged, $"{Path}: {why}.");

    private long Number(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Set(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private void RollBack()
    {
        // After most failures SQLite has rolled back by itself, and another one would be an error of its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) != 0)
            return;
        try
        {
            _rollback.ExecuteNonQuery();
        }
        catch (SqliteException)
        {
            // What failed first is what is told; the next BEGIN fails too, and so does every commit until a restart.
        }
    }

    private static byte[] HashOfAccount(string key, long begun) => HashOf(new ByteWriter().Text("account").Text(key).Long(begun));

    private static byte[] HashOfState(long number, int epoch, int open, long at, byte[] risk, long history, byte[] chain) =>
        HashOf(new ByteWriter().Text("state").Long(number).Int(epoch).Int(open).Long(at).Bytes(risk).Long(history).Bytes(chain));

    private static byte[] HashOfHistory(byte[] before, long n, long at, string kind, string text) =>
        HashOf(new ByteWriter().Text("history").Bytes(before).Long(n).Long(at).Text(kind).Text(text));

    private static byte[] HashOf(ByteWriter bytes) => SHA256.HashData(bytes.Written);
}
