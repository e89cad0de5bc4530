namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    /// <summary>
    /// Copies everything that later steps depend on, so that steps can be tried and undone. Takes as much memory as the
    /// parameters, the moments in use, the norm statistics and the curvature that is kept between steps.
    /// </summary>
    public NetworkSnapshot TakeSnapshot()
    {
        ObjectDisposedException.ThrowIf(arena.Base == null, this);
        return new NetworkSnapshot(this,
            new Counters(StepCount, new ReadOnlySpan<LayerCurvatureState>(layers, curvatureLayers.Length).ToArray(), LearningRate, NonFiniteLayer),
            StateRanges());
    }

    internal void Restore(in Counters counters)
    {
        StepCount = counters.Steps;
        counters.Layers.CopyTo(new Span<LayerCurvatureState>(layers, curvatureLayers.Length));
        LearningRate = counters.LearningRate;
        NonFiniteLayer = counters.NonFiniteLayer;
    }

    /// <summary>Where in the arena that lies which a step reads and the one before it wrote, padding included, in bytes.</summary>
    (long Offset, long Length)[] StateRanges()
    {
        long parameters = layout.ParameterLength * sizeof(float);
        var ranges = new List<(long Offset, long Length)> { (0, parameters) };
        if (optimizer.KeepsFirstMoment)
            ranges.Add((layout.Moments * sizeof(float), parameters));
        if (optimizer.KeepsSecondMoment)
            ranges.Add((layout.SecondMoments * sizeof(float), parameters));
        foreach (TensorInfo[] tensors in (ReadOnlySpan<TensorInfo[]>)[statistics, layout.CurvatureState])
        {
            foreach (TensorInfo tensor in tensors)
                ranges.Add((tensor.Offset, (long)tensor.Rows * tensor.Stride * sizeof(float)));
        }
        return [.. ranges];
    }

    /// <summary>What a step changes beside the arena.</summary>
    internal readonly record struct Counters(long Steps, LayerCurvatureState[] Layers, float LearningRate, string? NonFiniteLayer);
}
