using CsCheck;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Store;

public sealed class DataSetTests : IDisposable
{
    private static readonly SessionCalendar Calendar = SessionCalendar.CmeEquityIndex;
    private static readonly RollRule ByVolume = new RollRule.ByVolume();
    private static readonly CancellationToken Go = TestContext.Current.CancellationToken;

    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    /// <summary>
    /// Any bars of any contracts, written in any slices, are read back unchanged, each month of trading days from its own file.
    /// </summary>
    [Fact]
    [Trait("Spec", "D1")]
    public void Bars_come_back_as_they_went_in() =>
        Gen.Select(
                Gen.Select(Gen.Int[1, 400_000], Gen.Int[-50, 50], Gen.Int[0, 9], Gen.Int[0, 9], Gen.UInt).Array[1, 120],
                Gen.Int[1, 40],
                Gen.Bool
            )
            .Sample(
                (steps, slice, hasSides) =>
                {
                    var second = StoreOf.Second("2024-01-02 14:00:00");
                    var price = 20_000;
                    var bars = new List<Bar>();
                    foreach (var (seconds, move, up, down, volume) in steps)
                    {
                        second += (uint)seconds;
                        var close = price + move;
                        bars.Add(
                            new Bar(
                                second,
                                new Price(price),
                                new Price(Math.Max(price, close) + up),
                                new Price(Math.Min(price, close) - down),
                                new Price(close),
                                volume
                            )
                        );
                        price = close;
                    }

                    using var work = new Workspace();
                    uint[] sides = [.. bars.Select(b => b.Volume / 3)];
                    using (
                        var writer = DataSetWriter.Create(
                            work.Root,
                            StoreOf.Description(Micro.Mes) with
                            {
                                HasBidAskVolume = hasSides,
                            },
                            Calendar,
                            replace: false
                        )
                    )
                    {
                        for (var first = 0; first < bars.Count; first += slice)
                        {
                            var rows = Math.Min(slice, bars.Count - first);
                            var part = hasSides ? sides.AsSpan(first, rows) : [];
                            writer.Append("MESU9", bars.ToArray().AsSpan(first, rows), part, part);
                        }

                        Assert.Equal(bars.Count, writer.Complete(StoreOf.ByHand).Rows);
                    }

                    var set = DataSet.Open(work.Root, "TEST");
                    var chunks = set.Info.Contracts.SelectMany(c => set.ReadContract(c, Calendar, Go)).ToList();
                    Assert.Equal(bars, chunks.SelectMany(c => Enumerable.Range(0, c.Count).Select(i => c[i])));
                    Assert.Equal(hasSides ? sides : [], chunks.SelectMany(c => c.BidVolume ?? []));
                    Assert.Equal(
                        bars.Count,
                        set.Info.Contracts.SelectMany(c => set.SessionsOf(c)).Sum(s => s.Rows) + set.Info.RowsOutsideSessions
                    );
                },
                iter: 60
            );

    [Fact]
    [Trait("Spec", "D6")]
    public void Only_the_leading_contract_of_each_session_is_read_and_the_jump_is_in_the_adjustment()
    {
        WriteTwoContracts();
        var set = DataSet.Open(_work.Root, "TEST");
        var columns = set.LoadContinuous(Calendar, ByVolume, cancellation: Go);

        // June's volume is the larger one on Friday the 8th, so that it leads from Monday the 11th of March; it stands 200 ticks higher.
        Assert.Equal([("MESH4", 0), ("MESM4", -200)], columns.Segments.Select(s => (s.Contract, s.Adjustment.Count)));
        Assert.Equal(
            ["2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11", "2024-03-12"],
            columns.Sessions.Select(s => s.Session.Day.ToString())
        );
        Assert.Equal([0, 0, 0, 1, 1], columns.Sessions.Select(s => s.Segment));
        Assert.All(columns.Sessions, s => Assert.Equal(23, s.RowCount));
        var adjusted = columns.Segments.SelectMany(s => columns.Close[s.FirstRow..s.EndRow].Select(c => c + s.Adjustment.Count));
        Assert.All(adjusted, c => Assert.Equal(20_000, c));
        Assert.Equal([new ContractRoll(TradingDay.On(2024, 3, 11), 0, 1, new Ticks(200))], set.Rolls(ByVolume).Rolls);
    }

