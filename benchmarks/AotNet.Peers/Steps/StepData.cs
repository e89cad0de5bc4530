using AotNet.Runtime;

namespace AotNet.Peers.Steps;

/// <summary>A few batches in memory that training goes round; inputs uniform with mean 0 and variance 1.</summary>
sealed class StepData
{
    /// <summary>Different batches, so that a step's inputs are not those of the step before.</summary>
    internal const int Batches = 8;

    readonly float[][] inputs = new float[Batches][];
    readonly int[][] labels = new int[Batches][];

    StepData(int rows, int features, int classes)
    {
        var random = new Random(1);
        float range = MathF.Sqrt(12);
        for (int i = 0; i < Batches; i++)
        {
            inputs[i] = [.. Enumerable.Range(0, rows * features).Select(_ => (random.NextSingle() - 0.5f) * range)];
            labels[i] = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        }
    }

    /// <summary>Batches as a network takes them.</summary>
    internal static StepData Of(TrainedNetwork network)
    {
        (CompiledNetwork shape, _) = network.Create(1);
        using (shape)
            return new StepData(network.Batch, shape.Info.Inputs[0].Shape.Aggregate(1, static (size, extent) => size * extent), shape.Info.Target.Width);
    }

    /// <summary>Rows x features of a batch.</summary>
    internal float[] Inputs(int batch) => inputs[batch % Batches];

    /// <summary>A class for each row of a batch.</summary>
    internal int[] Labels(int batch) => labels[batch % Batches];
}
