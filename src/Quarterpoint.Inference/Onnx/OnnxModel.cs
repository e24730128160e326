using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Quarterpoint.Inference.Onnx;

/// <summary>
/// A network in ONNX Runtime: rows of features in, probabilities of DOWN, FLAT, UP out. Everything it needs is made at the start, and a
/// call allocates nothing. It works on the caller's thread alone. It has buffers of its own, so each thread needs a model of its own.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    /// <summary>
    /// Rows of a block. Every block is computed whole, whatever its unused rows hold, so that a row's bits depend neither on the rows that
    /// follow nor on how many there are.
    /// </summary>
    public const int BlockRows = 1024;

    /// <summary>DOWN, FLAT, and UP.</summary>
    public const int Classes = 3;

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly Bound _block;
    private readonly Bound _single;

    /// <param name="bytes">The file's content, which <see cref="OnnxCheck"/> has passed.</param>
    /// <param name="width">Features a row.</param>
    /// <exception cref="OnnxRuntimeException">The runtime does not take it.</exception>
    public OnnxModel(byte[] bytes, int width)
    {
        Width = width;

        // On Windows the runtime sends telemetry to its maker unless told not to.
        OrtEnv.Instance().DisableTelemetryEvents();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        _session = new InferenceSession(bytes, options);
        _block = new Bound(_session, BlockRows, width);
        _single = new Bound(_session, 1, width);
    }

    /// <summary>Features a row.</summary>
    public int Width { get; }

    /// <summary>Many rows, in blocks.</summary>
    /// <param name="rows">Rows, one after another.</param>
    /// <param name="count">How many.</param>
    /// <param name="probabilities">Receives three a row.</param>
    public void Run(ReadOnlySpan<float> rows, int count, Span<float> probabilities)
    {
        for (var first = 0; first < count; first += BlockRows)
        {
            var length = Math.Min(BlockRows, count - first);
            rows.Slice(first * Width, length * Width).CopyTo(_block.Input);
            _session.RunWithBinding(_options, _block.Binding);
            _block.Output.AsSpan(0, length * Classes).CopyTo(probabilities[(first * Classes)..]);
        }
    }

    /// <summary>One row, as live trading has it.</summary>
    public void RunOne(ReadOnlySpan<float> row, Span<float> probabilities)
    {
        row[..Width].CopyTo(_single.Input);
        _session.RunWithBinding(_options, _single.Binding);
        _single.Output.AsSpan(0, Classes).CopyTo(probabilities);
    }

    public void Dispose()
    {
        _block.Dispose();
        _single.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    /// <summary>Pinned buffers, which the runtime reads and writes in place.</summary>
    private sealed class Bound : IDisposable
    {
        private readonly OrtValue _in;
        private readonly OrtValue _out;

        public Bound(InferenceSession session, int rows, int width)
        {
            Input = GC.AllocateArray<float>(rows * width, pinned: true);
            Output = GC.AllocateArray<float>(rows * Classes, pinned: true);
            _in = ValueOver(Input, rows, width);
            _out = ValueOver(Output, rows, Classes);
            Binding = session.CreateIoBinding();
            Binding.BindInput(OnnxCheck.Input, _in);
            Binding.BindOutput(OnnxCheck.Output, _out);
        }

        public float[] Input { get; }

        public float[] Output { get; }

        public OrtIoBinding Binding { get; }

        public void Dispose()
        {
            Binding.Dispose();
            _in.Dispose();
            _out.Dispose();
        }

        private static OrtValue ValueOver(float[] buffer, int rows, int width) =>
            OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
                [rows, width],
                Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0),
                (long)buffer.Length * sizeof(float)
            );
    }
}
