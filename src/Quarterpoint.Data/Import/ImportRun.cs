using System.Globalization;
using Quarterpoint.Core;
using Quarterpoint.Core.Instruments;
using Quarterpoint.Core.MarketData;
using Quarterpoint.Core.Time;
using Quarterpoint.Data.Store;

namespace Quarterpoint.Data.Import;

/// <summary>One import: checks every row, builds bars from trades, and passes the bars to the writer.</summary>
internal sealed class ImportRun
{
    private const int RowsBetweenReports = 65_536;

    // A quarter of the range of 32 bits, so that differences and adjustments of prices never overflow.
    private const int LargestTicks = int.MaxValue / 4;
    private const string LatePrint = "late print";
    private const string OtherRecord = "other kind of record";

    private readonly ImportRequest _request;
    private readonly Instrument _instrument;
    private readonly int _barSeconds;
    private readonly DataSetDescription _description;
    private readonly SessionCalendar _calendar;
    private readonly DataSetWriter _writer;
    private readonly bool _barSecondsAreCertain;
    private readonly SeriesDirectory _series;
    private readonly Outliers _outliers;
    private bool _buildsBars;

    public ImportRun(
        ImportRequest request,
        DataSetDescription description,
        SessionCalendar calendar,
        DataSetWriter writer,
        bool barSecondsAreCertain
    )
    {
        _request = request;
        _instrument = request.Instrument;
        _barSeconds = description.BarSeconds;
        _description = description;
        _calendar = calendar;
        _writer = writer;
        _barSecondsAreCertain = barSecondsAreCertain;
        _outliers = new Outliers(_instrument);
        _series = new SeriesDirectory(_instrument, calendar, NewSeries);
        Account = new RowAccount(request.BadRows);
    }

    public RowAccount Account { get; }

    /// <summary>Takes all rows of a file, and returns their number.</summary>
    public long Read(ImportSource source, IRowReader reader, Action report, CancellationToken cancellation)
    {
        var before = Account.Read;
        var file = source.Path;
        var skipper = new BadRowSkipper(_request.BadRows);
        var row = default(SourceRow);
        _buildsBars = reader.Kind == SourceKind.Trades;
        for (var count = 0L; ; count++)
        {
            if (count % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                report();
            }

            try
            {
                if (!reader.TryRead(ref row))
                    break;
            }
            catch (BadInputException e) when (skipper.MaySkip(e))
            {
                Account.Reject("unreadable", e);
                continue;
            }

            if (_buildsBars)
                TakeTrade(file, row);
            else
                TakeBar(file, row);
        }

        Account.Drop(OtherRecord, reader.SkippedRows);
        report();
        return Account.Read - before;
    }

    public ImportSummary Complete(IReadOnlyList<SourceFileInfo> files, IEnumerable<string> warnings)
    {
        foreach (var series in _series.All)
        {
            if (series.Builder is not null)
                CloseBars(series, Timestamp.Never);
            series.Flush();
        }

        var bars = _series.All.Sum(s => s.Bars);
        if (bars == 0)
        {
            var reasons = string.Join(", ", Account.Dropped.Concat(Account.Rejected).Select(r => $"{r.Key}: {r.Value}"));
            throw new BadInputException(
                files[0].Name,
                $"{Account.Read} rows, none of them to store ({reasons})",
                $"bars or trades of {_instrument.Symbol}"
            );
        }

        IReadOnlyList<string> said = [.. warnings, .. _outliers.InWords(), .. Account.Examples];
        var info = _writer.Complete(
            new DataSetOrigin
            {
                Text = "imported",
                Sources = files,
                RowsRead = Account.Read,
                RowsStored = Account.Stored,
                Dropped = Account.Dropped,
                Rejected = Account.Rejected,
                Warnings = said,
            }
        );
        return new ImportSummary
        {
            SetName = info.Name,
            Fingerprint = info.Fingerprint,
            RowsRead = Account.Read,
            RowsStored = Account.Stored,
            RowsDropped = Account.RowsDropped,
            RowsRejected = Account.RowsRejected,
            Dropped = Account.Dropped,
            Rejected = Account.Rejected,
            Bars = bars,
            BarSeconds = _barSeconds,
            Contracts = [.. info.Contracts.Select(c => c.Symbol)],
            First = info.First,
            Last = info.Last,
            Warnings = said,
        };
    }

    private ImportSeries NewSeries(string? contract) =>
        new(contract, _writer, _description.HasBidAskVolume) { Builder = _buildsBars ? new BarBuilder(_barSeconds, TimeSpan.Zero) : null };

