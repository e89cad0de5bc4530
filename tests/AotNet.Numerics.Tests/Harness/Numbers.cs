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

    /// <summary>Classes of each row: those of the labels, or those of the partners in column 1; none where there are none.</summary>
    public static int[] Classes(Batch batch, int column) =>
        column < batch.Target.Columns ? [.. Enumerable.Range(0, batch.Rows).Select(row => (int)batch.Target[row, column])] : [];

    /// <summary>Weight of each row's first class; none where rows have one.</summary>
    public static float[] Weights(Batch batch) =>
        batch.Target.Columns == 3 ? [.. Enumerable.Range(0, batch.Rows).Select(row => (float)batch.Target[row, 2])] : [];

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
