using System.Globalization;
using System.Text.Json;
using Quarterpoint.App.Invocation;
using Quarterpoint.App.Logging;

namespace Quarterpoint.Shell.Tests.App;

/// <summary>What is kept of a command for later, and what never is.</summary>
public sealed class LogTests : IDisposable
{
    private const string Planted = "db-S3cr3t/\"quoted\\value";

    private readonly Qp _qp = new();

    public void Dispose() => _qp.Dispose();

    [Fact]
    [Trait("Spec", "C2")]
    public async Task A_command_leaves_its_version_arguments_start_end_exit_code_and_duration()
    {
        await _qp.Json("data", "generate", "--name", "x", "--months", "1");
        var file = Assert.Single(Directory.EnumerateFiles(_qp.Logs));
        Assert.Matches(@"^qp-\d{8}\.jsonl$", Path.GetFileName(file));
        var events = _qp.LogEvents();
        Assert.Equal(2, events.Count);
        Assert.Equal(CodeVersion.Current, events[0].GetProperty("Version").GetString());
        Assert.Equal(
            ["data", "generate", "--name", "x", "--months", "1", "--json", "--workspace", _qp.Workspace],
            events[0].GetProperty("Arguments").EnumerateArray().Select(a => a.GetString())
        );
        Assert.Equal("data generate", events[1].GetProperty("Verb").GetString());
        Assert.Equal(ExitCode.Done, events[1].GetProperty("ExitCode").GetInt32());
        Assert.True(events[1].GetProperty("Seconds").GetDouble() >= 0);
        var (started, ended) = (At(events[0]), At(events[1]));
        Assert.True(started <= ended);
        Assert.All(events, e => Assert.Equal(Environment.ProcessId, e.GetProperty("Process").GetInt32()));
    }

    [Fact]
    [Trait("Spec", "C2")]
    public async Task An_error_is_kept_with_its_stack_and_the_exit_code_that_followed()
    {
        Assert.Equal(ExitCode.Failed, (await _qp.Run("data", "check", "nothing")).Code);
        Assert.Equal(ExitCode.Usage, (await _qp.Run("report", "nothing")).Code);
        var events = _qp.LogEvents();
        Assert.Equal(
            [ExitCode.Failed, ExitCode.Usage],
            events.Where(e => e.TryGetProperty("ExitCode", out _)).Select(e => e.GetProperty("ExitCode").GetInt32())
        );
        var errors = events.Where(e => e.TryGetProperty("@x", out _)).ToList();
        Assert.Equal(2, errors.Count);
        Assert.All(errors, e => Assert.Contains("   at Quarterpoint.", e.GetProperty("@x").GetString(), StringComparison.Ordinal));
        Assert.All(errors, e => Assert.Equal("Error", e.GetProperty("@l").GetString()));
    }

    [Fact]
    [Trait("Spec", "C2")]
    public async Task A_warning_on_the_screen_is_in_the_log_too()
    {
        var file = _qp.Write(
            "bars.csv",
            "time,open,high,low,close,volume\n2024-03-05T15:00:00Z,5000,5000,5000,5000,1\n"
                + "2024-03-05T15:00:01Z,5000,5000,5000,5000,1\nx,1,1,1,1,1\n"
        );
        var (_, _, error) = await _qp.Run("data", "import", file, "--instrument", "ES", "--name", "es", "--on-bad-row", "drop");
        var warning = error.Split('\n').First(l => l.StartsWith("warning: ", StringComparison.Ordinal))["warning: ".Length..].Trim();
        Assert.Contains(_qp.LogEvents(), e => e.TryGetProperty("Warning", out var said) && said.GetString() == warning);
    }

