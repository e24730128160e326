namespace Quarterpoint.Live.State;

/// <summary>
/// What the journal and the account's plain files ask of a disk. A class of its own, so that a test can fail any one operation of it.
/// (SQLite's own operations are failed in its own file layer.)
/// </summary>
public class DiskFiles
{
    /// <summary>The machine's own disk.</summary>
    public static readonly DiskFiles Real = new();

    /// <summary>Opens a file to write behind its end; made where it is not there. Nobody else may write it meanwhile.</summary>
    public virtual FileStream OpenToAppend(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }

    public virtual void Write(FileStream stream, ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>Returns when the disk itself has everything that was written.</summary>
    public virtual void Sync(FileStream stream) => stream.Flush(flushToDisk: true);

    public virtual void Cut(FileStream stream, long length) => stream.SetLength(length);

    public virtual byte[] Read(string path) => File.ReadAllBytes(path);

    /// <summary>
    /// Writes a whole file under another name and moves it to its place: there is the old one, or the new one, and never a half.
    /// </summary>
    public virtual void Replace(string path, ReadOnlySpan<byte> bytes, bool sync)
    {
        var partial = path + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            stream.Write(bytes);
            if (sync)
                stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }
}
