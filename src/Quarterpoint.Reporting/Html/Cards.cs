using Quarterpoint.Reporting.Catalogue;

namespace Quarterpoint.Reporting.Html;

/// <summary>The frames in which the report's figures stand.</summary>
internal static class Cards
{
    /// <summary>A figure with its title above and what it shows below.</summary>
    /// <param name="content">Adds the chart or table.</param>
    /// <param name="note">What else is to be said of it, after its meaning.</param>
    public static void AddFigure(HtmlBuilder html, Figure figure, Action content, string style = "", string note = "")
    {
        html.Add($"<div class=\"card {style}\" id=\"figure-{figure.Id}\"><h3>{figure.Title}</h3>\n");
        content();
        AddMeaning(html, figure, note);
        html.Raw("</div>\n");
    }

    public static void AddMeaning(HtmlBuilder html, Figure figure, string note = "") =>
        html.Add($"<p class=\"quiet small\">{(note.Length == 0 ? figure.Meaning : figure.Meaning + " " + note)}</p>\n");

    public static void AddEmpty(HtmlBuilder html, string text) => html.Add($"<p class=\"empty\">{text}</p>\n");
}
