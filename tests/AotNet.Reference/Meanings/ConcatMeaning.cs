namespace AotNet.Reference.Meanings;

/// <summary>The features of all inputs side by side: each input gets its columns of the residual.</summary>
sealed class ConcatMeaning : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        var result = new Matrix(call.Rows, call.Inputs.Sum(static input => input.Columns));
        int first = 0;
        foreach (Matrix input in call.Inputs)
        {
            for (int r = 0; r < input.Rows; r++)
                for (int c = 0; c < input.Columns; c++)
                    result[r, first + c] = input[r, c];
            first += input.Columns;
        }
        return result;
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        var parts = new Matrix[call.Inputs.Length];
        int first = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int from = first, width = call.Inputs[i].Columns;
            parts[i] = Matrix.Of(residual.Rows, width, (r, c) => residual[r, from + c]);
            first += width;
        }
        return parts;
    }
}
