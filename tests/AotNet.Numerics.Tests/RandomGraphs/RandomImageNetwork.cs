using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using CsCheck;

namespace AotNet.Numerics.Tests.RandomGraphs;

/// <summary>
/// A network over images or sequences as a list of genes, each of which adds one op to some earlier value: convolutions, pools,
/// norms, residual connections and concatenations mixed. Every list is a valid network.
/// </summary>
/// <param name="Batch">Rows that it is compiled for.</param>
/// <param name="Rows">Rows of the first batch, at most <paramref name="Batch"/>.</param>
/// <param name="IsSequence">Whether it declares a sequence, of one row.</param>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of it.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Curvature">0 to 7: the first six ask for decorrelation in each form, the rest for none.</param>
/// <param name="Genes">What is added, one op a gene.</param>
public sealed record RandomImageNetwork(int Batch, int Rows, bool IsSequence, int Height, int Width, int Channels, int Curvature, Gene[] Genes)
{
    const int Outputs = 3, LargestWidth = 20, LargestExtent = 12;

    static readonly string[] Activations = ["Relu", "ModU", "Tanh", "Sigmoid"];
    static readonly Curvature[] Forms =
        [AotNet.Curvature.Channels, AotNet.Curvature.Patches, AotNet.Curvature.Auto, AotNet.Curvature.Dual, AotNet.Curvature.Blocked, AotNet.Curvature.TwoSided];

