using AotNet.Peers.Libraries;

namespace AotNet.Peers.Steps;

/// <summary>How many times faster than libtorch a step is to be at least.</summary>
static class StepTargets
{
    static readonly Dictionary<string, double[]> Momentum = new()
    {
        ["784-512-512-10"] = [6, 1.7, 1.3, 1.25],
        ["784-128-64-10"] = [15, 2.2, 1.5, 1.4],
        ["64-64-64-4"] = [80, 8, 3, 1.6],
        ["20-16-16-2"] = [150, 40, 15, 5],
        ["784-400-360-320-280-240-200-160-120-80-40-10"] = [7, 1.7, 1.3, 1.25],
    };

    static readonly string[] AdamAtOneRow = ["784-512-512-10", "784-400-360-320-280-240-200-160-120-80-40-10"];

    const double AdamAtOneRowTarget = 20;

    /// <summary>Batches of the columns above.</summary>
    internal static int[] Batches { get; } = [1, 32, 128, 512];

    internal static double Of(string network, int batch, StepRule rule) =>
        rule == StepRule.Adam && batch == 1 && AdamAtOneRow.Contains(network)
            ? AdamAtOneRowTarget
            : Momentum[network][Array.IndexOf(Batches, batch)];
}
