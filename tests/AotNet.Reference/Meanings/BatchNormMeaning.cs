namespace AotNet.Reference.Meanings;

/// <summary>
/// Per feature, or channel over all positions: y = gain (x - mean) / sqrt(variance + ε) + shift. While training, mean and (biased) variance are those of
/// the batch, and the running averages r ← (1 - momentum) r + momentum s take s from the batch, the variance unbiased
/// (a batch of one row counts as variance 0); inference uses the running averages. The gradient is the true one.
/// </summary>
sealed class BatchNormMeaning(double momentum, double epsilon) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        Matrix x = call.ByPosition(call.X);
        Matrix mean = call.Tensor("mean"), variance = call.Tensor("variance");
        if (call.Training)
        {
            Matrix runningMean = mean, runningVariance = variance;
            mean = x.ColumnMeans();
            variance = Matrix.Of(x.Rows, x.Columns, (r, c) => Math.Pow(x[r, c] - mean[0, c], 2)).ColumnMeans();
            double unbiased = x.Rows / Math.Max(x.Rows - 1.0, 1);
            runningMean.Assign((1 - momentum) * runningMean + momentum * mean);
            runningVariance.Assign((1 - momentum) * runningVariance + momentum * unbiased * variance);
        }
        call.Save("root", variance.Map(v => Math.Sqrt(v + epsilon)));
        Matrix normalised = call.Save("normalised", Matrix.Of(x.Rows, x.Columns, (r, c) => (x[r, c] - mean[0, c]) / Math.Sqrt(variance[0, c] + epsilon)));
        return call.BySample(Matrix.Of(x.Rows, x.Columns, (r, c) => normalised[r, c] * call.Tensor("gain")[0, c] + call.Tensor("shift")[0, c]));
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        Matrix normalised = call.Saved("normalised");
        residual = call.ByPosition(residual);
        call.Gradients["gain"] = call.GradientMeans(Matrix.Hadamard(residual, normalised));
        call.Gradients["shift"] = call.GradientMeans(residual);

        // With d = dy gain: dx = (d - mean(d) - n mean(d n)) / root, means over the batch.
        Matrix d = Matrix.Of(residual.Rows, residual.Columns, (r, c) => residual[r, c] * call.Tensor("gain")[0, c]);
        Matrix meanD = d.ColumnMeans(), meanDN = Matrix.Hadamard(d, normalised).ColumnMeans();
        Matrix root = call.Saved("root");
        return [call.BySample(Matrix.Of(d.Rows, d.Columns, (r, c) => (d[r, c] - meanD[0, c] - normalised[r, c] * meanDN[0, c]) / root[0, c]))];
    }
}
