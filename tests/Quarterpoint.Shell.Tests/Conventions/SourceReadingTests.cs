using Quarterpoint.Shell.Tests.Conventions.Sources;

namespace Quarterpoint.Shell.Tests.Conventions;

/// <summary>The rules about sources, tried on small ones that keep or break them.</summary>
public sealed class SourceReadingTests
{
    private const string Core = "Quarterpoint.Core";

    [Theory]
    [InlineData("using Quarterpoint.Core.Trading;", "Quarterpoint.Core.Trading")]
    [InlineData("using static Quarterpoint.Core.Trading.Engine;", "Quarterpoint.Core.Trading.Engine")]
    [InlineData("using Desk = Quarterpoint.Core.Trading.Engine;", "Quarterpoint.Core.Trading.Engine")]
    [InlineData("class A { Quarterpoint.Core.Trading.Engine? x; }", "Quarterpoint.Core.Trading.Engine")]
    [InlineData("class A { global::Quarterpoint.Core.Trading.Engine? x; }", "Quarterpoint.Core.Trading.Engine")]
    [InlineData("class A { List<Trading.Engine> x; }", "Trading.Engine")]
    [InlineData("class A { Core.Trading.Engine? x; }", "Core.Trading.Engine")]
    [InlineData("class A { string x = $\"it {Trading.Engine.Name:0.0} is\"; }", "Trading.Engine.Name")]
    [InlineData("class A { string x = $\"\"\"{ \"a\" + Trading.Engine.Name }\"\"\"; }", "Trading.Engine.Name")]
    [InlineData("/// <summary>As <see cref=\"Trading.Engine.On(int)\"/> does.</summary>\nclass A;", "Trading.Engine.On")]
    [InlineData("/// <see cref=\"T:Quarterpoint.Core.Trading.Engine\"/>\nclass A;", "Quarterpoint.Core.Trading.Engine")]
    public void A_use_against_the_order_is_found_however_it_is_written(string code, string name)
    {
        var use = Assert.Single(CoreOrder.Against(Folders(("Risk/A.cs", code), ("Trading/Engine.cs", "class Engine;")).Uses));
        Assert.Equal(("Risk", "Trading", name), (use.From, use.To, use.Name));
    }

    [Theory]
    [InlineData("// using Quarterpoint.Core.Trading;")]
    [InlineData("/* Trading.Engine */ class A;")]
    [InlineData("/// <summary>Trading.Engine, and Quarterpoint.Core.Trading.</summary>\nclass A;")]
    [InlineData("class A { string x = \"Trading.Engine\"; }")]
    [InlineData("class A { string x = \"\\\"Trading.Engine\"; char y = '\"'; string z = \"Trading.Engine\"; }")]
    [InlineData("class A { string x = @\"\\\"; string y = @\"\"\"Trading.Engine\"; }")]
    [InlineData("class A { string x = \"\"\"a \"quoted\" Trading.Engine\"\"\"; }")]
    [InlineData("class A { string x = $\"{{Trading.Engine}} {1:Trading.Engine}\"; }")]
    [InlineData("class A { string x = $$\"\"\"{Trading.Engine}\"\"\"; }")]
    [InlineData("class A { int Trading; int x => Trading.CompareTo(1); }")]
    [InlineData("class A { int x => this.Trading.Engine; int y => f().Trading.Engine; }")]
    [InlineData("#pragma Trading.Engine\nclass A;")]
    [InlineData("using Quarterpoint.Core; using Quarterpoint.Core.Time; class A;")]
    public void What_only_looks_like_a_use_is_none(string code) =>
        Assert.Empty(
            CoreOrder.Against(
                Folders(("Risk/A.cs", code), ("Trading/Engine.cs", "class Engine;"), ("Time/Timestamp.cs", "class Timestamp;")).Uses
            )
        );

    [Theory]
    [InlineData(
        "Orders/A.cs",
        "using Quarterpoint.Core.Accounting;",
        "src/Quarterpoint.Core/Orders/A.cs:1: Orders -> Accounting by Quarterpoint.Core.Accounting"
    )]
    [InlineData("A.cs", "\n\nusing Quarterpoint.Core.Time;", "src/Quarterpoint.Core/A.cs:3: (root) -> Time by Quarterpoint.Core.Time")]
    [InlineData(
        "Risk/A.cs",
        "\n/// <summary>\n/// <see cref=\"Oddments.B\"/>\n/// </summary>\nclass A;",
        "src/Quarterpoint.Core/Risk/A.cs:3: Risk -> Oddments by Oddments.B"
    )]
    public void Peers_the_root_and_folders_without_a_place_go_against_the_order(string file, string code, string offender) =>
        Assert.Equal(
            offender,
            Assert
                .Single(
                    CoreOrder.Against(
                        Folders((file, code), ("Accounting/Fill.cs", ""), ("Time/Timestamp.cs", ""), ("Oddments/B.cs", "class B;")).Uses
                    )
                )
                .ToString()
        );

