using System.Runtime.InteropServices;
using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;
using TorchSharp;
using static TorchSharp.torch;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// One batch in tensors that are made once; rows in any order are copied straight into their memory. For a GPU that memory is a staging
/// area, from which the batch is sent.
/// </summary>
internal sealed unsafe class BatchBuffer : IDisposable
{
    private readonly int _width;
    private readonly Tensor _stagedFeatures;
    private readonly Tensor _stagedClasses;
    private readonly Tensor? _sentFeatures;
    private readonly Tensor? _sentClasses;
    private readonly float* _features;
    private readonly long* _classes;

    public BatchBuffer(int rows, int width, Device device)
    {
        (Rows, _width) = (rows, width);
        _stagedFeatures = zeros(rows, width, ScalarType.Float32).DetachFromDisposeScope();
        _stagedClasses = zeros(rows, ScalarType.Int64).DetachFromDisposeScope();
        if (device.type != DeviceType.CPU)
        {
            _sentFeatures = empty(rows, width, ScalarType.Float32, device).DetachFromDisposeScope();
            _sentClasses = empty(rows, ScalarType.Int64, device).DetachFromDisposeScope();
        }

        // The tensors own this memory and never move it.
        _features = (float*)Address(_stagedFeatures);
        _classes = (long*)Address(_stagedClasses);
    }

    public int Rows { get; }

    /// <summary>Copies the rows that <paramref name="order"/> names, and their classes.</summary>
    public void Gather(Samples samples, ReadOnlySpan<int> order)
    {
        Require.That(order.Length <= Rows && samples.Width == _width, "a batch fits its buffer");
        var bytes = (uint)(_width * sizeof(float));
        fixed (float* source = samples.Features)
        {
            for (var i = 0; i < order.Length; i++)
                System.Runtime.CompilerServices.Unsafe.CopyBlockUnaligned(
                    _features + ((long)i * _width),
                    source + ((long)order[i] * _width),
                    bytes
                );
        }

        for (var i = 0; i < order.Length; i++)
            _classes[i] = samples.Classes[order[i]];
    }

    /// <summary>Copies consecutive rows, without their classes.</summary>
    public void Take(Samples samples, int first, int rows) =>
        samples.Features.AsSpan(first * _width, rows * _width).CopyTo(new Span<float>(_features, Rows * _width));

    /// <summary>The first rows of the batch, on the device of the network.</summary>
    public Tensor Features(int rows) => Send(_stagedFeatures, _sentFeatures, rows);

    /// <summary>Their classes, on the device of the network.</summary>
    public Tensor Classes(int rows) => Send(_stagedClasses, _sentClasses, rows);

    public void Dispose()
    {
        _stagedFeatures.Dispose();
        _stagedClasses.Dispose();
        _sentFeatures?.Dispose();
        _sentClasses?.Dispose();
    }

    private static void* Address(Tensor tensor) =>
        System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    private Tensor Send(Tensor staged, Tensor? sent, int rows)
    {
        var part = rows == Rows ? staged : staged.narrow(0, 0, rows);
        if (sent is null)
            return part;
        return (rows == Rows ? sent : sent.narrow(0, 0, rows)).copy_(part);
    }
}
