using System.CommandLine;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Sessions;
using Quarterpoint.Live.Paper;

namespace Quarterpoint.App.Verbs;

/// <summary>
/// The simulated venue of a paper session. Nobody types it: qp paper starts it, as a process of its own that outlives the session.
/// </summary>
internal static class PaperVenueVerb
{
    private static readonly Option<string> Socket = new("--socket")
    {
        Description = "Where it listens",
        HelpName = "FILE",
        Required = true,
    };

    public static Command Create()
    {
        var command = new Verb(
            PaperVenueProcess.Verb,
            "The simulated venue of a paper session; qp paper begins it.",
            "paper --tape demo --strategy trend"
        )
        {
            PaperVerb.Tape,
            PaperVerb.Strategy,
            PaperVerb.As,
            PaperVerb.From,
            PaperVerb.To,
            PaperVerb.Speed,
            Socket,
        };
        command.Hidden = true;

        // A press of Ctrl+C reaches every process of a terminal. The session then asks its venue to close what is held, so the venue
        // ignores it and stays until it is told goodbye.
        Runner.Bind(command, (call, _) => Run(call), isLogged: false);
        return command;
    }

    private static int Run(VerbCall call)
    {
        var path = call.Parse.GetRequiredValue(Socket);
        var tape = PaperTape.Open(call.Workspace, call.Config(), PaperVerb.RequestOf(call.Parse));
        using var venue = new PaperVenue(
            tape.VenueSettings(CancellationToken.None),
            PaperVenueProcess.Listen(path),
            CancellationToken.None
        );
        try
        {
            venue.Serve();
        }
        finally
        {
            File.Delete(path);
        }

        return ExitCode.Done;
    }
}