    [Fact]
    public void Two_folders_that_use_each_other_are_a_pair_and_a_chain_is_none()
    {
        var folders = Folders(
            ("Import/Csv/A.cs", "namespace Quarterpoint.Core.Import.Csv; using Quarterpoint.Core.Store;"),
            ("Store/B.cs", "\nclass B { Import.Csv.A? x; }"),
            ("Store/C.cs", "using Quarterpoint.Core.Quality;"),
            ("Quality/D.cs", "class D;")
        );
        var (first, second, uses) = Assert.Single(folders.MutualPairs());
        Assert.Equal(("Import", "Store"), (first, second));
        Assert.Equal(
            [
                "src/Quarterpoint.Core/Import/Csv/A.cs:1: Import -> Store by Quarterpoint.Core.Store",
                "src/Quarterpoint.Core/Store/B.cs:2: Store -> Import by Import.Csv.A",
            ],
            uses.Select(use => $"{use}")
        );
    }

    /// <summary>What lies in a project's root is seen from every folder without a using.</summary>
    [Theory]
    [InlineData("class B { Workspace? x; }", true)]
    [InlineData("class B { void f() => Workspace.Find(); }", true)]
    [InlineData("class B { int x => y.Workspace; }", false)]
    [InlineData("class B { string x = \"Workspace\"; }", false)]
    public void The_root_is_a_folder_too(string code, bool isPair) =>
        Assert.Equal(
            isPair,
            Folders(("Workspace.cs", "using Quarterpoint.Core.Verbs; class Workspace { class Inner; }"), ("Verbs/B.cs", code))
                .MutualPairs()
                .Any()
        );

    [Fact]
    public void Types_are_read_with_what_is_around_them_above_them_and_whether_others_see_them()
    {
        var file = new SourceFile(
            "src/A.cs",
            """
            using System;
            namespace Quarterpoint.Core.Time;

            /// <summary>A day.</summary>
            [Flags, Obsolete("a ] b")]
            public readonly record struct Day(int Number)
            {
                public enum Phase { Open, Closed }
                internal sealed class Inner { public class Hidden; }
                void F<T>() where T : class, new() { var record = new { }; }
            }

            public delegate IEnumerable<int> Turn<in T>(T x);
            class Plain;
            """
        );
        Assert.Equal("Quarterpoint.Core.Time", file.Namespace);
        Assert.Equal(
            [
                ("Day", 6, true, "<summary>A day.</summary>"),
                ("Day.Phase", 8, true, ""),
                ("Day.Inner", 9, false, ""),
                ("Day.Inner.Hidden", 9, false, ""),
                ("Turn", 13, true, ""),
                ("Plain", 14, false, ""),
            ],
            file.Types.Select(type => (type.FullName, type.Line, type.IsPublic, type.Doc))
        );
    }

    [Theory]
    [InlineData("public decimal HighWater { get; set; }", "HighWater")]
    [InlineData("public static IReadOnlyList<Fill> Fills(int day) => [];", "Fills")]
    [InlineData("public (int Low, int High) Range() => (1, 2);", "Range")]
    [InlineData("[Flags] public enum Latch { None }", "Latch")]
    [InlineData("public sealed record Day<T>(T Of) : Thing;", "Day")]
    [InlineData("private readonly int[]? _rows = null;", "_rows")]
    [InlineData("Working,", "Working")]
    public void A_summary_belongs_to_the_name_below_it(string member, string name) =>
        Assert.Equal(name, Assert.Single(Summary.In(new SourceFile("A.cs", $"/// <summary>What it is.</summary>\n{member}"))).Member);

    [Theory]
    [InlineData("HighWater", "The high water.", true)]
    [InlineData("IsFlat", "Whether it is flat.", true)]
    [InlineData("LoadModels", "Loads the <see cref=\"Forecasting.Model\"/>.", true)]
    [InlineData("Dispose", "Disposing.", true)]
    [InlineData("HighWater", "The highest balance so far.", false)]
    [InlineData("Price", "In ticks.", false)]
    [InlineData("Close", "Closes <see cref=\"Position(int, Side)\"/>.", false)]
    public void A_summary_that_only_repeats_its_name_is_told_from_one_that_speaks(string name, string text, bool onlyRepeats) =>
        Assert.Equal(onlyRepeats, new Summary(name, Summary.TextOf($"<summary>\n{text}\n</summary>")!, 1).OnlyRepeatsItsName);

    [Theory]
    [InlineData("Of the day, in dollars.", true)]
    [InlineData("<see cref=\"Day.Of\"/> the day.", true)]
    [InlineData("Offset from the open.", false)]
    [InlineData("The profit of the day.", false)]
    public void A_bare_Of_is_seen(string text, bool isBare) =>
        Assert.Equal(isBare, new Summary("Profit", Summary.TextOf($"<summary>{text}</summary>")!, 1).BeginsWithOf);

    private static ProjectFolders Folders(params (string Path, string Code)[] files) =>
        new(Core, [.. files.Select(file => new SourceFile($"src/{Core}/{file.Path}", file.Code))]);
}
