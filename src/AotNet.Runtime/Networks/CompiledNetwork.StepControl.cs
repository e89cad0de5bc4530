namespace AotNet.Runtime;

/// <summary>
/// What looks at decorrelated gradients before the update: limits of their size, and the adaptation of their damping. Such
/// steps store gradients and update in a pass of its own.
/// </summary>
public abstract unsafe partial class CompiledNetwork
{
    // Martens and Grosse (2015) and kfac-jax: every 5 steps by 0.9⁵, at ratios of 1/4 and 3/4.
    const int AdaptationInterval = 5;
    const float AdaptationDecay = 0.59049f, MostAdapted = 1e6f;
    const double PoorRatio = 0.25, GoodRatio = 0.75;

    // Rules that normalise gradients take steps whose length says nothing of D; the model is then asked about SGD2's.
    const float TrialRate = 0.1f;

    static readonly Optimizer Descent = Optimizer.Sgd() with { Momentum = 0f };

    TrialMemory? trial;
    double trialLossSum;
    float adapted = 1f, divergenceScale = 1f;

    /// <summary>What the adaptation has multiplied every damping by; 1 without it.</summary>
    public float DampingFactor => optimizer.AdaptsDamping ? adapted : 1f;

    bool TriesStep => optimizer.AdaptsDamping && StepCount % AdaptationInterval == 0;

    /// <summary>Whether this step finds out how far it may go; those until the next such step go as far.</summary>
    bool MeasuresDivergence => optimizer.KlClip > 0 && StepCount % optimizer.GramInterval == 0;

    bool NeedsDirections => optimizer.StepNorm > 0 || MeasuresDivergence || TriesStep;

    /// <summary>What KlClip multiplies the gradients of a step by.</summary>
    float StepScale => optimizer.KlClip > 0 ? divergenceScale : 1f;

    float RateOfTrial => optimizer.Kind is OptimizerKind.Sgd or OptimizerKind.Sgd2 ? LearningRate : TrialRate;

    /// <summary>The loss of the batch after a plain step along the decorrelated gradients; weights and statistics stay as they are.</summary>
    void TryStep(in KernelContext c)
    {
        float* saved = trial!.Parameters, gradients = c.Arena + layout.Gradients;
        ShareOf(in c, out long first, out long last);
        new ReadOnlySpan<float>(c.Arena + first, (int)(last - first)).CopyTo(new Span<float>(saved + first, (int)(last - first)));
        if (c.Worker == 0)
        {
            state->TrialUpdate = new UpdateArguments(Descent, RateOfTrial, 1, decay: false);
            trial.Swap(this, before: true);
        }
        c.Barrier();
        foreach (ref readonly ParameterRun run in layout.Runs.AsSpan())
        {
            long from = Math.Max(first, run.Offset), to = Math.Min(last, run.Offset + run.Length);
            if (from < to && IsDirection(in run))
                OptimizerKernels.Update(state->TrialUpdate, c.Arena + from, gradients + from, null, null, to - from);
        }
        c.Barrier();
        ForwardPass(in c);
        LossPass(in c);
        if (c.Worker == 0)
        {
            double loss = 0;
            for (int r = 0; r < c.Rows; r++)
                loss += (c.Arena + layout.RowLosses.Offset)[r];
            trialLossSum = loss;
            trial.Swap(this, before: false);
        }
        new ReadOnlySpan<float>(saved + first, (int)(last - first)).CopyTo(new Span<float>(c.Arena + first, (int)(last - first)));
        c.Barrier();
    }

    /// <summary>
    /// Levenberg-Marquardt: the model of a step, each layer's least-squares problem, promises a decrease of the loss of
    /// (η - η²/2) ⟨D, Ĝ⟩. Where the trial gave less than a quarter of it the damping grows; where it gave more than three
    /// quarters it shrinks.
    /// </summary>
    void AdaptDamping()
    {
        double slope = 0, rate = RateOfTrial;
        for (int i = 0; i < curvatureLayers.Length; i++)
            slope += layers[i].Decorrelate ? layers[i].Slope : 0;
        double promised = (rate - rate * rate / 2) * slope, given = (lossSum - trialLossSum) / rows;
        if (!(promised > 0))
            return;
        if (!(given >= PoorRatio * promised))
            adapted = MathF.Min(adapted / AdaptationDecay, MostAdapted);
        else if (given > GoodRatio * promised)
            adapted = MathF.Max(adapted * AdaptationDecay, 1 / MostAdapted);
        ConfigureCurvature();
    }

