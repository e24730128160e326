using Quarterpoint.App.Invocation;
using Quarterpoint.App.Verbs;

return await Runner.Run(AllVerbs.Create(), args);
