using AotNet.Compiler.Graphs;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>
/// The files of convolutions, turned the way the engine has things: images height x width x channels, kernels (row, column,
/// input) x outputs; the files have channels x height x width, and outputs x inputs x rows x columns.
/// </summary>
static class GoldenImages
{
    /// <summary>The network that a file was computed with.</summary>
    internal static NetworkSpec ImageSpec(this GoldenFile golden)
    {
        int[] x = golden.ShapeOf("X");
        var builder = new NetworkBuilder("Golden_" + golden.Name, golden.BatchSize);
        Value value = builder.Input("x", x[3], x[4], x[2]), label = builder.Labels(golden.Widths[^1]);
        int convolutions = 0;
        foreach ((string layer, (int padding, int stride, int window)) in golden.Layers.Zip(golden.Windows).SkipLast(1))
        {
            value = layer switch
            {
                "Conv" => value.Conv(golden.Widths[++convolutions], "3x3", Pair(stride), Pair(padding), curvature: Curvature.Channels),
                "Act" => value.Activation(golden.Activation),
                "MaxPool" => value.MaxPool(Pair(window), Pair(stride), Pair(padding), paper: true),
                "RMSNorm" => value.BatchRms(epsilon: 0.01),
                _ => throw new InvalidDataException($"{golden.Name} has a layer {layer}."),
            };
        }
        return builder.SoftmaxCrossEntropy(value, label);

        static string Pair(int number) => $"{number}x{number}";
    }

    /// <summary>Batch of step <paramref name="step"/>, 1 to 5; 6 is the test batch.</summary>
    internal static Batch ImageBatch(this GoldenFile golden, int step)
    {
        // A file may have the same images for every step.
        int[] shape = golden.ShapeOf("X");
        int samples = shape[1], channels = shape[2], positions = shape[3] * shape[4], start = (step - 1) % shape[0] * samples * channels * positions;
        double[] values = golden.Values("X"), labels = golden.Values("Y");
        return new Batch(Matrix.Of(samples, positions * channels, (r, i) => values[start + (r * channels + i % channels) * positions + i / channels]),
            Matrix.Of(samples, 1, (r, _) => labels[(step - 1) * samples + r]));
    }

    /// <summary>A kernel or a bias of a file.</summary>
    internal static Matrix Kernel(this GoldenFile golden, string array)
    {
        int[] shape = golden.ShapeOf(array);
        double[] values = golden.Values(array);
        if (shape.Length == 1)
            return new Matrix(1, shape[0], values);
        int inputs = shape[1], taps = shape[2] * shape[3];
        return Matrix.Of(taps * inputs, shape[0], (i, o) => values[(o * inputs + i % inputs) * taps + i / inputs]);
    }

    /// <summary>A kernel or a bias in the order of a file's array.</summary>
    internal static double[] KernelValues(this GoldenFile golden, string array, Matrix kernel)
    {
        int[] shape = golden.ShapeOf(array);
        if (shape.Length == 1)
            return kernel.Values;
        int inputs = shape[1], taps = shape[2] * shape[3];
        return [.. Enumerable.Range(0, kernel.Values.Length).Select(i =>
            kernel[i % taps * inputs + i / taps % inputs, i / (taps * inputs)])];
    }

    /// <summary>Values of a node in the order of a file.</summary>
    internal static double[] ImageValues(Shape shape, Matrix values) => [.. Enumerable.Range(0, values.Values.Length).Select(i =>
        values[i / values.Columns, i % shape.Positions * shape.Channels + i % values.Columns / shape.Positions])];
}
