using AotNet.Reference;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>Between the reference's matrices and the engine's spans.</summary>
public static class Numbers
{
    /// <summary>Values as floats, row after row.</summary>
    public static float[] Floats(Matrix matrix) => [.. matrix.Values.Select(static value => (float)value)];

    /// <summary>All inputs of each sample behind one another.</summary>
    public static float[] Inputs(Batch batch)
    {
        var values = new List<float>();
        for (int r = 0; r < batch.Rows; r++)
            foreach (Matrix input in batch.Inputs)
                for (int c = 0; c < input.Columns; c++)
                    values.Add((float)input[r, c]);
        return [.. values];
    }

    /// <summary>Root mean square of all values of several matrices.</summary>
    public static double RootMeanSquare(IEnumerable<Matrix> matrices)
    {
        double sum = 0;
        long count = 0;
        foreach (Matrix matrix in matrices)
        {
            sum += matrix.SquaredNorm();
            count += matrix.Values.Length;
        }
        return Math.Sqrt(sum / Math.Max(count, 1));
    }
}
