using Quarterpoint.Core.Labels;
using Quarterpoint.Core.Statistics;

namespace Quarterpoint.Core.Forecasting;

/// <summary>One bin of a reliability diagram: what was said on average, and how often it came true.</summary>
public sealed record ReliabilityBin(double From, double To, int Count, double MeanProbability, double Frequency);

/// <summary>
/// How often the forecast side came true, among the rows whose likeliest class is a side of at least that confidence (SPEC M4).
/// </summary>
/// <param name="Confidence">The least confidence, from 0 to 1.</param>
/// <param name="Signals">Rows that reach it.</param>
/// <param name="Hits">Those of them whose side came true.</param>
/// <param name="Precision">Their share with its interval; null without a signal.</param>
public sealed record PrecisionAt(double Confidence, int Signals, int Hits, Interval? Precision);

/// <summary>How one class was forecast, and how often it came.</summary>
public sealed record ClassScore(
    string Class,
    int Rows,
    double Precision,
    double Recall,
    double CalibrationError,
    IReadOnlyList<ReliabilityBin> Reliability
);

/// <summary>
/// How good probabilities of DOWN, FLAT, UP are, on rows that neither training nor calibration saw. Proper scores decide (log-loss, Brier);
/// the rest explains. Rows should not overlap, because the intervals take each row for an independent trial.
/// </summary>
public sealed record ForecastScore
{
    /// <summary>Bins of a reliability diagram, of equal width.</summary>
    public const int Bins = 10;

    public required int Rows { get; init; }

    /// <summary>The mean of -ln p(what came), in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>The log-loss of a forecast that always says the shares of the classes in the training part.</summary>
    public required double PriorLogLoss { get; init; }

    /// <summary>The mean squared distance between probabilities and what came, from 0 (best) to 2.</summary>
    public required double Brier { get; init; }

    public required double Accuracy { get; init; }

    /// <summary>The accuracy of always saying the commonest class.</summary>
    public required double MajorityAccuracy { get; init; }

    /// <summary>The expected calibration error of the likeliest class, over <see cref="Bins"/> bins.</summary>
    public required double CalibrationError { get; init; }

    /// <summary>Rows on which the price moved: DOWN or UP came.</summary>
    public required int Moves { get; init; }

    /// <summary>Moves whose likelier side was right.</summary>
    public required int DirectionsRight { get; init; }

    /// <summary>
    /// Moves that went up. Always naming the commoner side scores that side's share, and an index rises a little more often than it falls.
    /// </summary>
    public required int MovesUp { get; init; }

    /// <summary>
    /// Moves on which the model was right and the commoner side wrong. Only these and <see cref="WrongAgainstCommoner"/> tell the two apart
    /// (McNemar's test).
    /// </summary>
    public required int RightAgainstCommoner { get; init; }

    /// <summary>Moves on which the model was wrong and the commoner side right.</summary>
    public required int WrongAgainstCommoner { get; init; }

    public required IReadOnlyList<ClassScore> Classes { get; init; }

    public required IReadOnlyList<PrecisionAt> PrecisionAtConfidence { get; init; }

    /// <summary>The share of the commoner side among the moves: what knowing nothing scores.</summary>
    public double CommonerSide => Moves == 0 ? 0 : (double)Math.Max(MovesUp, Moves - MovesUp) / Moves;

    /// <summary>
    /// How often the direction is right, given a move. An edge lifts it above one half (SPEC Z2) and above <see cref="CommonerSide"/>. Null
    /// without a move.
    /// </summary>
    public Interval? DirectionAccuracy => Interval.Wilson(DirectionsRight, Moves);

