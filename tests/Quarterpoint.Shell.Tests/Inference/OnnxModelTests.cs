using Quarterpoint.Core.Forecasting;
using Quarterpoint.Inference.Onnx;
using Quarterpoint.Testing;

namespace Quarterpoint.Shell.Tests.Inference;

public sealed class OnnxModelTests
{
    private const int Width = 44;

    private static readonly Network Network = OnnxBytes.RandomNetwork(11, Width, 32, 16);

    [Fact]
    [Trait("Spec", "M6")]
    public void Says_what_the_network_says()
    {
        // Another softmax, in double, over the network's own logits.
        using var model = Open();
        var rows = OnnxBytes.RandomRows(5, 3_000, Width);
        var found = Run(model, rows);
        for (var row = 0; row < 3_000; row++)
        {
            var powers = Network.Logits(rows.AsSpan(row * Width, Width)).Select(logit => Math.Exp(logit / 1.7)).ToArray();
            for (var k = 0; k < 3; k++)
                Assert.Equal(powers[k] / powers.Sum(), found[(row * 3) + k], 1e-6);
        }
    }

    [Theory]
    [Trait("Spec", "N10")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(777)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(2500)]
    public void The_bits_of_a_row_do_not_depend_on_the_rows_that_follow(int cut)
    {
        using var model = Open();
        var rows = OnnxBytes.RandomRows(6, 3_000, Width);
        var whole = Run(model, rows);
        var truncated = Run(model, rows[..(cut * Width)]);
        var scrambled = Run(model, [.. rows[..(cut * Width)], .. OnnxBytes.RandomRows(7, 3_000 - cut, Width).Select(v => v * 1e6f)]);
        Assert.Equal(whole[..(cut * 3)], truncated);
        Assert.Equal(whole[..(cut * 3)], scrambled[..(cut * 3)]);
    }

    [Fact]
    [Trait("Spec", "N10")]
    public void What_stood_in_a_block_before_leaves_no_trace()
    {
        // Numbers of an earlier call, infinities among them, still fill the unused rows of the block.
        using var model = Open();
        var rows = OnnxBytes.RandomRows(8, 10, Width);
        var before = Run(model, rows);
        Run(
            model,
            [
                .. Enumerable
                    .Range(0, 1024 * Width)
                    .Select(i =>
                        i % 3 == 0 ? float.NaN
                        : i % 3 == 1 ? float.PositiveInfinity
                        : 1e30f
                    ),
            ]
        );
        Assert.Equal(before, Run(model, rows));
    }

    [Fact]
    public void The_bits_of_a_row_do_not_depend_on_its_place_in_the_block()
    {
        using var model = Open();
        var row = OnnxBytes.RandomRows(9, 1, Width);
        var found = Run(model, [.. Enumerable.Repeat(row, OnnxModel.BlockRows).SelectMany(r => r)]);
        for (var i = 0; i < OnnxModel.BlockRows; i++)
            Assert.Equal(found[..3], found.AsSpan(i * 3, 3).ToArray());
    }

    [Fact]
    [Trait("Spec", "M6")]
    public void One_row_alone_says_what_it_says_in_a_block()
    {
        using var model = Open();
        var rows = OnnxBytes.RandomRows(10, 2_000, Width);
        var block = Run(model, rows);
        var one = new float[3];
        for (var row = 0; row < 2_000; row++)
        {
            model.RunOne(rows.AsSpan(row * Width, Width), one);
            for (var k = 0; k < 3; k++)
                Assert.Equal(block[(row * 3) + k], one[k], 1e-6f);
        }
    }

    [Fact]
    [Trait("Spec", "M5")]
    public void Allocates_nothing_once_it_is_open()
    {
        using var model = Open();
        var rows = OnnxBytes.RandomRows(12, 3_000, Width);
        var found = new float[9_000];
        void Work()
        {
            for (var i = 0; i < 20; i++)
            {
                model.Run(rows, 3_000, found);
                model.RunOne(rows.AsSpan(0, Width), found);
            }
        }

        Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void No_rows_are_no_work()
    {
        using var model = Open();
        model.Run([], 0, []);
    }

    private static OnnxModel Open() => new(OnnxBytes.Of(Network, 1.7), Width);

    private static float[] Run(OnnxModel model, float[] rows)
    {
        var found = new float[rows.Length / Width * 3];
        model.Run(rows, rows.Length / Width, found);
        return found;
    }
}
