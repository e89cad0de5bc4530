namespace AotNet.Reference.Meanings;

/// <summary>The features, or channels at each position, of all inputs side by side: each input gets its own of the residual.</summary>
sealed class ConcatMeaning : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        Matrix[] inputs = [.. call.Inputs.Select(call.ByPosition)];
        var result = new Matrix(inputs[0].Rows, inputs.Sum(static input => input.Columns));
        int first = 0;
        foreach (Matrix input in inputs)
        {
            for (int r = 0; r < input.Rows; r++)
                for (int c = 0; c < input.Columns; c++)
                    result[r, first + c] = input[r, c];
            first += input.Columns;
        }
        return call.BySample(result);
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        residual = call.ByPosition(residual);
        var parts = new Matrix[call.Inputs.Length];
        int first = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int from = first, width = call.ByPosition(call.Inputs[i]).Columns;
            parts[i] = call.BySample(Matrix.Of(residual.Rows, width, (r, c) => residual[r, from + c]));
            first += width;
        }
        return parts;
    }
}
