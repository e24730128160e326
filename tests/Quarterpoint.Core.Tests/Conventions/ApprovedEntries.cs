using Quarterpoint.Core.Risk;
using Quarterpoint.Core.Trading;
using Quarterpoint.Testing;

namespace Quarterpoint.Core.Tests.Conventions;

/// <summary>No order that raises the risk exists unless the risk gate approved it: the types say so, even to Core's own code.</summary>
public sealed class ApprovedEntries
{
    private const string ReadOnly = "CS0200";
    private const string NoSuchConstructor = "CS1729";

    private static readonly (string Name, string Code, string Error)[] Stopped =
    [
        ("an Enter out of nothing", "_ = new Intent { Kind = IntentKind.Enter };", ReadOnly),
        ("an Enter out of an exit", "_ = Intent.PlaceExit(default, Side.Sell, 1, 1) with { Kind = IntentKind.Enter };", ReadOnly),
        ("an approved Enter made larger", "_ = Intent.Enter(default, default, default, default, 1) with { Size = 9 };", ReadOnly),
        ("an approved Enter turned round", "_ = Intent.Enter(default, default, default, default, 1) with { Side = Side.Sell };", ReadOnly),
        (
            "an approved Enter with a wider stop",
            "_ = Intent.Enter(default, default, default, default, 1) with { Stop = new(99) };",
            ReadOnly
        ),
        (
            "an Enter that says it raises no risk",
            "_ = Intent.Enter(default, default, default, default, 1) with { RaisesRisk = false };",
            ReadOnly
        ),
        ("an intent that says it raises risk", "_ = new Intent { RaisesRisk = true };", ReadOnly),
        ("an Enter without an approved entry", "_ = Intent.Enter(default, Side.Buy, 1, default, default, 1);", "CS1501"),
        ("an approved entry made by hand", "_ = new ApprovedEntry(Side.Buy, 1, new Ticks(8), new Ticks(12));", NoSuchConstructor),
        ("an approved entry filled in", "_ = new ApprovedEntry { Size = 1 };", ReadOnly),
        ("an approved entry made larger", "ApprovedEntry entry = default; _ = entry with { Size = 9 };", ReadOnly),
        ("a verdict made by hand", "_ = new Verdict(default, Rule.None, 0, 0, Rule.None);", NoSuchConstructor),
        ("a verdict filled in", "_ = new Verdict { Entry = default };", ReadOnly),
    ];

    /// <summary>What must compile, so that the others fail for their own reason.</summary>
    private const string Control = """
        static void It(RiskGate gate, in EntryRequest request)
        {
            var verdict = gate.Size(request);
            if (verdict.IsApproved)
                _ = Intent.Enter(new IntentCause(Rule.Signal, 0, 1, 1), verdict.Entry, OrderType.Market, default, 1).RaisesRisk;
            _ = gate.LargestSize(request, out _);
        }
        """;

    [Fact]
    [Trait("Spec", "R22")]
    public void Only_the_gate_makes_an_approved_entry_and_only_from_one_comes_an_Enter()
    {
        // Under this name Core shows its internals, as it does to its own code.
        var found = Probes.Compile(
            "Quarterpoint.Core.Tests",
            [.. Stopped.Select(probe => (FileOf(probe.Name), $"static void It() {{ {probe.Code} }}")), ("control", Control)]
        );

        Assert.Empty(found["control"]);
        Assert.Equal(
            Stopped.Select(probe => $"{probe.Name}: {probe.Error}"),
            Stopped.Select(probe => $"{probe.Name}: {string.Join(", ", found[FileOf(probe.Name)].Select(m => m.Code).Distinct())}")
        );
    }

    [Fact]
    [Trait("Spec", "R22")]
    public void An_entry_that_nobody_approved_never_becomes_an_order()
    {
        Assert.Throws<InvariantException>(() => Intent.Enter(default, default, default, default, 1));
        Assert.Throws<InvariantException>(() => Verdict.Approve(default));
        Assert.False(default(Verdict).IsApproved);
    }

    [Fact]
    public void Nobody_can_stand_in_for_the_gate() => Assert.True(typeof(RiskGate).IsSealed);

    [Fact]
    public void Only_an_Enter_raises_the_risk_and_a_journal_that_says_otherwise_is_damaged()
    {
        foreach (var kind in Enum.GetValues<IntentKind>())
        {
            var isEnter = kind == IntentKind.Enter;
            Assert.Equal(isEnter, Intent.FromJournal(new JournalledIntent { Kind = kind, RaisesRisk = isEnter }).RaisesRisk);
            Assert.Throws<InvalidDataException>(() => Intent.FromJournal(new JournalledIntent { Kind = kind, RaisesRisk = !isEnter }));
        }
    }

    [Fact]
    public void Only_the_codec_of_the_journal_reads_intents_back() =>
        Assert.Equal(
            [
                "src/Quarterpoint.Core/Trading/Intent.cs",
                "src/Quarterpoint.Core/Trading/JournalledIntent.cs",
                "src/Quarterpoint.Live/Wire/IntentCodec.cs",
            ],
            Repository
                .Files("src", "*.cs")
                .Where(path =>
                    File.ReadAllText(path) is var text
                    && (
                        text.Contains("FromJournal", StringComparison.Ordinal)
                        || text.Contains(nameof(JournalledIntent), StringComparison.Ordinal)
                    )
                )
                .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        );

    private static string FileOf(string name) => name.Replace(' ', '_');
}