    private void TakeBar(string file, in SourceRow row)
    {
        if (!TryTime(row, out var second, out var problem))
        {
            Account.Reject(
                problem,
                new BadInputException(file, row.Number, "time", new Timestamp(row.TimeNanos).ToString(), ExpectedTime(problem))
            );
            return;
        }

        var series = _series.Find(row.Symbol, second, file, row.Number, out var reason);
        if (series is null)
        {
            Account.Drop(reason);
            return;
        }

        if (series.LastSecond >= second)
        {
            var of = series.Contract is null ? "" : " of " + series.Contract;
            var before = $"{Timestamp.FromUnixSeconds(series.LastSecond)}, the time of the bar before{of}";
            Account.Reject(
                series.LastSecond == second ? "duplicate time" : "backward time",
                new BadInputException(file, row.Number, "time", Timestamp.FromUnixSeconds(second).ToString(), "a time after " + before)
            );
            return;
        }

        if (
            !TryPrice(file, row, "open", row.OpenNanos, out var open)
            || !TryPrice(file, row, "high", row.HighNanos, out var high)
            || !TryPrice(file, row, "low", row.LowNanos, out var low)
            || !TryPrice(file, row, "close", row.CloseNanos, out var close)
            || !TryVolume(file, row, "volume", row.Volume, _description.HasVolume, out var volume)
            || !TryVolume(file, row, "bid volume", row.BidVolume, _description.HasBidAskVolume, out var bid)
            || !TryVolume(file, row, "ask volume", row.AskVolume, _description.HasBidAskVolume, out var ask)
        )
            return;
        var bar = new Bar(second, open, high, low, close, volume);
        if (!bar.IsConsistent)
        {
            string Text(Price price) => _instrument.Format(price);
            Account.Reject(
                "range",
                new BadInputException(
                    file,
                    row.Number,
                    "low and high",
                    $"open {Text(open)}, high {Text(high)}, low {Text(low)}, close {Text(close)}",
                    "low <= open, close <= high"
                )
            );
            return;
        }

        Account.Store();
        Store(series, bar, bid, ask);
    }

    private void TakeTrade(string file, in SourceRow row)
    {
        if (row.TimeNanos < 0 || row.TimeNanos / Timestamp.NanosPerSecond > uint.MaxValue)
        {
            Account.Reject(
                "time",
                new BadInputException(file, row.Number, "time", new Timestamp(row.TimeNanos).ToString(), ExpectedTime("time"))
            );
            return;
        }

        var series = _series.Find(row.Symbol, (uint)(row.TimeNanos / Timestamp.NanosPerSecond), file, row.Number, out var reason);
        if (series is null)
        {
            Account.Drop(reason);
            return;
        }

        if (!TryPrice(file, row, "price", row.CloseNanos, out var price) || !TryVolume(file, row, "size", row.Volume, true, out var size))
            return;

        // The latest trade is the clock. A trade out of order still finds its bar while that bar is open.
        var time = new Timestamp(row.TimeNanos);
        series.Clock = Timestamp.Max(series.Clock, time);
        CloseBars(series, series.Clock);
        switch (series.Builder!.Add(time, new Print(price, size, row.Aggressor)))
        {
            case PrintOutcome.Taken:
                Account.Store();
                break;
            case PrintOutcome.Late:
                Account.Drop(LatePrint);
                break;
            default:
                Account.Reject(
                    "size",
                    new BadInputException(file, row.Number, "size", $"{size}", "sizes whose sum in one bar is a volume")
                );
                break;
        }
    }

    private void CloseBars(ImportSeries series, Timestamp clock)
    {
        while (series.Builder!.TryClose(clock, out var closed))
            Store(series, closed.Bar, closed.BidVolume, closed.AskVolume);
    }

    private void Store(ImportSeries series, in Bar bar, uint bid, uint ask)
    {
        if (!series.Day.Covers(bar.OpenTime))
        {
            series.Day = FilingDay.At(bar.OpenTime, _calendar);
            series.PreviousClose = null;
        }

        _outliers.Look(series, bar);
        series.PreviousClose = bar.Close;
        series.Add(bar, bid, ask);
    }

    private bool TryTime(in SourceRow row, out uint second, out string problem)
    {
        second = 0;
        var (stamp, rest) = Math.DivRem(row.TimeNanos, Timestamp.NanosPerSecond);
        problem = "time";
        if (rest != 0 || stamp < _barSeconds || stamp > uint.MaxValue)
            return false;
        problem = "time between two bars";
        if (stamp % _barSeconds != 0)
            return false;
        second = (uint)(_request.Stamps == StampedAt.End ? stamp - _barSeconds : stamp);
        return true;
    }

    private string ExpectedTime(string problem) =>
        problem == "time"
            ? "a whole second from 1970 to 2106"
            : $"a multiple of the bar length, {_barSeconds} s"
                + (_barSecondsAreCertain ? "" : " (measured on the first rows; state it if it is wrong)");

    private bool TryPrice(string file, in SourceRow row, string field, long nanos, out Price price)
    {
        if (_instrument.TryFromNanos(nanos, out price) && Math.Abs(price.InTicks) <= LargestTicks)
            return true;
        var value = ((decimal)nanos / Instrument.NanosPerPoint).ToString(CultureInfo.InvariantCulture);
        Account.Reject(
            "price off the grid",
            new BadInputException(
                file,
                row.Number,
                field,
                value,
                $"a price on {_instrument.Symbol}'s grid of {_instrument.TickSize.ToString(CultureInfo.InvariantCulture)}"
            )
        );
        return false;
    }

    private bool TryVolume(string file, in SourceRow row, string field, long value, bool isWanted, out uint volume)
    {
        volume = 0;
        if (!isWanted)
            return true;
        if (value is >= 0 and <= uint.MaxValue)
        {
            volume = (uint)value;
            return true;
        }

        Account.Reject(
            "volume",
            new BadInputException(
                file,
                row.Number,
                field,
                value == SourceRow.Absent ? "nothing, or -1" : $"{value}",
                "a whole number of contracts from 0 to 4294967295"
            )
        );
        return false;
    }
}
