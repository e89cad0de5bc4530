using System.Diagnostics;
using AotNet.Peers.Harness;
using AotNet.Peers.Images;
using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Peers.Recipes;

/// <summary>What one side has reached after an epoch.</summary>
/// <param name="Accuracy">Share of the test set that it gets right.</param>
/// <param name="Seconds">Of all its steps so far, batches and evaluation not counted.</param>
readonly record struct Reached(double Accuracy, double Seconds);

/// <summary>
/// Our network and libtorch's from the same weights, step by step in turn on the same batches: our trainer's own order,
/// standardisation, augmentation, schedule and evaluation.
/// </summary>
sealed class Twins : IDisposable
{
    /// <summary>Steps whose losses are compared; later ones drift apart, as rounding does in training.</summary>
    internal const int CheckedSteps = 10;

    internal const double LossTolerance = 1e-2;

    readonly NetworkInfo info;
    readonly TrainingData data;
    readonly CompiledTrainable ours;
    readonly TorchTwin theirs;
    readonly SampleOrder order;
    readonly BatchBuffer batch;
    readonly Schedule schedule;
    readonly int stepsPerEpoch;
    readonly long totalSteps;
    long step, ownTicks, theirTicks;

    /// <param name="start">Our network, which is disposed of with the rest.</param>
    /// <param name="forward">The same by libtorch.</param>
    /// <param name="settings">As <c>train</c> reads them.</param>
    /// <param name="data">Training and test set.</param>
    internal Twins(CompiledNetwork start, Func<TorchLayers, TorchSharp.torch.Tensor, TorchSharp.torch.Tensor> forward, RunSettings settings, TrainingData data)
    {
        (info, this.data) = (start.Info, data);
        theirs = new TorchTwin(start, forward, settings.Optimizer.Momentum, settings.Optimizer.WeightDecay);
        ours = new CompiledTrainable(start) { Optimizer = settings.Optimizer };
        order = new SampleOrder(data.Train.Samples, settings.Seed);
        batch = new BatchBuffer(settings.Batch, data.Profile.Standardization, info, ours, settings.CreateAugmenter(info, ours.Threads));
        stepsPerEpoch = (data.Train.Samples.Length + settings.Batch - 1) / settings.Batch;
        totalSteps = (long)settings.Epochs * stepsPerEpoch;
        schedule = new Schedule
        {
            Kind = settings.Schedule,
            LearningRate = settings.Optimizer.LearningRate,
            WarmupSteps = settings.WarmupSteps(totalSteps),
        };
    }

    /// <summary>Trains both for an epoch.</summary>
    /// <exception cref="PeersException">Their first losses differ.</exception>
    internal (Reached Ours, Reached Theirs) Epoch(int epoch)
    {
        order.ShuffleFor(epoch);
        for (int start = 0; start < order.Samples.Length; start += batch.Rows)
        {
            batch.Load(data.Train.Data, order, start, epoch);
            theirs.Load(batch.Inputs, batch.Labels);
            Step(schedule.RateAt(step++, totalSteps));
        }
        SampleSet test = data.Test!;
        return (new Reached(Evaluator.Measure(ours, info, test, batch).Accuracy!.Value, Seconds(ownTicks)),
            new Reached((double)Correct(test) / test.Samples.Length, Seconds(theirTicks)));
    }

    public void Dispose()
    {
        ours.Dispose();
        theirs.Dispose();
    }

    void Step(float rate)
    {
        ours.LearningRate = rate;
        long begin = Stopwatch.GetTimestamp();
        float own = ours.Step(batch.Inputs, batch.Labels, batch.Targets).Loss;
        long middle = Stopwatch.GetTimestamp();
        float other = theirs.Step(rate);
        theirTicks += Stopwatch.GetTimestamp() - middle;
        ownTicks += middle - begin;
        if (step <= CheckedSteps && !(Math.Abs(own - other) <= LossTolerance))
            throw new PeersException($"The losses differ, {own} and libtorch's {other}, in step {step}; nothing is compared.");
    }

    long Correct(SampleSet set)
    {
        long correct = 0;
        for (int start = 0; start < set.Samples.Length; start += batch.Rows)
        {
            batch.Load(set.Data, set.Samples.AsSpan(start, Math.Min(batch.Rows, set.Samples.Length - start)));
            theirs.Load(batch.Inputs, batch.Labels);
            correct += theirs.Correct();
        }
        return correct;
    }

    static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;
}
