using System.Diagnostics;

namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    // A step with less work than this is over before a second thread has woken up.
    const long SharedWork = 2_000_000;

    // Workers with equal parts of the work wait for each other for less than this part of a run.
    const int SmoothShare = 16;

    readonly double[] normChunks;
    readonly TensorInfo[] statistics;
    readonly float[] keptStatistics;
    Pass pass;
    int rows;
    int workers;
    int* partners;
    float* weights;
    long prepared; // ticks of Share since the last run
    long waited; // by the team until then
    double lossSum;
    double correctSum;

    enum Pass
    {
        Step,
        Evaluation,
        EvaluationAndPrediction,
        Prediction,
        Output,
    }

    /// <summary>Forward, loss, backward, update on the batch that was loaded.</summary>
    protected BatchResult RunStep(int rows)
    {
        NonFiniteLayer = null;
        CopyStatistics(restore: false, keptStatistics);
        this.rows = rows;
        PrepareUpdates(StepScale);
        PrepareCurvature();
        if (TriesStep)
            trial!.Keep(this);
        Run(Pass.Step, rows, Info.TrainingFlops);
        BatchResult result = Result(rows);
        if (double.IsFinite(lossSum))
        {
            FinishCurvature();
            if (TriesStep)
                AdaptDamping();
            StepCount++;
            return result;
        }
        // The forward pass has moved the running averages already, and the search for the layer moves them again.
        CopyStatistics(restore: true, keptStatistics);
        NonFiniteLayer = FirstNonFinite(Context(0, 1));
        CopyStatistics(restore: true, keptStatistics);
        return result;
    }

    /// <summary>As <see cref="RunStep(int)"/>, with mixed labels; those that are empty are none.</summary>
    protected BatchResult RunStep(int rows, ReadOnlySpan<int> partners, ReadOnlySpan<float> weights)
    {
        fixed (int* partner = partners)
        fixed (float* weight = weights)
        {
            this.partners = partner;
            this.weights = weight;
            try
            {
                return RunStep(rows);
            }
            finally
            {
                this.partners = null;
                this.weights = null;
            }
        }
    }

    /// <summary>Keeps the running averages, or puts them back, padding included.</summary>
    void CopyStatistics(bool restore, float[] copy)
    {
        int start = 0;
        foreach (TensorInfo tensor in statistics)
        {
            var values = new Span<float>(arena.Base + tensor.Offset, tensor.Stride);
            Span<float> kept = copy.AsSpan(start, tensor.Stride);
            if (restore)
                kept.CopyTo(values);
            else
                values.CopyTo(kept);
            start += tensor.Stride;
        }
    }

    /// <summary>Loss of the batch that was loaded, in inference mode.</summary>
    protected BatchResult RunEvaluation(int rows)
    {
        Run(Pass.Evaluation, rows, Info.ForwardFlops);
        return Result(rows);
    }

    BatchResult Result(int rows) => new((float)(lossSum / rows), (long)correctSum, rows);

    /// <summary>Predictions, or plain outputs, for the inputs that were loaded.</summary>
    protected void RunPrediction(int rows, Span<float> outputs, bool applyLink)
    {
        Run(applyLink ? Pass.Prediction : Pass.Output, rows, Info.ForwardFlops);
        CopyRows(applyLink ? layout.Predictions : layout.Output, rows, outputs);
    }

    void CopyRows(BufferPlace place, int rows, Span<float> outputs)
    {
        for (int r = 0; r < rows; r++)
            new ReadOnlySpan<float>((float*)arena.Base + place.Offset + (nint)r * place.Stride, place.Columns)
                .CopyTo(outputs[(r * place.Columns)..]);
    }

    /// <summary>
    /// Has the threads of the passes do other work together between two calls, such as preparing the next batch; on this thread
    /// alone while the passes are, because another process keeps the others from running.
    /// </summary>
    /// <param name="work">Called once per part, at the same time. What it throws is thrown here, and where several threads took part ends the network's use.</param>
    public void Share(ISharedWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        long start = Stopwatch.GetTimestamp();
        if (Threads == 1 || choice.PreparesAlone)
        {
            work.Work(0, 1);
        }
        else
        {
            job.Parts = work;
            team.Run(job);
            job.Parts = null;
        }
        prepared += Stopwatch.GetTimestamp() - start;
    }

    void Run(Pass pass, int rows, long flopsPerRow)
    {
        this.pass = pass;
        this.rows = rows;
        long work = flopsPerRow * rows;
        if (Threads == 1 || work < SharedWork)
        {
            workers = 1;
            Work(0);
            prepared = 0;
            return;
        }
        long start = Stopwatch.GetTimestamp();
        if (choice.Alone)
        {
            workers = 1;
            Work(0);
        }
        else
        {
            workers = Threads;
            team.Run(job);
        }
        // What the threads did for this run before it tells as much of them.
        long elapsed = prepared + Stopwatch.GetTimestamp() - start, waits = team.Waited;
        choice.Note((double)elapsed / work, waits - waited > elapsed / SmoothShare);
        (prepared, waited) = (0, waits);
    }

    KernelContext Context(int worker, int workers) => new()
    {
        Arena = (float*)arena.Base,
        Rows = rows,
        InverseRows = 1f / rows,
        Worker = worker,
        Workers = workers,
        Training = pass == Pass.Step,
        Step = StepCount,
        Seed = Seed,
        Layers = layers,
        ReversesBlocks = ReversesBlocks,
        UpdatesInPlace = !KeepsGradients && optimizer.ClipNorm == 0 && !NeedsDirections,
        WeightUpdate = &state->WeightUpdate,
        FirstMoments = (nint)layout.Moments,
        SecondMoments = (nint)layout.SecondMoments,
        Partners = partners,
        Weights = weights,
        Times = worker == 0 ? Times : null,
        Team = team,
    };

    void Work(int worker)
    {
        KernelContext c = Context(worker, workers);
        if (worker == 0 && pass == Pass.Step)
            Times?.Begin();
        ForwardPass(in c);
        switch (pass)
        {
            case Pass.Prediction:
                LinkPass(in c);
                break;
            case Pass.Evaluation:
            case Pass.EvaluationAndPrediction:
                LossPass(in c);
                SumLosses(in c);
                if (pass == Pass.EvaluationAndPrediction)
                    LinkPass(in c);
                break;
            case Pass.Step:
                LossPass(in c);
                SumLosses(in c);
                if (!double.IsFinite(lossSum))
                    return;
                BackwardPass(in c);
                if (TriesStep)
                    TryStep(in c);
                if (optimizer.StepNorm > 0)
                    LimitNorms(in c);
                if (MeasuresDivergence)
                    LimitDivergence(in c);
                Update(in c);
                if (worker == 0)
                    Times?.End();
                break;
            default:
                break;
        }
    }

    /// <summary>One worker adds up in row order, so that the sum does not depend on their number.</summary>
    void SumLosses(in KernelContext c)
    {
        if (c.Worker == 0)
        {
            float* losses = c.Arena + layout.RowLosses.Offset, correct = losses + layout.RowLosses.Stride;
            double loss = 0, right = 0;
            for (int r = 0; r < c.Rows; r++)
            {
                loss += losses[r];
                right += correct[r];
            }
            lossSum = loss;
            correctSum = right;
        }
        c.Barrier();
    }

    void Update(in KernelContext c)
    {
        float* gradients = c.Arena + layout.Gradients;
        if (optimizer.ClipNorm > 0)
            Clip(in c, gradients);
        // Shares are cut at vectors of the whole, not of each run, so that small runs do not all fall to one worker.
        ShareOf(in c, out long first, out long last);
        foreach (ref readonly ParameterRun run in layout.Runs.AsSpan())
        {
            long from = Math.Max(first, run.Offset), to = Math.Min(last, run.Offset + run.Length);
            if (from >= to || IsUpdated(in c, run))
                continue;
            float* w = c.Arena + from;
            OptimizerKernels.Update(run.Decays ? state->WeightUpdate : state->OtherUpdate, w, gradients + from, w + c.FirstMoments, w + c.SecondMoments, to - from);
        }
        c.Barrier();
    }

    /// <summary>What the update of this step does, for all workers.</summary>
    void PrepareUpdates(float gradientScale)
    {
        state->WeightUpdate = new UpdateArguments(optimizer, LearningRate, StepCount + 1, decay: true, gradientScale);
        state->OtherUpdate = state->WeightUpdate.WithoutDecay();
    }

    void Clip(in KernelContext c, float* gradients)
    {
        double squares = SumOfSquares(in c, gradients);
        if (c.Worker == 0)
            PrepareUpdates(StepScale * OptimizerKernels.ClipScale(StepScale * StepScale * squares, optimizer.ClipNorm));
        c.Barrier();
    }

    static bool IsUpdated(in KernelContext c, in ParameterRun run) => c.UpdatesInPlace
        && (run.InPlace == InPlaceUpdate.Always || (run.InPlace == InPlaceUpdate.Plain && !c.Layers[run.Layer].Decorrelate));

    /// <summary>Of all gradients, in chunks that workers share and everyone adds in order: no sum depends on their number.</summary>
    double SumOfSquares(in KernelContext c, float* gradients)
    {
        c.Split(normChunks.Length, out int first, out int last);
        for (int i = first; i < last; i++)
        {
            long from = (long)i * OptimizerKernels.Chunk;
            normChunks[i] = OptimizerKernels.ChunkSumOfSquares(gradients + from, (int)Math.Min(OptimizerKernels.Chunk, layout.ParameterLength - from));
        }
        c.Barrier();
        double sum = 0;
        foreach (double chunk in normChunks)
            sum += chunk;
        return sum;
    }

    /// <summary>What the workers run; apart from the network so that its public face stays clean.</summary>
    sealed class PassJob(CompiledNetwork network) : IWorkerJob
    {
        /// <summary>What they do instead of a pass, while <see cref="Share"/> runs.</summary>
        internal ISharedWork? Parts;

        public void Work(int worker)
        {
            if (Parts is { } parts)
                parts.Work(worker, network.Threads);
            else
                network.Work(worker);
        }
    }
}
