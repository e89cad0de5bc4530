namespace AotNet.Reference.Meanings;

/// <summary>
/// Per sample and group of channels over all positions: y = gain (x - mean) / sqrt(variance + ε) + shift, the variance biased,
/// gain and shift per channel. The gradient is the true one.
/// </summary>
sealed class GroupNormMeaning(int groups, double epsilon) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        int channels = call.Node.Shape.Channels;
        Matrix mean = Means(call, call.X);
        Matrix variance = Means(call, Of(call, (r, i) => Math.Pow(call.X[r, i] - mean[r, Group(call, i)], 2)));
        Matrix root = call.Save("root", variance.Map(v => Math.Sqrt(v + epsilon)));
        Matrix normalised = call.Save("normalised", Of(call, (r, i) => (call.X[r, i] - mean[r, Group(call, i)]) / root[r, Group(call, i)]));
        return Of(call, (r, i) => normalised[r, i] * call.Tensor("gain")[0, i % channels] + call.Tensor("shift")[0, i % channels]);
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        int channels = call.Node.Shape.Channels;
        Matrix normalised = call.Saved("normalised"), root = call.Saved("root");
        call.Gradients["gain"] = call.GradientMeans(call.ByPosition(Matrix.Hadamard(residual, normalised)));
        call.Gradients["shift"] = call.GradientMeans(call.ByPosition(residual));
        // With d = dy gain: dx = (d - mean(d) - n mean(d n)) / root, means over the group.
        Matrix d = Of(call, (r, i) => residual[r, i] * call.Tensor("gain")[0, i % channels]);
        Matrix meanD = Means(call, d), meanDN = Means(call, Matrix.Hadamard(d, normalised));
        return [Of(call, (r, i) => (d[r, i] - meanD[r, Group(call, i)] - normalised[r, i] * meanDN[r, Group(call, i)]) / root[r, Group(call, i)])];
    }

    static Matrix Of(OpCall call, Func<int, int, double> value) => Matrix.Of(call.Rows, call.Node.Width, value);

    int Group(OpCall call, int index) => index % call.Node.Shape.Channels / (call.Node.Shape.Channels / groups);

    /// <summary>Mean of each group of each sample, rows x groups.</summary>
    Matrix Means(OpCall call, Matrix values)
    {
        var means = new Matrix(call.Rows, groups);
        for (int r = 0; r < call.Rows; r++)
            for (int i = 0; i < values.Columns; i++)
                means[r, Group(call, i)] += values[r, i] * groups / values.Columns;
        return means;
    }
}
