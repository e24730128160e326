using TorchSharp;
using static TorchSharp.torch;

namespace Quarterpoint.Learning.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov, Hutter 2019) and a bound on the gradient's length, on all parameters at once. Its state is
/// two vectors and a count, which a checkpoint holds exactly; the library's own optimiser exposes only a part of its state.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly ParameterVector _parameters;
    private readonly Tensor _decayed;
    private readonly double _weightDecay;
    private readonly Scalar _clip;
    private readonly Scalar _one = 1.0;

    // A number that becomes a scalar inside a call may be finalised before the call has read it, so every scalar has a name that holds it:
    // the factor of an addition too, which the library makes itself where it is not given.
    private readonly Scalar _tiny = 1e-6;
    private readonly Scalar _beta1 = Beta1;
    private readonly Scalar _beta2 = Beta2;
    private readonly Scalar _fresh1 = 1 - Beta1;
    private readonly Scalar _fresh2 = 1 - Beta2;

    public AdamW(ParameterVector parameters, double weightDecay, double clipNorm)
    {
        (_parameters, _weightDecay, _clip) = (parameters, weightDecay, clipNorm);
        _decayed = parameters.Values.narrow(0, 0, parameters.DecayingCount).DetachFromDisposeScope();
        Mean = zeros_like(parameters.Values).DetachFromDisposeScope();
        Square = zeros_like(parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>The running mean of the gradient.</summary>
    public Tensor Mean { get; }

    /// <summary>The running mean of the gradient's square.</summary>
    public Tensor Square { get; }

    /// <summary>How many steps were made.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// Makes one step along the gradients, which are shortened in place where they are too long. Temporary tensors are left to the caller's
    /// dispose scope.
    /// </summary>
    public void Step(double rate)
    {
        Steps++;
        using var still = no_grad();
        var gradient = _parameters.Gradients;

        // The length is not read back: a GPU would have to wait for it at every step.
        var scale = gradient.norm().add_(_tiny, _one).reciprocal_().mul_(_clip).clamp_max_(_one);
        gradient.mul_(scale);
        Mean.mul_(_beta1).add_(gradient, _fresh1);
        Square.mul_(_beta2).addcmul_(gradient, gradient, _fresh2);

        // The bias corrections of both means go into the rate and the epsilon, which saves two passes over the parameters.
        var root = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        using Scalar kept = 1 - (rate * _weightDecay);
        using Scalar step = -rate * root / (1 - Math.Pow(Beta1, Steps));
        using Scalar epsilon = Epsilon * root;
        if (_weightDecay > 0)
            _decayed.mul_(kept);
        _parameters.Values.addcdiv_(Mean, Square.sqrt().add_(epsilon, _one), step);
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[_decayed, Mean, Square])
            tensor.Dispose();
        foreach (var scalar in (Scalar[])[_clip, _one, _tiny, _beta1, _beta2, _fresh1, _fresh2])
            scalar.Dispose();
    }
}