    /// <summary>Scores forecasts against what came.</summary>
    /// <param name="probabilities">Three a row: DOWN, FLAT, UP.</param>
    /// <param name="classes">What came, one class a row.</param>
    /// <param name="priors">The shares of the classes in the training part.</param>
    public static ForecastScore Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<sbyte> classes, IReadOnlyList<double> priors)
    {
        Require.That(classes.Length > 0 && probabilities.Length == 3 * classes.Length, "every row has three probabilities and a class");
        var (loss, priorLoss, brier) = (0.0, 0.0, 0.0);
        var (right, moves, directions) = (0, 0, 0);
        var movesUp = 0;
        var againstUp = new int[2];
        var againstDown = new int[2];
        var counts = new int[3];
        var said = new int[3];
        var saidRight = new int[3];
        var likeliest = new BinSums();
        BinSums[] perClass = [new(), new(), new()];
        double[] rungs = [0.6, 0.7, 0.8, 0.9];
        var signals = new int[rungs.Length];
        var hits = new int[rungs.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            var p = probabilities.Slice(i * 3, 3);
            var actual = classes[i];
            counts[actual]++;
            loss -= Math.Log(Math.Max(p[actual], 1e-12));
            priorLoss -= Math.Log(Math.Max(priors[actual], 1e-12));
            for (var c = 0; c < 3; c++)
            {
                var came = c == actual ? 1 : 0;
                brier += (p[c] - came) * (p[c] - came);
                perClass[c].Add(p[c], came);
            }

            var best =
                p[1] >= p[0] && p[1] >= p[2] ? 1
                : p[2] > p[0] ? 2
                : 0;
            said[best]++;
            if (best == actual)
                (right, saidRight[best]) = (right + 1, saidRight[best] + 1);
            likeliest.Add(p[best], best == actual ? 1 : 0);
            if (actual != MoveClass.Flat)
            {
                moves++;
                var isUp = actual == MoveClass.Up;
                var isRight = (p[2] > p[0]) == isUp && p[2] != p[0];
                if (isRight)
                    directions++;
                if (isUp)
                    movesUp++;

                // Counted for both sides, because which one is commoner is known only at the end.
                if (isRight != isUp)
                    againstUp[isRight ? 1 : 0]++;
                if (isRight == isUp)
                    againstDown[isRight ? 1 : 0]++;
            }

            for (var rung = 0; rung < rungs.Length && best != MoveClass.Flat; rung++)
            {
                // Rounded to millionths as in trading, because 0.7f >= 0.7 is false (SPEC R10).
                if (Math.Round((double)p[best], 6) < rungs[rung])
                    break;
                signals[rung]++;
                if (best == actual)
                    hits[rung]++;
            }
        }

        var n = (double)classes.Length;
        string[] names = ["DOWN", "FLAT", "UP"];
        return new ForecastScore
        {
            Rows = classes.Length,
            LogLoss = loss / n,
            PriorLogLoss = priorLoss / n,
            Brier = brier / n,
            Accuracy = right / n,
            MajorityAccuracy = counts.Max() / n,
            CalibrationError = likeliest.Error,
            Moves = moves,
            DirectionsRight = directions,
            MovesUp = movesUp,
            RightAgainstCommoner = (2 * movesUp >= moves ? againstUp : againstDown)[1],
            WrongAgainstCommoner = (2 * movesUp >= moves ? againstUp : againstDown)[0],
            Classes =
            [
                .. names.Select(
                    (name, c) =>
                        new ClassScore(
                            name,
                            counts[c],
                            said[c] == 0 ? 0 : (double)saidRight[c] / said[c],
                            counts[c] == 0 ? 0 : (double)saidRight[c] / counts[c],
                            perClass[c].Error,
                            perClass[c].Diagram
                        )
                ),
            ],
            PrecisionAtConfidence =
            [
                .. rungs.Select((rung, i) => new PrecisionAt(rung, signals[i], hits[i], Interval.Wilson(hits[i], signals[i]))),
            ],
        };
    }

    /// <summary>What a reliability diagram is made of. A bin is (m/10, (m+1)/10], as in METHODS.md 4.</summary>
    private sealed class BinSums
    {
        private readonly int[] _count = new int[Bins];
        private readonly double[] _said = new double[Bins];
        private readonly int[] _came = new int[Bins];

        public double Error
        {
            get
            {
                double total = _count.Sum();
                return Enumerable.Range(0, Bins).Sum(i => Math.Abs(_came[i] - _said[i])) / total;
            }
        }

        public IReadOnlyList<ReliabilityBin> Diagram =>
            [
                .. Enumerable
                    .Range(0, Bins)
                    .Where(i => _count[i] > 0)
                    .Select(i => new ReliabilityBin(
                        (double)i / Bins,
                        (i + 1.0) / Bins,
                        _count[i],
                        _said[i] / _count[i],
                        (double)_came[i] / _count[i]
                    )),
            ];

        public void Add(double probability, int came)
        {
            var bin = Math.Clamp((int)Math.Ceiling(probability * Bins) - 1, 0, Bins - 1);
            _count[bin]++;
            _said[bin] += probability;
            _came[bin] += came;
        }
    }
}
