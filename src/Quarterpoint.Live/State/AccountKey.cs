using System.Globalization;

namespace Quarterpoint.Live.State;

/// <summary>What an account is traded for (SPEC T10).</summary>
public enum TradingMode : byte
{
    Paper,
    Live,
}

/// <summary>
/// Whose state it is: venue, account, and mode (SPEC R21). Two accounts never share a file. Names are letters, digits, dots, dashes, and
/// underscores, so that they can be folders.
/// </summary>
public sealed record AccountKey
{
    private AccountKey(string venue, string account, TradingMode mode) => (Venue, Account, Mode) = (venue, account, mode);

    public string Venue { get; }

    public string Account { get; }

    public TradingMode Mode { get; }

    /// <summary>Whether a venue or an account may be called that.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 60 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <exception cref="ArgumentException">A name could not be a folder.</exception>
    public static AccountKey Of(string venue, string account, TradingMode mode)
    {
        foreach (var name in (ReadOnlySpan<string>)[venue, account])
        {
            if (!IsName(name))
                throw new ArgumentException(
                    $"'{name}': expected up to 60 letters, digits, dots, dashes, and underscores, not beginning with a dot"
                );
        }

        return new AccountKey(venue, account, mode);
    }

    /// <summary>As its folder is called, such as simulated-demo-paper.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Venue}-{Account}-{(Mode == TradingMode.Paper ? "paper" : "live")}");
}