    /// <summary>Few rows of small images.</summary>
    public static Gen<RandomImageNetwork> Small { get; } = Networks(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 6], Gen.Int[0, 7]);

    /// <summary>So many rows, of such images, that some kernels may run for a few samples at a time; of such orders that the reference takes seconds.</summary>
    public static Gen<RandomImageNetwork> Large { get; } =
        Networks(Gen.Int[32, 35], Gen.Int[16, 22], Gen.Int[300, 400], Gen.Int[3, 6], Gen.OneOf(Gen.Int[0, 2], Gen.Const(Forms.Length)));

    /// <summary>Which of the draws of a seed it is.</summary>
    public uint Draw { get; init; }

    /// <summary>Whether gradients are decorrelated in the test.</summary>
    public bool Decorrelates => Curvature < Forms.Length;

    static Gen<RandomImageNetwork> Networks(Gen<int> batches, Gen<int> extents, Gen<int> lengths, Gen<int> genes, Gen<int> curvatures) =>
        from batch in Gen.Select(batches, batches)
        from isSequence in Gen.Int[0, 3].Select(static number => number == 0)
        from image in Gen.Select(isSequence ? Gen.Const(1) : extents, isSequence ? lengths : extents, Gen.Int[1, 5], curvatures)
        from list in Gen.Select(Gen.Int[0, 20], Gen.Int[0, 6], Gen.Int[1, LargestWidth], static (kind, source, width) => new Gene(kind, source, width)).Array[genes]
        select new RandomImageNetwork(batch.Item1, Math.Min(batch.Item1, batch.Item2), isSequence, image.Item1, image.Item2, image.Item3, image.Item4, list);

    /// <summary>The declaration.</summary>
    public NetworkSpec Spec(string name)
    {
        var builder = new NetworkBuilder(name, Batch) { CurvatureBlock = 9 };
        Value input = IsSequence ? builder.Input("x", Width, Channels) : builder.Input("x", Height, Width, Channels);
        var values = new List<Image> { new(input, Height, Width, Channels) };
        var used = new HashSet<int>();
        foreach (Gene gene in Genes)
        {
            int index = gene.Source < 4 ? values.Count - 1 : Math.Max(values.Count - gene.Source + 2, 0);
            used.Add(index);
            values.Add(Next(builder, values[index], gene));
        }
        // Everything that nothing reads goes into the last layer, pooled or as it is.
        Value[] ends = [.. values.Where((_, index) => !used.Contains(index)).Select((image, i) => End(image.Value, i + Genes.Length))];
        Value last = (ends.Length == 1 ? ends[0] : builder.Concat(ends)).Dense(Outputs, curvature: AotNet.Curvature.Off);
        return builder.MeanSquaredError(last, builder.Targets(Outputs));
    }

    static Value End(Value image, int kind) => (kind % 3) switch
    {
        0 => image.Flatten(),
        1 => image.GlobalAveragePool(),
        _ => image.GlobalMaxPool(),
    };

    Image Next(NetworkBuilder builder, Image x, Gene gene)
    {
        const double floor = 0.05;
        int stride = 1 + gene.Width % 2, kernel = 1 + gene.Width % 3;
        return gene.Kind switch
        {
            < 4 => Conv(x, gene.Width, kernel, stride, gene.Kind == 3 ? 0 : -1),
            4 when x.Channels > 1 => x with { Value = Depthwise(x.Value, x.Channels, kernel) },
            5 => Grouped(x, gene.Width),
            6 when (IsSequence || x.Height > 1) && x.Width > 1 => new Image(x.Value.MaxPool(Window(2, 2)), Math.Max(x.Height / 2, 1), x.Width / 2, x.Channels),
            7 => new Image(x.Value.MaxPool(Window(3, 3), Window(2, 2), Margin(1, 1), paper: gene.Width % 2 == 0), (x.Height + 1) / 2, (x.Width + 1) / 2, x.Channels),
            8 when x.Width > 1 => new Image(x.Value.AveragePool(Window(3, 2), "1x1", Margin(1, 0)), x.Height, x.Width - 1, x.Channels),
            9 => x with { Value = x.Value.BatchRms() },
            10 => x with { Value = x.Value.BatchNorm(0.1, floor) },
            11 => x with { Value = x.Value.GroupNorm(x.Channels % 2 == 0 ? 2 : 1, floor) },
            12 => x with { Value = x.Value.LayerNorm(floor) },
            13 or 14 => x with { Value = x.Value + Layer(x.Value, x.Channels, kernel, 1, null) },
            15 => x with { Value = builder.Concat(x.Value, Layer(x.Value, kernel + 3, kernel, 1, null)), Channels = x.Channels + kernel + 3 },
            16 => x with { Value = x.Value.Dropout(0.3, channels: gene.Width % 2 == 0) },
            17 when x.Height < LargestExtent && x.Width < LargestExtent =>
                new Image(x.Value.Pad(Margin(1, 2)), x.Height + (IsSequence ? 0 : 2), x.Width + 4, x.Channels),
            18 when IsSequence && x.Width <= LargestExtent / 2 => new Image(x.Value.Upsample("1x2"), 1, 2 * x.Width, x.Channels),
            18 when !IsSequence && x.Height <= LargestExtent / 2 => new Image(x.Value.Upsample("2x1"), 2 * x.Height, x.Width, x.Channels),
            19 => x with { Value = Layer(x.Value, gene.Width, 3, 1, null, dilation: 2), Channels = gene.Width },
            _ => x with { Value = x.Value.Activation(Activations[gene.Width % Activations.Length]) },
        };
    }

    Image Conv(Image x, int channels, int kernel, int stride, int padding)
    {
        if (padding < 0 || !IsSequence && x.Height < kernel || x.Width < kernel)
            return new Image(Layer(x.Value, channels, kernel, stride, null), (x.Height + stride - 1) / stride, (x.Width + stride - 1) / stride, channels);
        return new Image(Layer(x.Value, channels, kernel, stride, "Valid"), IsSequence ? 1 : (x.Height - kernel) / stride + 1, (x.Width - kernel) / stride + 1, channels);
    }

    Value Layer(Value x, int channels, int kernel, int stride, string? padding, int dilation = 1)
    {
        Curvature curvature = Decorrelates ? Forms[Curvature] : AotNet.Curvature.Off;
        return IsSequence ? x.Conv1D(channels, kernel, stride, padding, dilation, curvature: curvature)
            : x.Conv(channels, $"{kernel}x{kernel}", $"{stride}x{stride}", padding, $"{dilation}x{dilation}", bias: channels % 5 != 0, curvature: curvature);
    }

    Value Depthwise(Value x, int channels, int kernel) =>
        IsSequence ? x.Conv1D(channels, kernel, groups: channels) : x.DepthwiseConv($"{kernel}x3", padding: null);

    Image Grouped(Image x, int width)
    {
        int groups = x.Channels % 3 == 0 ? 3 : x.Channels % 2 == 0 ? 2 : 1, channels = groups * (1 + width % 6);
        return x with { Value = IsSequence ? x.Value.Conv1D(channels, 3, groups: groups) : x.Value.Conv(channels, "3x3", groups: groups), Channels = channels };
    }

    string Window(int rows, int columns) => $"{(IsSequence ? 1 : rows)}x{columns}";

    string Margin(int rows, int columns) => $"{(IsSequence ? 0 : rows)}x{columns}";

    sealed record Image(Value Value, int Height, int Width, int Channels);
}
