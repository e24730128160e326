using System.Runtime.ExceptionServices;

namespace Quarterpoint.Data.Store;

/// <summary>Computes a value on a thread of its own.</summary>
internal sealed class ReadAhead<T>
    where T : class
{
    private readonly Thread _thread;
    private T? _value;
    private ExceptionDispatchInfo? _failure;

    public ReadAhead(Func<T> read)
    {
        _thread = new Thread(() => Run(read)) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
    }

    /// <summary>Waits for the value; an exception from the thread is thrown here.</summary>
    public T Take()
    {
        _thread.Join();
        _failure?.Throw();
        return _value!;
    }

    /// <summary>Waits for the thread to end, and ignores its value and its exception.</summary>
    public void Abandon() => _thread.Join();

    private void Run(Func<T> read)
    {
        try
        {
            _value = read();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }
}
