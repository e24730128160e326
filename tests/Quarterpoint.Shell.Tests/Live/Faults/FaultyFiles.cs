using Quarterpoint.Live.State;

namespace Quarterpoint.Shell.Tests.Live.Faults;

internal enum FileFaultKind
{
    /// <summary>The operation is not done, and fails.</summary>
    Error,

    /// <summary>Half of what is to be written is, and the disk is full.</summary>
    Full,

    /// <summary>Nothing may be written.</summary>
    ReadOnly,

    /// <summary>The operation is done, and fails all the same.</summary>
    Late,

    /// <summary>The power goes: what no sync has made durable is gone, of a write perhaps only half; nothing works any more.</summary>
    PowerLoss,
}

/// <summary>What becomes of the <paramref name="At"/>th (from 1) of the operations on journal, mirrors, and memory of the market.</summary>
internal sealed record FileFault(long At, FileFaultKind Kind = FileFaultKind.Error)
{
    /// <summary>Whether everything fails from then on; power does not come back by itself.</summary>
    public bool Forever { get; init; }
}

/// <summary>The disk under journal, mirrors, and memory of the market: it counts what is asked of it, and fails when told to.</summary>
internal sealed class FaultyFiles(FileFault? fault = null) : DiskFiles
{
    private readonly Dictionary<FileStream, long> _synced = [];
    private readonly HashSet<string> _unsynced = [];
    private bool _powerIsOff;

    /// <summary>What has been asked for, in words.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The operation that the fault hit first, in words.</summary>
    public string? Hit { get; private set; }

    /// <summary>Whether another part of the same disk has failed, so that this one does too.</summary>
    public Func<bool>? FailsToo { get; init; }

    /// <summary>Told when the fault hits.</summary>
    public Action? OnHit { get; init; }

    /// <summary>Told of each file that is put in its place whole, before it is, whether or not that fails.</summary>
    public Action<string, byte[]>? OnReplace { get; init; }

    public override FileStream OpenToAppend(string path)
    {
        Do("open", path, () => { }, null);
        var stream = base.OpenToAppend(path);
        _synced[stream] = stream.Length;
        return stream;
    }

    public override void Write(FileStream stream, ReadOnlySpan<byte> bytes)
    {
        var all = bytes.ToArray();
        Do("write", stream.Name, () => base.Write(stream, all), () => base.Write(stream, all.AsSpan(0, all.Length / 2)));
    }

    public override void Sync(FileStream stream) =>
        Do(
            "sync",
            stream.Name,
            () =>
            {
                base.Sync(stream);
                _synced[stream] = stream.Length;
            },
            null
        );

    public override void Cut(FileStream stream, long length) => Do("cut", stream.Name, () => base.Cut(stream, length), null);

    public override byte[] Read(string path)
    {
        var bytes = Array.Empty<byte>();
        Do("read", path, () => bytes = base.Read(path), null);
        return bytes;
    }

    public override void Replace(string path, ReadOnlySpan<byte> bytes, bool sync)
    {
        var all = bytes.ToArray();
        OnReplace?.Invoke(path, all);
        Do(
            "replace",
            path,
            () =>
            {
                base.Replace(path, all, sync);
                if (sync)
                    _unsynced.Remove(path);
                else
                    _unsynced.Add(path);
            },
            () => File.WriteAllBytes(path + ".partial", all.AsSpan(0, all.Length / 2))
        );
    }

    private void Do(string what, string path, Action all, Action? half)
    {
        Calls.Add($"{what} {Path.GetFileName(path)}");
        if (!IsHit(what, path))
        {
            all();
            return;
        }

        switch (fault?.Kind)
        {
            case FileFaultKind.Late:
                all();
                break;
            case FileFaultKind.Full:
                half?.Invoke();
                break;
            case FileFaultKind.ReadOnly when what != "read":
                throw new UnauthorizedAccessException($"{path} is read-only");
            case FileFaultKind.PowerLoss when !_powerIsOff:
                half?.Invoke();
                LosePower();
                break;
            default:
                break;
        }

        throw new IOException($"{what} {path} fails, because a test wants it to");
    }

    private bool IsHit(string what, string path)
    {
        if (_powerIsOff || FailsToo?.Invoke() == true)
            return true;
        if (fault is not { } f || Calls.Count < f.At || (Calls.Count > f.At && !f.Forever))
            return false;
        if (f.Kind is FileFaultKind.ReadOnly or FileFaultKind.Full && what is "read" or "open")
            return false;
        if (Hit is null)
        {
            Hit = $"{what} {Path.GetFileName(path)}";
            OnHit?.Invoke();
        }

        return true;
    }

    private void LosePower()
    {
        _powerIsOff = true;
        foreach (var (stream, synced) in _synced)
        {
            // Of what was written since, half has reached the disk.
            if (stream.CanWrite)
                stream.SetLength(synced + ((stream.Length - synced) / 2));
        }

        foreach (var path in _unsynced)
            File.WriteAllBytes(path, []);
    }
}
