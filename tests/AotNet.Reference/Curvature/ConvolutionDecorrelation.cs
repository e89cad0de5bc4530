using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Reference.Meanings;

namespace AotNet.Reference.Curvature;

/// <summary>
/// Decorrelated gradients of convolutions. Inputs X̂ are positions x channels, or windows x patch, a column of ones last when
/// the bias takes part; of more than 10,000 rows every s-th, s = ceil(min(50, rows / 10,000)).
/// </summary>
public static class ConvolutionDecorrelation
{
    /// <summary>X̂ without the column of ones: the channels of every position of the unpadded input.</summary>
    public static Matrix Channels(Shape input, Matrix x) => Sampled(new Matrix(x.Rows * input.Positions, input.Channels, x.Values));

    /// <summary>X̂ without the column of ones: the patches under every window, zeros outside of the image.</summary>
    public static Matrix Patches(ConvOp op, Shape input, Matrix x) => Sampled(ConvMeaning.Patches(op.WindowOver(input), input, x));

    /// <summary>
    /// The gradient (tap, channel) x outputs as channels x (tap, output), the bias gradient below once for each tap.
    /// </summary>
    public static Matrix ByChannels(Matrix gradient, Matrix? bias, int taps)
    {
        int channels = gradient.Rows / taps, outputs = gradient.Columns;
        return Matrix.Of(channels + (bias is null ? 0 : 1), taps * outputs, (c, i) =>
            c < channels ? gradient[i / outputs * channels + c, i % outputs] : bias![0, i % outputs]);
    }

    /// <summary>The other way round; the bias is the mean of its copies.</summary>
    public static (Matrix Gradient, Matrix? Bias) ByTaps(Matrix solved, int taps, bool withBias)
    {
        int channels = solved.Rows - (withBias ? 1 : 0), outputs = solved.Columns / taps;
        Matrix gradient = Matrix.Of(taps * channels, outputs, (i, o) => solved[i % channels, i / channels * outputs + o]);
        return (gradient, withBias
            ? Matrix.Of(1, outputs, (_, o) => Enumerable.Range(0, taps).Average(tap => solved[channels, tap * outputs + o]))
            : null);
    }

    /// <summary>The rows that take part.</summary>
    public static Matrix Sampled(Matrix rows)
    {
        const int most = 10_000;
        if (rows.Rows <= most)
            return rows;
        int step = (int)Math.Ceiling(Math.Min(50, (double)rows.Rows / most));
        return Matrix.Of((rows.Rows + step - 1) / step, rows.Columns, (r, c) => rows[r * step, c]);
    }
}
