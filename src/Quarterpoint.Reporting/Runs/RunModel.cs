using Quarterpoint.Core.Forecasting;

namespace Quarterpoint.Reporting.Runs;

/// <summary>The model that traded, as far as a report tells of it.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Hash">Hash of its card, and so of everything in it.</param>
/// <param name="Kind">FeedForward, Logistic.</param>
/// <param name="Horizon">What it forecasts, in words.</param>
/// <param name="Data">The set it learnt from, and its fingerprint.</param>
/// <param name="Train">Days it was fitted on.</param>
/// <param name="Validate">Days it was stopped and calibrated on.</param>
/// <param name="Test">Days it was judged on.</param>
/// <param name="Temperature">What its logits are divided by.</param>
/// <param name="Brackets">What its confidence is worth to a bracket.</param>
/// <param name="Evidence">What it was worth on days it had not seen.</param>
/// <param name="SeesItsOwnPast">Whether the run covers days that the model was trained or calibrated on: then the result proves
/// nothing.</param>
/// <param name="GateBelowBreakEven">Whether the confidence gate alone lies below what the bracket must win (SPEC X4), by an explicit
/// override.</param>
public sealed record RunModel(
    string Name,
    string Hash,
    string Kind,
    string Horizon,
    string Data,
    string Train,
    string Validate,
    string Test,
    double Temperature,
    BracketCalibration? Brackets,
    ModelEvidence? Evidence,
    bool SeesItsOwnPast,
    bool GateBelowBreakEven
);