    /// <summary>Scales each layer's D to ‖η D‖ at most StepNorm.</summary>
    void LimitNorms(in KernelContext c)
    {
        float* gradients = c.Arena + layout.Gradients;
        for (int i = c.Worker; i < curvatureLayers.Length; i += c.Workers)
        {
            double squares = 0;
            foreach (ref readonly ParameterRun run in layout.Runs.AsSpan())
            {
                if (run.Layer == i && IsDirection(in run))
                    squares += OptimizerKernels.SumOfSquares(gradients + run.Offset, run.Length);
            }
            layers[i].Squares = squares;
        }
        c.Barrier();
        ShareOf(in c, out long first, out long last);
        foreach (ref readonly ParameterRun run in layout.Runs.AsSpan())
        {
            long from = Math.Max(first, run.Offset), to = Math.Min(last, run.Offset + run.Length);
            if (from < to && IsDirection(in run) && NormScale(run.Layer) is not 1f and float scale)
                LayerSlope.Scale(gradients + from, to - from, scale);
        }
        c.Barrier();
    }

    /// <summary>
    /// Scales the whole step, so that what is decorrelated of it moves the outputs' distribution by no more than KlClip:
    /// ν = min(1, √(κ / Σ η² ⟨D, Ĝ⟩)).
    /// </summary>
    void LimitDivergence(in KernelContext c)
    {
        if (c.Worker == 0)
        {
            double movement = 0;
            for (int i = 0; i < curvatureLayers.Length; i++)
            {
                double reach = (double)NormScale(i) * LearningRate;
                movement += layers[i].Decorrelate ? reach * reach * Math.Max(layers[i].Slope, 0) : 0;
            }
            // A movement that is no number leaves the step as it is: the loss of the next one says where it came from.
            divergenceScale = movement > optimizer.KlClip ? (float)Math.Sqrt(optimizer.KlClip / movement) : 1f;
            PrepareUpdates(StepScale);
        }
        c.Barrier();
    }

    float NormScale(int layer)
    {
        if (optimizer.StepNorm == 0)
            return 1f;
        double norm = LearningRate * Math.Sqrt(layers[layer].Squares);
        return norm > optimizer.StepNorm ? (float)(optimizer.StepNorm / norm) : 1f;
    }

    /// <summary>Whether the gradient of a run is a part of a decorrelated one: weights decay, biases do not.</summary>
    bool IsDirection(in ParameterRun run) => run.Layer >= 0 && (run.Decays ? layers[run.Layer].Decorrelate : layers[run.Layer].DecorrelateBias);

    /// <summary>A worker's part of the learned values, in whole vectors.</summary>
    void ShareOf(in KernelContext c, out long first, out long last)
    {
        const int unit = 16;
        c.Split((int)(layout.ParameterLength / unit), out int firstUnit, out int lastUnit);
        (first, last) = ((long)firstUnit * unit, (long)lastUnit * unit);
    }

    /// <summary>
    /// What a trial changes and the backward pass may have overwritten: weights, inputs and targets, norm statistics. Made
    /// when an optimiser first adapts its damping.
    /// </summary>
    sealed class TrialMemory : IDisposable
    {
        readonly Arena memory;
        readonly BufferPlace[] batch;
        readonly float[] statistics;
        readonly long parameterLength;

        internal TrialMemory(NetworkLayout layout)
        {
            parameterLength = layout.ParameterLength;
            BufferPlace target = layout.Info.Target.IsClass ? layout.Target with { Stride = 1 } : layout.Target;
            batch = [.. layout.Inputs, target];
            long length = parameterLength;
            foreach (BufferPlace place in batch)
                length += (long)layout.Info.Batch * place.Stride;
            memory = new Arena(length * sizeof(float));
            int floats = 0;
            foreach (TensorInfo tensor in layout.Info.Tensors)
                floats += IsLearned(tensor) ? 0 : tensor.Stride;
            statistics = new float[floats];
        }

        internal float* Parameters => (float*)memory.Base;

        /// <summary>Keeps the batch before the step.</summary>
        internal void Keep(CompiledNetwork network) => CopyBatch(network, restore: false);

        /// <summary>Puts back batch and statistics as they were before the step; or statistics as the step left them.</summary>
        internal void Swap(CompiledNetwork network, bool before)
        {
            if (before)
            {
                CopyBatch(network, restore: true);
                network.CopyStatistics(restore: false, statistics);
                network.CopyStatistics(restore: true, network.keptStatistics);
            }
            else
            {
                network.CopyStatistics(restore: true, statistics);
            }
        }

        void CopyBatch(CompiledNetwork network, bool restore)
        {
            float* kept = Parameters + parameterLength;
            foreach (BufferPlace place in batch)
            {
                var values = new Span<float>((float*)network.arena.Base + place.Offset, network.rows * place.Stride);
                var copy = new Span<float>(kept, values.Length);
                if (restore)
                    copy.CopyTo(values);
                else
                    values.CopyTo(copy);
                kept += (long)network.Info.Batch * place.Stride;
            }
        }

        /// <inheritdoc/>
        public void Dispose() => memory.Dispose();
    }
}
