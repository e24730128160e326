namespace Quarterpoint.Live.Session;

/// <summary>The session cannot begin; the message says why and what to do.</summary>
public sealed class SessionException(string message) : Exception(message);
