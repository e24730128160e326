namespace Quarterpoint.Core.Trading;

/// <summary>The way to the venue is broken; the message says how.</summary>
/// <param name="message">What was found.</param>
/// <param name="nothingLeft">True where it is certain that no byte of the request left this machine.</param>
public sealed class VenueLostException(string message, bool nothingLeft = false) : Exception(message)
{
    /// <summary>Whether it is certain that no byte of the request left this machine; where it is not, the venue may have acted.</summary>
    public bool NothingLeft => nothingLeft;
}
