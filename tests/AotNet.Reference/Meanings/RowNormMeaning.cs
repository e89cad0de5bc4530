namespace AotNet.Reference.Meanings;

/// <summary>
/// Per sample over its features, of an image per position over its channels. LayerNorm (centres): y = gain (x - mean) / sqrt(variance + ε) + shift with the biased
/// variance. RmsNorm: y = gain x / sqrt(mean(x²) + ε). The gradient is the true one.
/// </summary>
sealed class RowNormMeaning(double epsilon, bool centres) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        Matrix x = call.ByPosition(call.X);
        double width = x.Columns;
        var root = call.Save("root", new Matrix(x.Rows, 1));
        var normalised = call.Save("normalised", new Matrix(x.Rows, x.Columns));
        for (int r = 0; r < x.Rows; r++)
        {
            double[] row = x.RowRange(r, r + 1).Values;
            double mean = centres ? row.Sum() / width : 0;
            root[r, 0] = Math.Sqrt(row.Sum(value => (value - mean) * (value - mean)) / width + epsilon);
            for (int c = 0; c < x.Columns; c++)
                normalised[r, c] = (x[r, c] - mean) / root[r, 0];
        }
        return call.BySample(Matrix.Of(x.Rows, x.Columns, (r, c) =>
            normalised[r, c] * call.Tensor("gain")[0, c] + (centres ? call.Tensor("shift")[0, c] : 0)));
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        Matrix normalised = call.Saved("normalised"), root = call.Saved("root");
        residual = call.ByPosition(residual);
        call.Gradients["gain"] = call.GradientMeans(Matrix.Hadamard(residual, normalised));
        if (centres)
            call.Gradients["shift"] = call.GradientMeans(residual);

        // With d = dy gain: dx = (d - mean(d) - n mean(d n)) / root, means over the features; no mean(d) without a mean.
        Matrix d = Matrix.Of(residual.Rows, residual.Columns, (r, c) => residual[r, c] * call.Tensor("gain")[0, c]);
        Matrix meanD = d.Transpose().ColumnMeans(), meanDN = Matrix.Hadamard(d, normalised).Transpose().ColumnMeans();
        return [call.BySample(Matrix.Of(d.Rows, d.Columns, (r, c) =>
            (d[r, c] - (centres ? meanD[0, r] : 0) - normalised[r, c] * meanDN[0, r]) / root[r, 0]))];
    }
}
