using Quarterpoint.App;

return await Runner.Run(CommandLine.Create(), args);
