namespace AotNet.Training.Verbs;

/// <summary>A batch of made-up samples: inputs near N(0, 1), random classes or targets. Equal seeds give equal batches.</summary>
sealed class RandomBatch
{
    /// <summary>Draws a batch.</summary>
    /// <param name="network">Widths.</param>
    /// <param name="rows">Samples.</param>
    /// <param name="seed">Any value.</param>
    public RandomBatch(NetworkInfo network, int rows, int seed)
    {
        var random = new Random(seed);
        Rows = rows;
        Inputs = new float[rows * network.InputFeatures];
        for (int i = 0; i < Inputs.Length; i++)
            Inputs[i] = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2);
        Labels = new int[network.Target.IsClass ? rows : 0];
        for (int i = 0; i < Labels.Length; i++)
            Labels[i] = random.Next(network.Target.Width);
        Targets = new float[network.Target.IsClass ? 0 : rows * network.Target.Width];
        for (int i = 0; i < Targets.Length; i++)
            Targets[i] = network.HasAccuracy() ? random.Next(2) : (float)(random.NextDouble() * 2 - 1);
    }

    public int Rows { get; }

    /// <summary>Rows x features.</summary>
    public float[] Inputs { get; }

    /// <summary>One class a row, or none.</summary>
    public int[] Labels { get; }

    /// <summary>Rows x target width, or none.</summary>
    public float[] Targets { get; }
}