    [Fact]
    [Trait("Spec", "D2")]
    public void Chunks_are_months_of_trading_days_and_together_the_whole()
    {
        var days = StoreOf.Days(TradingDay.On(2024, 1, 29), TradingDay.On(2024, 6, 21)).ToList();
        Write(
            ("MESH4", days.Where(d => d <= TradingDay.On(2024, 3, 15)), 20_000, 900),
            ("MESM4", days, 20_150, 500),
            ("MESU4", days.Where(d => d >= TradingDay.On(2024, 6, 3)), 20_300, 100)
        );
        var set = DataSet.Open(_work.Root, "TEST");

        var chunks = set.ReadContinuous(Calendar, ByVolume, cancellation: Go).ToList();
        Assert.Equal([1, 2, 3, 4, 5, 6], chunks.Select(c => c.Sessions[0].Session.Day.Date.Month));
        Assert.All(chunks, c => Assert.All(c.Sessions, s => Assert.Equal(c.Sessions[0].Session.Day.Date.Month, s.Session.Day.Date.Month)));
        var whole = set.LoadContinuous(Calendar, ByVolume, cancellation: Go);
        Assert.Equal(whole.Time, chunks.SelectMany(c => c.Time));
        Assert.Equal(whole.Close, chunks.SelectMany(c => c.Close));
        Assert.Equal(whole.Sessions.Select(s => s.Session.Day), chunks.SelectMany(c => c.Sessions).Select(s => s.Session.Day));
        Assert.Equal(days, whole.Sessions.Select(s => s.Session.Day));
        Assert.Equal(["MESH4", "MESM4", "MESU4"], whole.Segments.Select(s => s.Contract));
        Assert.Equal([0, -150, -300], whole.Segments.Select(s => s.Adjustment.Count));
        Assert.Equal(["MESH4", "MESM4"], chunks[2].Segments.Select(s => s.Contract));
        foreach (var chunk in chunks.Append(whole))
        {
            Assert.Equal(chunk.Count, chunk.Segments.Sum(s => s.RowCount));
            Assert.All(chunk.Sessions, s =>
                Assert.InRange(s.FirstRow, chunk.Segments[s.Segment].FirstRow, chunk.Segments[s.Segment].EndRow - s.RowCount)
            );
        }
    }

    [Fact]
    [Trait("Spec", "D6")]
    public void A_later_start_reads_less_and_changes_no_adjustment()
    {
        WriteTwoContracts();
        var set = DataSet.Open(_work.Root, "TEST");
        var columns = set.LoadContinuous(Calendar, ByVolume, from: TradingDay.On(2024, 3, 8), to: TradingDay.On(2024, 3, 11), Go);

        Assert.Equal(["2024-03-08", "2024-03-11"], columns.Sessions.Select(s => s.Session.Day.ToString()));
        Assert.Equal([0, -200], columns.Segments.Select(s => s.Adjustment.Count));
        Assert.Equal(0, set.LoadContinuous(Calendar, ByVolume, from: TradingDay.On(2025, 1, 2), cancellation: Go).Count);
        Assert.Empty(set.ReadContinuous(Calendar, ByVolume, to: TradingDay.On(2020, 1, 2), cancellation: Go));
    }

    /// <summary>A month of seconds is several row groups; a session begins and ends inside them.</summary>
    [Fact]
    [Trait("Spec", "D2")]
    public void A_session_that_begins_inside_a_row_group_is_read_from_its_first_row()
    {
        var days = new[] { TradingDay.On(2024, 3, 5), TradingDay.On(2024, 3, 6), TradingDay.On(2024, 3, 7) };
        using (var writer = Writer())
        {
            foreach (var day in days)
            {
                var session = Calendar.Find(day)!.Value;
                writer.Append(
                    null,
                    [
                        .. Enumerable
                            .Range(0, 82_800)
                            .Select(i => StoreOf.Flat((uint)(session.Open.UnixSeconds + i), 20_000 + (i % 1_000) + day.Date.Day)),
                    ]
                );
            }

            writer.Complete(StoreOf.ByHand);
        }

        var columns = DataSet.Open(_work.Root, "TEST").LoadContinuous(Calendar, ByVolume, from: days[1], cancellation: Go);
        Assert.Equal([(0, 82_800), (82_800, 82_800)], columns.Sessions.Select(s => (s.FirstRow, s.RowCount)));
        var open = Calendar.Find(days[1])!.Value.Open.UnixSeconds;
        Assert.Equal(Enumerable.Range(0, 82_800).Select(i => (uint)(open + i)), columns.Time[..82_800]);
        Assert.Equal(Enumerable.Range(0, 82_800).Select(i => 20_007 + (i % 1_000)), columns.Close[82_800..]);
    }

