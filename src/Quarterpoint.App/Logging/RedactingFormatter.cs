using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Quarterpoint.App.Logging;

/// <summary>One line of compact JSON an event, without secrets: the finished line is what is searched, stack traces included.</summary>
internal sealed class RedactingFormatter(Secrets secrets) : ITextFormatter
{
    private readonly CompactJsonFormatter _inner = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _inner.Format(logEvent, line);
        output.Write(secrets.Redact(line.ToString()));
    }
}
