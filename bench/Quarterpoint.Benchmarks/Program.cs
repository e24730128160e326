using Quarterpoint.Benchmarks;
var columns = RandomWalk.Make(5_000_000, 1);
Console.WriteLine(EngineBench.Cross(columns));
Console.WriteLine(EngineBench.AlwaysInPosition(columns));