    [Fact]
    public void Damage_in_a_later_month_is_reported_when_that_month_is_read()
    {
        Write(("MESM4", [TradingDay.On(2024, 3, 28), TradingDay.On(2024, 4, 1), TradingDay.On(2024, 5, 1)], 20_000, 1));
        var path = _work.At("data", "TEST", "MESM4", "2024", "2024-04.parquet");
        var bytes = File.ReadAllBytes(path);
        bytes[60] ^= 1;
        File.WriteAllBytes(path, bytes);

        var read = 0;
        var e = Assert.Throws<BadInputException>(() =>
        {
            foreach (var chunk in DataSet.Open(_work.Root, "TEST").ReadContinuous(Calendar, ByVolume, cancellation: Go))
                read += chunk.Count;
        });
        Assert.Equal((23, path), (read, e.File));
    }

    [Fact]
    [Trait("Spec", "D3")]
    public void An_evening_of_the_old_month_is_filed_with_its_trading_day_in_the_new_one()
    {
        // The evening of Thursday 2024-02-29 belongs to Friday 2024-03-01.
        Write(("MESH4", [TradingDay.On(2024, 2, 29), TradingDay.On(2024, 3, 1)], 20_000, 1));
        var set = DataSet.Open(_work.Root, "TEST");

        Assert.Equal(["MESH4/2024/2024-02.parquet", "MESH4/2024/2024-03.parquet"], set.Info.Contracts[0].Files.Select(f => f.Path));
        Assert.Equal(new DateTime(2024, 2, 29, 23, 0, 0, DateTimeKind.Utc), set.Info.Contracts[0].Files[1].First);
        Assert.Equal([(0, 23), (0, 23)], set.SessionsOf(set.Info.Contracts[0]).Select(s => (s.FirstRow, s.Rows)));
    }

    [Fact]
    public void A_bar_in_no_session_is_kept_counted_and_in_no_session()
    {
        // Sunday 2018-08-05 16:59 Chicago time, an hour before the week opens: such a bar is in the real data.
        var stray = StoreOf.Flat(StoreOf.Second("2018-08-05 21:59:00"), 20_500);
        using (var writer = Writer())
        {
            writer.Append("MESU8", StoreOf.Hourly(TradingDay.On(2018, 8, 3), 20_000, 1));
            writer.Append("MESU8", [stray]);
            writer.Append("MESU8", StoreOf.Hourly(TradingDay.On(2018, 8, 6), 20_010, 1));
            writer.Complete(StoreOf.ByHand);
        }

        var set = DataSet.Open(_work.Root, "TEST");
        Assert.Equal((47, 1), (set.Info.Rows, set.Info.RowsOutsideSessions));
        var columns = set.LoadContinuous(Calendar, ByVolume, cancellation: Go);
        Assert.Equal([(0, 23), (24, 23)], columns.Sessions.Select(s => (s.FirstRow, s.RowCount)));
        Assert.Equal(stray, columns[23]);
    }

    [Fact]
    public void Days_that_the_calendar_does_not_know_are_kept_by_their_date()
    {
        using (var writer = Writer())
        {
            writer.Append(
                null,
                [
                    StoreOf.Flat(StoreOf.Second("2005-01-31 23:59:59"), 1),
                    StoreOf.Flat(StoreOf.Second("2005-02-01 00:00:00"), 2),
                    StoreOf.Flat(StoreOf.Second("2010-06-06 21:00:00"), 3),
                ]
            );
            writer.Append(
                null,
                [
                    StoreOf.Flat(StoreOf.Second("2024-03-05 15:00:00"), 4),
                    StoreOf.Flat(StoreOf.Second("2028-02-29 12:00:00"), 5),
                    StoreOf.Flat(StoreOf.Second("2106-02-07 06:28:15"), 6),
                ]
            );
            writer.Complete(StoreOf.ByHand);
        }

        var set = DataSet.Open(_work.Root, "TEST");
        Assert.Equal(
            ["2005-01", "2005-02", "2010-06", "2024-03", "2028-02", "2106-02"],
            set.Info.Contracts[0].Files.Select(f => Path.GetFileNameWithoutExtension(f.Path))
        );
        Assert.Equal(5, set.Info.RowsOutsideSessions);
        Assert.Equal([4], set.LoadContinuous(Calendar, ByVolume, cancellation: Go).Close);
    }

