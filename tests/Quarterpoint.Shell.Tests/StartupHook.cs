/// <summary>
/// Runs in a child process that a test starts with DOTNET_STARTUP_HOOKS: when that process ends, it writes down the list of files that are
/// mapped into it. Native libraries are never unloaded on the way.
/// </summary>
internal static class StartupHook
{
    /// <summary>Names the folder that gets one file for each process, named after its verb.</summary>
    public const string Folder = "TEST_MAPS_FOLDER";

    public static void Initialize()
    {
        var folder = Environment.GetEnvironmentVariable(Folder)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            File.WriteAllText(Path.Combine(folder, Environment.GetCommandLineArgs()[1]), File.ReadAllText("/proc/self/maps"));
    }
}
