using AotNet.Runtime;

namespace AotNet.Training.Loop;

/// <summary>
/// The flag --curvature-limit: layers with more inputs, the bias among them, are not decorrelated whole. Which layers are
/// is decided when a network is compiled, so that a network that exceeds the limit is refused rather than trained otherwise.
/// </summary>
static class CurvatureLimit
{
    /// <summary>Throws unless every layer beyond the limit is off or blocked, or nothing is decorrelated.</summary>
    /// <exception cref="UsageException">A layer is decorrelated whole; the message says which, and what to do.</exception>
    public static void Check(int limit, Optimizer optimizer, NetworkInfo network)
    {
        if (!optimizer.Decorrelate)
            return;
        foreach (LayerInfo layer in network.Layers)
        {
            if (layer.CurvatureForm is null or "off" or "blocked")
                continue;
            long inputs = 1;
            foreach (int extent in layer.Input)
                inputs *= extent;
            if (inputs + 1 > limit)
            {
                throw new UsageException($"--curvature-limit: layer {layer.Name} has {inputs} inputs and a bias, more than {limit}, and was compiled "
                    + $"to be decorrelated whole; declare it with curvature: Curvature.Off or Curvature.Blocked, or give --curvature-limit {inputs + 1}.");
            }
        }
    }
}