    [Fact]
    public void A_symbol_used_again_after_ten_years_is_another_contract()
    {
        using (var writer = Writer(Micro.Nq))
        {
            writer.Append("NQZ9", StoreOf.Hourly(TradingDay.On(2019, 12, 10), 32_000, 1));
            writer.Append("NQZ9", StoreOf.Hourly(TradingDay.On(2024, 12, 10), 86_000, 1));
            writer.Complete(StoreOf.ByHand);
        }

        var set = DataSet.Open(_work.Root, "TEST");
        Assert.Equal([("NQZ9", "2019-12"), ("NQZ9", "2029-12")], set.Info.Contracts.Select(c => (c.Symbol, c.Delivery!)));
        Assert.Equal([new ContractMonth(2019, 12), new ContractMonth(2029, 12)], set.Info.Contracts.Select(c => c.Month!.Value));
        Assert.Equal(46, set.LoadContinuous(Calendar, ByVolume, cancellation: Go).Count);
    }

    [Fact]
    public void The_same_bars_give_the_same_fingerprint_and_others_another()
    {
        string Fingerprint(string name, int price)
        {
            using var writer = DataSetWriter.Create(_work.Root, StoreOf.Description(Micro.Mes, name), Calendar, replace: false);
            writer.Append("MESH4", StoreOf.Hourly(TradingDay.On(2024, 3, 5), price, 1));
            return writer.Complete(StoreOf.ByHand).Fingerprint;
        }

        Assert.Equal(Fingerprint("A", 20_000), Fingerprint("B", 20_000));
        Assert.NotEqual(Fingerprint("C", 20_000), Fingerprint("D", 20_001));
        Assert.Equal(["A", "B", "C", "D"], DataSet.Names(_work.Root));
    }

    [Fact]
    public void A_set_without_volume_has_no_such_column_and_rolls_only_by_date()
    {
        var days = StoreOf.Days(TradingDay.On(2024, 3, 5), TradingDay.On(2024, 3, 8)).ToList();
        using (
            var writer = DataSetWriter.Create(
                _work.Root,
                StoreOf.Description(Micro.Mes) with
                {
                    HasVolume = false,
                },
                Calendar,
                replace: false
            )
        )
        {
            foreach (var day in days)
            {
                writer.Append("MESH4", StoreOf.Hourly(day, 20_000, 0));
                writer.Append("MESM4", StoreOf.Hourly(day, 20_200, 0));
            }

            writer.Complete(StoreOf.ByHand);
        }

        var set = DataSet.Open(_work.Root, "TEST");
        var e = Assert.Throws<BadInputException>(() => set.LoadContinuous(Calendar, ByVolume, cancellation: Go));
        Assert.Contains("without volume", e.Message, StringComparison.Ordinal);
        var columns = set.LoadContinuous(Calendar, new RollRule.BeforeExpiry(8), cancellation: Go);
        Assert.Null(columns.Volume);
        Assert.Equal(["MESH4", "MESM4"], columns.Segments.Select(s => s.Contract));
    }

    [Fact]
    public void A_set_is_not_read_by_other_session_times_than_it_was_written_by()
    {
        WriteTwoContracts();
        var set = DataSet.Open(_work.Root, "TEST");
        var other = SessionCalendar.For(new SessionHours(new TimeOnly(4, 0), new TimeOnly(20, 0)));
        Assert.Throws<BadInputException>(() => set.LoadContinuous(other, ByVolume, cancellation: Go));
        Assert.Throws<BadInputException>(() => set.ReadContinuous(other, ByVolume, cancellation: Go));
    }

