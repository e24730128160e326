namespace Quarterpoint.Data.Synthetic;

/// <summary>
/// An average day, by minutes since 18:00 New York: the variance of a second in ticks squared, and trades a second. It has a U shape in
/// RTH, a rise at Europe's open at 03:00, and quiet evenings. The numbers are chosen so that the 30-second classes in RTH are near 20/60/20
/// and RTH has near 47.6 % of the rows (SPEC D8).
/// </summary>
internal static class DayProfile
{
    public const int RthOpensAt = 930;
    public const int RthClosesAt = 1320;
    private const int EuropeOpensAt = 540;

    public static double Variance(int minute)
    {
        if (minute is < RthOpensAt or >= RthClosesAt)
            return Overnight(minute, quiet: 0.030, europe: 0.110, beforeOpen: 0.20, afterClose: 0.12);
        var fromOpen = minute - RthOpensAt;
        var toClose = RthClosesAt - minute;
        return 0.52 + (1.60 * Math.Exp(-fromOpen / 25.0)) + (0.70 * Math.Exp(-toClose / 25.0));
    }

    public static double Trades(int minute)
    {
        if (minute is < RthOpensAt or >= RthClosesAt)
            return Overnight(minute, quiet: 0.28, europe: 0.69, beforeOpen: 1.05, afterClose: 0.72);
        var fromOpen = minute - RthOpensAt;
        var toClose = RthClosesAt - minute;
        return 2.0 + (2.6 * Math.Exp(-fromOpen / 30.0)) + (2.0 * Math.Exp(-toClose / 20.0));
    }

    private static double Overnight(int minute, double quiet, double europe, double beforeOpen, double afterClose)
    {
        if (minute >= RthClosesAt)
            return afterClose;
        var evening = quiet * 1.6 * Math.Exp(-minute / 60.0);
        var europeShare = minute < EuropeOpensAt ? 0 : 1 - Math.Exp(-(minute - EuropeOpensAt) / 10.0);
        var openShare = minute < RthOpensAt - 60 ? 0 : (minute - (RthOpensAt - 60)) / 60.0;
        return quiet + evening + ((europe - quiet) * europeShare) + ((beforeOpen - europe) * openShare);
    }
}
