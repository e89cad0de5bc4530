using AotNet.Benchmarks.Harness;
using AotNet.Runtime;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace AotNet.Benchmarks;

/// <summary>The network of samples/FashionMlp: 784-512-256-10.</summary>
[Network(Batch = 128, AveragedCurvature = false)]
public sealed partial class Mlp
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image;
        for (int width = 512; width >= 256; width /= 2)
            x = x.BatchRms().Dense(width).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
    }
}

/// <summary>Whole training steps and predictions of a full batch, as samples a second.</summary>
[Config(typeof(Figures))]
[MemoryDiagnoser]
public class StepBenchmarks
{
    readonly float[] images = new float[Mlp.MaxRows * 784], answers = new float[Mlp.MaxRows * 10];
    readonly int[] labels = new int[Mlp.MaxRows];
    Mlp network = null!;

    /// <summary>What updates the weights.</summary>
    [ParamsAllValues]
    public Updates Optimizer { get; set; }

    /// <summary>Threads of a step.</summary>
    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    /// <summary>One, and all.</summary>
    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < images.Length; i++)
            images[i] = random.NextSingle();
        for (int i = 0; i < labels.Length; i++)
            labels[i] = random.Next(10);
        network = Mlp.Create(seed: 1, Threads);
        network.Optimizer = Optimizer switch
        {
            Updates.Sgd => Runtime.Optimizer.Sgd(),
            Updates.Sgd2 => Runtime.Optimizer.Sgd2(),
            _ => Runtime.Optimizer.Adam(),
        };
        // The speed of a step does not depend on its rate; a tiny one keeps the numbers ordinary however long this runs.
        network.LearningRate = 1e-6f;
    }

    [GlobalCleanup]
    public void Cleanup() => network.Dispose();

    [Benchmark]
    public float Step() => network.Step(images, labels);

    [Benchmark]
    public void Predict() => network.Predict(images, answers);

    /// <summary>An optimiser.</summary>
    public enum Updates
    {
        /// <summary>Momentum.</summary>
        Sgd,

        /// <summary>Decorrelated gradients, momentum.</summary>
        Sgd2,

        /// <summary>Adam.</summary>
        Adam,
    }

    sealed class Figures : ManualConfig
    {
        public Figures()
        {
            AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(15));
            AddColumn(StatisticColumn.Median, new RateColumn("samples/s", "from the median", static (benchmark, reports) =>
                RateColumn.Format(Mlp.MaxRows * 1e9 / RateColumn.Median(reports, other => other == benchmark), "0")));
            HideColumns(Column.Error, Column.StdDev);
        }
    }
}