    /// <summary>A fault of the program itself: the screen says where the rest of the story is, and shows no stack.</summary>
    [Fact]
    [Trait("Spec", "C2")]
    public async Task A_failure_that_nobody_expected_points_to_the_log()
    {
        _qp.Machine = _qp.Machine with { NativeProblem = () => throw new InvalidOperationException("the moon is in the wrong place") };
        var (code, output, error) = await _qp.Run("doctor", "--json");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("fault of the program: InvalidOperationException: the moon", error, StringComparison.Ordinal);
        Assert.Contains(Assert.Single(Directory.EnumerateFiles(_qp.Logs)), error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, JsonDocument.Parse(output).RootElement.GetProperty("exitCode").GetInt32());
        var fault = Assert.Single(_qp.LogEvents(), e => e.TryGetProperty("@x", out _));
        Assert.Equal("Fatal", fault.GetProperty("@l").GetString());
        Assert.Contains("   at Quarterpoint.", fault.GetProperty("@x").GetString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// Where a secret may come from: an environment variable, an option, a setting, a file, and an exception that repeats it.
    /// </summary>
    [Theory]
    [InlineData("variable")]
    [InlineData("option")]
    [InlineData("option with equals")]
    [InlineData("setting")]
    [InlineData("file")]
    [InlineData("file, block")]
    [Trait("Spec", "C2")]
    public async Task A_secret_reaches_neither_log_nor_screen(string from)
    {
        // Whatever fails here repeats the secret in its message, as the exceptions of libraries like to do.
        _qp.Machine = _qp.Machine with
        {
            NativeProblem = () =>
                throw new InvalidOperationException("cannot log in with " + Planted, new IOException("refused: " + Planted)),
        };
        string[] arguments = ["doctor", "--debug"];
        switch (from)
        {
            case "variable":
                _qp.Machine = _qp.Machine with { Variables = new Dictionary<string, string> { ["DATABENTO_API_KEY"] = Planted } };
                break;
            case "option":
                arguments = [.. arguments, "--set", "topstepx.apiKey=" + Planted];
                break;
            case "option with equals":
                arguments = [.. arguments, "--set=gateway.authToken=" + Planted, "--set", "password=" + Planted];
                break;
            case "setting":
                arguments = [.. arguments, "--set", "topstepx.secret=" + Planted];
                break;
            case "file":
                arguments =
                [
                    .. arguments,
                    "--config",
                    _qp.Write("quarterpoint.yaml", $"profile: plan\ntopstepx:\n  userName: me\n  apiKey: {Planted}\n"),
                ];
                break;
            case "file, block":
                arguments =
                [
                    .. arguments,
                    "--config",
                    _qp.Write(
                        "quarterpoint.yaml",
                        $"databento: {{password: 'other-secret'}}\ntopstepx:\n  apiKey: >-\n    {Planted}\n  next: 1\n"
                    ),
                ];
                break;
        }

        var (code, output, error) = await _qp.Run([.. arguments, "--json"]);
        Assert.Equal(ExitCode.Failed, code);
        var inJson = JsonSerializer.Serialize(Planted).Trim('"');
        foreach (var text in (string[])[_qp.LogText(), output, error])
        {
            Assert.DoesNotContain("S3cr3t", text, StringComparison.Ordinal);
            Assert.DoesNotContain(inJson, text, StringComparison.Ordinal);
            Assert.DoesNotContain("other-secret", text, StringComparison.Ordinal);
        }

        Assert.Contains(Secrets.Mark, _qp.LogText(), StringComparison.Ordinal);
        Assert.Contains("cannot log in with", _qp.LogText(), StringComparison.Ordinal);
        Assert.NotEmpty(_qp.LogEvents());
    }

    [Theory]
    [InlineData("DATABENTO_API_KEY", true)]
    [InlineData("topstepx.apiKey", true)]
    [InlineData("--auth-token", true)]
    [InlineData("TELEGRAM_BOT_TOKEN", true)]
    [InlineData("Password", true)]
    [InlineData("notify.webhook", true)]
    [InlineData("APIKEY", true)]
    [InlineData("PWD", false)]
    [InlineData("SSH_KEY_PATH", false)]
    [InlineData("tokenFile", false)]
    [InlineData("KEYBOARD_LAYOUT", false)]
    [InlineData("monkey", false)]
    [InlineData("token.path", false)]
    [InlineData("trading.contracts", false)]
    [Trait("Spec", "C2")]
    public void A_name_tells_whether_what_it_names_is_secret(string name, bool isSecret) => Assert.Equal(isSecret, Secrets.IsSecret(name));

    [Fact]
    [Trait("Spec", "C2")]
    public void Words_too_short_to_protect_anything_do_not_shred_the_log()
    {
        var secrets = Secrets.Of(
            new Dictionary<string, string>
            {
                ["A_KEY"] = "1",
                ["B_KEY"] = "yes",
                ["C_KEY"] = "----",
                ["D_KEY"] = "abcd",
                ["E_KEY"] = "abcdef",
            },
            [],
            null
        );
        Assert.Equal($"yes 1 ---- {Secrets.Mark} {Secrets.Mark}", secrets.Redact("yes 1 ---- abcd abcdef"));
    }

    [Fact]
    [Trait("Spec", "C2")]
    public void Files_are_rotated_by_size_and_only_the_newest_are_kept()
    {
        for (var command = 0; command < 20; command++)
        {
            using var log = new CommandLog(_qp.Workspace, NoSecrets, new LogRetention(FileBytes: 2_000, Files: 3), Unexpected);
            for (var i = 0; i < 10; i++)
                log.Warned($"command {command}, warning {i}, {new string('x', 100)}");
        }

        var files = Directory.EnumerateFiles(_qp.Logs).Select(f => new FileInfo(f)).ToList();
        Assert.Equal(3, files.Count);

        // A file is closed by the event that fills it.
        Assert.All(files, f => Assert.InRange(f.Length, 1, 2_000 + 500));
        Assert.Contains("command 19, warning 9,", _qp.LogText(), StringComparison.Ordinal);
        Assert.DoesNotContain("command 0,", _qp.LogText(), StringComparison.Ordinal);
        Assert.Equal((10L << 20, 14), (new LogRetention().FileBytes, new LogRetention().Files));
    }

    [Fact]
    [Trait("Spec", "C2")]
    public void Two_commands_at_once_share_a_file_and_lose_nothing()
    {
        using (var first = new CommandLog(_qp.Workspace, NoSecrets, new LogRetention(), Unexpected))
        using (var second = new CommandLog(_qp.Workspace, NoSecrets, new LogRetention(), Unexpected))
        {
            Parallel.For(0, 200, i => (i % 2 == 0 ? first : second).Warned(i.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.Single(Directory.EnumerateFiles(_qp.Logs));
        Assert.Equal(
            Enumerable.Range(0, 200),
            _qp.LogEvents().Select(e => int.Parse(e.GetProperty("Warning").GetString()!, CultureInfo.InvariantCulture)).Order()
        );
    }

    /// <summary>
    /// A file in the place of the folder stands for whatever keeps a log from being written: not even root can write there.
    /// </summary>
    [Fact]
    [Trait("Spec", "C2")]
    public async Task A_log_that_cannot_be_written_is_said_once_and_stops_nothing()
    {
        _qp.Write("workspace/logs", "in the way");
        var (code, output, error) = await _qp.Run("data", "generate", "--name", "x", "--months", "1", "--json");
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("x", JsonDocument.Parse(output).RootElement.GetProperty("name").GetString());
        Assert.Single(error.Split('\n'), l => l.StartsWith("warning: the log in", StringComparison.Ordinal));

        // Without a log the screen is the only place that is left for the whole story.
        _qp.Machine = _qp.Machine with { NativeProblem = () => throw new InvalidOperationException("the moon") };
        (code, _, error) = await _qp.Run("doctor");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("   at Quarterpoint.", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "C2")]
    public async Task A_log_whose_disk_fills_up_is_said_once_and_stops_nothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full, which only Linux has");
        Directory.CreateDirectory(_qp.Logs);
        var today = TimeProvider.System.GetLocalNow();
        foreach (var day in (DateTimeOffset[])[today, today.AddDays(1)])
            File.CreateSymbolicLink(
                Path.Combine(_qp.Logs, $"qp-{day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}.jsonl"),
                "/dev/full"
            );
        var (code, _, error) = await _qp.Run("data", "generate", "--name", "x", "--months", "1");
        Assert.Equal(ExitCode.Done, code);
        Assert.Single(error.Split('\n'), l => l.StartsWith("warning: the log in", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("config")]
    [InlineData("data", "list")]
    [InlineData("backtest", "--help")]
    [InlineData("nonsense")]
    [Trait("Spec", "C2")]
    public async Task Who_only_looks_leaves_no_log(params string[] arguments)
    {
        await _qp.Run(arguments);
        Assert.False(Directory.Exists(_qp.Workspace));
    }

    /// <summary>Help comes at once: it works where the logging library is not even there.</summary>
    [Fact]
    [Trait("Spec", "C2")]
    public async Task Help_does_not_load_the_logging_library()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_qp.Root, "bare")).FullName;
        foreach (
            var pattern in (string[])
                ["qp.dll", "qp.runtimeconfig.json", "System.CommandLine.dll", "Quarterpoint.*.dll", "Spectre.Console*.dll"]
        )
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, pattern))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var (code, output, error) = await Bare(folder, "--help");
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("backtest", output, StringComparison.Ordinal);
        (code, output, error) = await Bare(folder, "backtest", "--help");
        Assert.True(code == ExitCode.Done, error);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);

        // And it is that library which is missing there.
        (_, _, error) = await Bare(folder, "doctor");
        Assert.Contains("Serilog", error, StringComparison.Ordinal);
    }

    private static Secrets NoSecrets => Secrets.Of(new Dictionary<string, string>(), [], null);

    private static void Unexpected(string warning) => Assert.Fail(warning);

    private static DateTime At(JsonElement logEvent) => logEvent.GetProperty("@t").GetDateTime();

    private async Task<(int Code, string Output, string Error)> Bare(string folder, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [Path.Combine(folder, "qp.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _qp.Root,
        };
        start.Environment["QP_WORKSPACE"] = _qp.Workspace;
        using var process = System.Diagnostics.Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
