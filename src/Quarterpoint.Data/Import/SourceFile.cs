using Quarterpoint.Core;

namespace Quarterpoint.Data.Import;

/// <summary>A file that can be opened from its start any number of times, and the name that messages use for it.</summary>
internal readonly record struct SourceFile(string Name, Func<Stream> Open)
{
    public static SourceFile OnDisk(string path) => new(path, () => OpenOnDisk(path));

    private static FileStream OpenOnDisk(string path)
    {
        if (Directory.Exists(path))
            throw new BadInputException(path, "a folder", "a file");
        if (!File.Exists(path))
            throw new BadInputException(path, "nothing", "a file");
        try
        {
            return new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, e.Message, "a file that can be opened for reading");
        }
    }
}