    [Fact]
    public void A_reader_that_stops_early_leaves_no_thread_and_no_error()
    {
        WriteTwoContracts();
        foreach (var chunk in DataSet.Open(_work.Root, "TEST").ReadContinuous(Calendar, ByVolume, cancellation: Go))
        {
            Assert.NotEqual(0, chunk.Count);
            break;
        }

        using var stop = new CancellationTokenSource();
        var chunks = DataSet.Open(_work.Root, "TEST").ReadContinuous(Calendar, ByVolume, cancellation: stop.Token);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => chunks.Count());
    }

    [Fact]
    [Trait("Spec", "D2")]
    public void Memory_holds_two_chunks_however_long_the_set_is()
    {
        // 24 months of 5,000 bars: 120 KB a chunk, 2.9 MB in all.
        using (var writer = Writer())
        {
            var firstDays = StoreOf
                .Days(TradingDay.On(2022, 1, 1), TradingDay.On(2023, 12, 31))
                .GroupBy(d => (d.Date.Year, d.Date.Month))
                .Select(g => g.First());
            foreach (var day in firstDays)
            {
                var open = Calendar.Find(day)!.Value.Open.UnixSeconds;
                writer.Append(null, [.. Enumerable.Range(0, 5_000).Select(i => StoreOf.Flat((uint)(open + i), 20_000))]);
            }

            writer.Complete(StoreOf.ByHand);
        }

        var alive = new List<WeakReference>();
        var most = 0;
        foreach (var chunk in DataSet.Open(_work.Root, "TEST").ReadContinuous(Calendar, ByVolume, cancellation: Go))
        {
            alive.Add(new WeakReference(chunk.Time));
            GC.Collect();
            most = Math.Max(most, alive.Count(a => a.IsAlive));
        }

        Assert.Equal(24, alive.Count);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public void A_damaged_set_says_which_file_and_what_to_do()
    {
        void Damaged(string file, Func<string, string> change, string message)
        {
            using var work = new Workspace();
            using (var writer = DataSetWriter.Create(work.Root, StoreOf.Description(Micro.Mes), Calendar, replace: false))
            {
                writer.Append("MESH4", StoreOf.Hourly(TradingDay.On(2024, 3, 5), 20_000, 1));
                writer.Complete(StoreOf.ByHand);
            }

            var path = work.At("data", "TEST", file);
            File.WriteAllText(path, change(File.ReadAllText(path)));
            var e = Assert.Throws<BadInputException>(() => DataSet.Open(work.Root, "TEST"));
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
        }

        Damaged("set.json", json => json[..200], "expected the one that was written");
        Damaged("set.json", _ => "null", "found 'null'");
        Damaged("set.json", json => json.Replace("\"schema\": 1", "\"schema\": 2", StringComparison.Ordinal), "import the set again");
        Damaged(
            "set.json",
            json => json.Replace("\"barSeconds\": 1", "\"barSeconds\": 0", StringComparison.Ordinal),
            "a length above zero"
        );
        Damaged(
            "set.json",
            json => json.Replace("\"tickSizeNanos\": 250000000", "\"tickSizeNanos\": -1", StringComparison.Ordinal),
            "a size above zero"
        );
        Damaged("set.json", json => json.Replace("\"2024-03\"", "\"2024-04\"", StringComparison.Ordinal), "a quarterly month");
        Damaged(
            "set.json",
            json => json.Replace("MESH4/2024/2024-03.parquet", "../../../secrets/2024-03.parquet", StringComparison.Ordinal),
            "a path such as"
        );
        Damaged("set.json", json => json.Replace("\"rows\": 23", "\"rows\": -23", StringComparison.Ordinal), "at least one row");
        Damaged("set.json", json => json.Replace("\"name\"", "\"nome\"", StringComparison.Ordinal), "name");
        Damaged("sessions.csv", text => text.Replace("20000", "20001", StringComparison.Ordinal), "a table that has been changed");
        Damaged("MESH4/2024/2024-03.parquet", text => text[..100], "import the set again");
    }

    [Fact]
    [Trait("Spec", "Q6")]
    public void A_description_with_flipped_cut_or_doubled_bytes_is_bad_input_and_nothing_else()
    {
        WriteTwoContracts();
        var path = _work.At("data", "TEST", "set.json");
        var whole = File.ReadAllBytes(path);
        for (var seed = 0; seed < 1_500; seed++)
        {
            var random = SplitMix64.Stream(7, (ulong)seed);
            byte[] bytes = [.. whole];
            var (from, to) = (random.NextBelow(whole.Length), random.NextBelow(whole.Length));
            if (seed % 3 == 0)
                bytes = [.. whole[..from], .. whole[to..]];
            else if (seed % 3 == 1)
                bytes[from] = whole[to];
            else
                bytes[from] = (byte)random.NextBelow(256);
            File.WriteAllBytes(path, bytes);
            try
            {
                var set = DataSet.Open(_work.Root, "TEST");
                Assert.InRange(set.LoadContinuous(Calendar, ByVolume, cancellation: Go).Count, 1, 115);
            }
            catch (Exception e) when (e is not BadInputException)
            {
                throw new InvalidOperationException($"Seed {seed}: {e}", e);
            }
            catch (BadInputException) { }
        }
    }

    [Fact]
    public void Parts_of_a_set_that_are_gone_are_named()
    {
        WriteTwoContracts();
        var e = Assert.Throws<BadInputException>(() => DataSet.Open(_work.Root, "OTHER"));
        Assert.Contains("expected one of TEST", e.Message, StringComparison.Ordinal);
        File.Delete(_work.At("data", "TEST", "sessions.csv"));
        Assert.Contains(
            "sessions.csv: found 'nothing'",
            Assert.Throws<BadInputException>(() => DataSet.Open(_work.Root, "TEST")).Message,
            StringComparison.Ordinal
        );
        Directory.Delete(_work.At("data", "TEST"), recursive: true);
        Assert.Contains(
            "the workspace has none",
            Assert.Throws<BadInputException>(() => DataSet.Open(_work.Root, "TEST")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Verifying_finds_a_file_that_was_changed_afterwards()
    {
        WriteTwoContracts();
        var set = DataSet.Open(_work.Root, "TEST");
        var seen = new Steps();
        set.Verify(seen, Go);
        Assert.Equal([0.5, 1.0], seen.Values);

        var path = _work.At("data", "TEST", "MESM4", "2024", "2024-03.parquet");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        var e = Assert.Throws<BadInputException>(() => DataSet.Open(_work.Root, "TEST").Verify(seen, Go));
        Assert.Equal(path, e.File);
    }

    [Fact]
    public void A_table_of_sessions_that_does_not_fit_its_set_is_refused()
    {
        StoredContract[] contracts = [new("MESH4", "2024-03", [])];
        const string header = "contract,delivery,trading_day,first_row,rows,volume,last_close_ticks,first_second,last_second\n";
        const string good = "MESH4,2024-03,2024-03-05,0,23,23,-20000,1709593200,1709672400\n";
        void Bad(string text, string message) =>
            Assert.Contains(
                message,
                Assert
                    .Throws<BadInputException>(() => SessionTable.Read(System.Text.Encoding.UTF8.GetBytes(text), "s.csv", contracts))
                    .Message,
                StringComparison.Ordinal
            );

        var read = SessionTable.Read(System.Text.Encoding.UTF8.GetBytes(header + good), "s.csv", contracts)[0];
        Assert.Equal(
            new StoredSession(
                TradingDay.On(2024, 3, 5),
                0,
                23,
                23,
                new Price(-20_000),
                Timestamp.FromUnixSeconds(1_709_593_200),
                Timestamp.FromUnixSeconds(1_709_672_400)
            ),
            Assert.Single(read)
        );
        Bad("", "an empty file");
        Bad("contract,day\n", "found 'contract,day'");
        Bad(header + good.Replace("MESH4", "MESM4", StringComparison.Ordinal), "row 1");
        Bad(header + good.Replace("2024-03-05", "2024-13-05", StringComparison.Ordinal), "row 1");
        Bad(header + good.Replace(",23,23,", ",23,-23,", StringComparison.Ordinal), "row 1");
        Bad(header + good.Replace("-20000", "price", StringComparison.Ordinal), "row 1");
        Bad(header + good.Replace(",0,23,", ",2147483647,23,", StringComparison.Ordinal), "row 1");
        Bad(header + good + good, "days in order");
    }

    private void WriteTwoContracts()
    {
        using var writer = Writer();
        foreach (var (date, volume) in new[] { (6, 10u), (7, 90u), (8, 101u), (11, 900u), (12, 900u) })
        {
            writer.Append("MESH4", StoreOf.Hourly(TradingDay.On(2024, 3, date), 20_000, 100));
            writer.Append("MESM4", StoreOf.Hourly(TradingDay.On(2024, 3, date), 20_200, volume));
        }

        writer.Complete(StoreOf.ByHand);
    }

    private void Write(params (string Contract, IEnumerable<TradingDay> Days, int Price, uint Volume)[] contracts)
    {
        using var writer = Writer();
        foreach (var (contract, days, price, volume) in contracts)
        {
            foreach (var day in days)
                writer.Append(contract, StoreOf.Hourly(day, price, volume));
        }

        writer.Complete(StoreOf.ByHand);
    }

    private DataSetWriter Writer(Instrument? instrument = null) =>
        DataSetWriter.Create(_work.Root, StoreOf.Description(instrument ?? Micro.Mes), Calendar, replace: false);

    private sealed class Steps : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public void Report(double value) => Values.Add(value);
    }
}
