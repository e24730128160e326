namespace Quarterpoint.Core.Risk;

/// <summary>
/// Approved with a size, or refused with the rule and its numbers (SPEC R22). <see cref="Observed"/> and <see cref="Limit"/> are in the
/// rule's own unit: micro-dollars, contracts, millionths, or nanoseconds. <c>default</c> is a refusal.
/// </summary>
public readonly record struct Verdict
{
    private Verdict(ApprovedEntry entry, Rule rule, long observed, long limit, Rule binding)
    {
        Entry = entry;
        Rule = rule;
        Observed = observed;
        Limit = limit;
        Binding = binding;
    }

    /// <summary>What may be entered; <c>default</c> where it was refused.</summary>
    public ApprovedEntry Entry { get; }

    /// <summary>The rule that refused; <see cref="Rule.None"/> where none did.</summary>
    public Rule Rule { get; }

    public long Observed { get; }

    public long Limit { get; }

    /// <summary>For the survival check: which limit the worst case would pass.</summary>
    public Rule Binding { get; }

    public bool IsApproved => Entry.Size > 0;

    internal static Verdict Approve(in ApprovedEntry entry)
    {
        Require.That(entry.Size > 0, "only the risk gate approves an entry");
        return new(entry, Rule.None, 0, 0, Rule.None);
    }

    /// <summary>A refusal that somebody beside the gate has to word: a table, a screen.</summary>
    public static Verdict Refused(Rule rule) => Refuse(rule);

    internal static Verdict Refuse(Rule rule, long observed = 0, long limit = 0, Rule binding = Rule.None) =>
        new(default, rule, observed, limit, binding);
}
