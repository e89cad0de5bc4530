using AotNet.Runtime;

namespace AotNet.Training.Loop;

/// <summary>
/// The flag --curvature-limit: layers with more inputs, the bias among them, are left undecorrelated, as in the authors'
/// code. The inputs of a convolution are what its Gram is of, channels or patches. Layers that decorrelate block by block
/// are within any limit, and --curvature LAYER=on has the last word.
/// </summary>
static class CurvatureLimit
{
    /// <summary>The optimiser, with the layers beyond the limit switched off.</summary>
    public static Optimizer Apply(int limit, Optimizer optimizer, NetworkInfo network)
    {
        LayerCurvatures layers = optimizer.Layers;
        foreach (LayerInfo layer in network.Layers)
        {
            if (layer.CurvatureForm is null or "off" || layer.IsBlocked || layers[layer.Name]?.Decorrelate is not null)
                continue;
            if (InputsOf(layer) > limit)
                layers = layers.With(layer.Name, (layers[layer.Name] ?? new LayerCurvature()) with { Decorrelate = false });
        }
        return optimizer with { Layers = layers };
    }

    static long InputsOf(LayerInfo layer)
    {
        if (layer.CurvatureForm!.StartsWith("patches", StringComparison.Ordinal))
            return layer.ParameterCount / layer.Output[^1];
        if (layer.CurvatureForm.StartsWith("channels", StringComparison.Ordinal))
            return layer.Input[^1] + 1;
        long inputs = 1;
        foreach (int extent in layer.Input)
            inputs *= extent;
        return inputs + 1;
    }
}
