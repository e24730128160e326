using Quarterpoint.Core;
using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Learning.Training;

/// <summary>The learning rate over the course of a training.</summary>
public static class LearningRate
{
    private const double CosineFloor = 0.01;
    private const double CycleStart = 1.0 / 25;
    private const double CycleEnd = 1e-4;
    private const double CycleRise = 0.3;

    /// <summary>The rate at <paramref name="progress"/>, from 0 before the first step to 1 after the last.</summary>
    public static double At(TrainingSettings settings, double progress)
    {
        Require.That(progress is >= 0 and <= 1, "progress of a training is a share");
        return settings.LearningRate
            * (
                settings.Schedule switch
                {
                    LearningRateShape.OneCycle when progress < CycleRise => Cosine(CycleStart, 1, progress / CycleRise),
                    LearningRateShape.OneCycle => Cosine(1, CycleEnd, (progress - CycleRise) / (1 - CycleRise)),
                    _ when progress < settings.WarmupShare => Math.Max(CosineFloor, progress / settings.WarmupShare),
                    _ => Cosine(1, CosineFloor, (progress - settings.WarmupShare) / (1 - settings.WarmupShare)),
                }
            );
    }

    private static double Cosine(double from, double to, double share) => to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * share)));
}
