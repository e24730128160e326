using System.Text.Json.Serialization;

namespace Quarterpoint.Benchmarks;

internal sealed record BenchOptions(string Workspace, long Rows, bool Json);

internal sealed record BenchDocument(bool WithinFloors, IReadOnlyList<StepResult> Steps, IReadOnlyList<string> Beyond);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(BenchDocument))]
[JsonSerializable(typeof(StepResult))]
internal sealed partial class BenchJson : JsonSerializerContext;
