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
        var counters = new Counters
        {
            Steps = StepCount,
            Layers = new ReadOnlySpan<LayerCurvatureState>(layers, curvatureLayers.Length).ToArray(),
            AdaptedDamping = adapted,
            DivergenceScale = divergenceScale,
            LearningRate = LearningRate,
            NonFiniteLayer = NonFiniteLayer,
        };
        return new NetworkSnapshot(this, counters, StateRanges());
    }

    internal void Restore(Counters counters)
    {
        StepCount = counters.Steps;
        counters.Layers.CopyTo(new Span<LayerCurvatureState>(layers, curvatureLayers.Length));
        adapted = counters.AdaptedDamping;
        divergenceScale = counters.DivergenceScale;
        LearningRate = counters.LearningRate;
        NonFiniteLayer = counters.NonFiniteLayer;
    }

    /// <summary>Where in the arena that lies which a step reads and the one before it wrote, padding included, in bytes.</summary>
    (long Offset, long Length)[] StateRanges()
    {
        bool first = optimizer.KeepsFirstMoment, second = optimizer.KeepsSecondMoment;
        var ranges = new (long Offset, long Length)[1 + (first ? 1 : 0) + (second ? 1 : 0) + statistics.Length + layout.CurvatureState.Length];
        long parameters = layout.ParameterLength * sizeof(float);
        int count = 0;
        ranges[count++] = (0, parameters);
        if (first)
            ranges[count++] = (layout.Moments * sizeof(float), parameters);
        if (second)
            ranges[count++] = (layout.SecondMoments * sizeof(float), parameters);
        foreach (TensorInfo tensor in statistics)
            ranges[count++] = RangeOf(tensor);
        foreach (TensorInfo tensor in layout.CurvatureState)
            ranges[count++] = RangeOf(tensor);
        return ranges;

        static (long Offset, long Length) RangeOf(TensorInfo tensor) => (tensor.Offset, (long)tensor.Rows * tensor.Stride * sizeof(float));
    }

    /// <summary>What a step changes beside the arena.</summary>
    internal sealed class Counters
    {
        internal required long Steps { get; init; }

        internal required LayerCurvatureState[] Layers { get; init; }

        internal required float AdaptedDamping { get; init; }

        internal required float DivergenceScale { get; init; }

        internal required float LearningRate { get; init; }

        internal required string? NonFiniteLayer { get; init; }
    }
}
