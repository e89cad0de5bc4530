using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using CsCheck;

namespace AotNet.Numerics.Tests.RandomGraphs;

/// <summary>
/// A network as a list of genes, each of which adds one op to some earlier value. Every list is a valid network, so that
/// shrinking is dropping genes and lowering numbers.
/// </summary>
/// <param name="Batch">1 to 40.</param>
/// <param name="Rows">Rows of the first batch, at most <paramref name="Batch"/>.</param>
/// <param name="InputWidth">Features of the first input.</param>
/// <param name="SecondInputWidth">Features of the second input; 0 for none.</param>
/// <param name="Outputs">Width of the output.</param>
/// <param name="Objective">0 to 3.</param>
/// <param name="Curvature">0 to 15: the first five ask for decorrelation in each form, the rest for none.</param>
/// <param name="Genes">What is added, one op a gene.</param>
public sealed record RandomNetwork(int Batch, int Rows, int InputWidth, int SecondInputWidth, int Outputs, int Objective,
    int Curvature, Gene[] Genes)
{
    const int LargestWidth = 70;

    static readonly string[] Activations = ["Relu", "LeakyRelu", "ModU", "Tanh", "Sigmoid", "Gelu", "Silu"];

    static readonly Curvature[] Forms =
        [AotNet.Curvature.Primal, AotNet.Curvature.Dual, AotNet.Curvature.Blocked, AotNet.Curvature.Auto, AotNet.Curvature.TwoSided];

    /// <summary>All of them.</summary>
    public static Gen<RandomNetwork> Generator { get; } =
        from sizes in Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, LargestWidth], Gen.Int[0, 9])
        from ends in Gen.Select(Gen.Int[1, 12], Gen.Int[0, 3], Gen.Int[0, 15])
        from genes in Gen.Select(Gen.Int[0, 19], Gen.Int[0, 6], Gen.Int[1, LargestWidth], static (kind, source, width) => new Gene(kind, source, width)).Array[0, 7]
        select new RandomNetwork(sizes.Item1, Math.Min(sizes.Item1, sizes.Item2), sizes.Item3, sizes.Item4 < 7 ? 0 : sizes.Item4,
            ends.Item1, ends.Item2, ends.Item3, genes);

    /// <summary>Whether gradients are decorrelated in the test.</summary>
    public bool Decorrelates => Curvature < Forms.Length;

    /// <summary>The declaration.</summary>
    public NetworkSpec Spec(string name)
    {
        var builder = new NetworkBuilder(name, Batch) { CurvatureBlock = 9 };
        var values = new List<(Value Value, int Width)>();
        Value first = InputWidth % 6 == 0 ? builder.Input("x", InputWidth / 6, 2, 3).Flatten() : builder.Input("x", InputWidth);
        values.Add((first, InputWidth));
        if (SecondInputWidth > 0)
            values.Add((builder.Input("extra", SecondInputWidth), SecondInputWidth));
        var used = new HashSet<int>();
        foreach (Gene gene in Genes)
            Add(builder, values, used, gene);

        // Everything that nothing reads goes into the last layer.
        Value[] ends = [.. values.Where((_, index) => !used.Contains(index)).Select(static value => value.Value)];
        Value joined = ends.Length == 1 ? ends[0] : builder.Concat(ends);
        int outputs = Objective == 0 ? Outputs + 1 : Outputs;
        Value last = Dense(joined, outputs);
        return Objective switch
        {
            0 => builder.SoftmaxCrossEntropy(last, builder.Labels(outputs)),
            1 => builder.MeanSquaredError(last, builder.Targets(outputs)),
            2 => builder.BinaryCrossEntropy(last, builder.Targets(outputs)),
            _ => builder.Huber(last, builder.Targets(outputs), 0.7),
        };
    }

    void Add(NetworkBuilder builder, List<(Value Value, int Width)> values, HashSet<int> used, Gene gene)
    {
        // Mostly the newest value, so that networks get deep; sometimes an older one, so that they branch.
        int index = gene.Source < 4 ? values.Count - 1 : Math.Max(values.Count - gene.Source + 2, 0);
        (Value x, int width) = values[index];
        used.Add(index);
        // Floors of norms are raised: with 1e-5 a norm over one or two values has almost no gradient, and 32-bit floats
        // then see rounding alone.
        const double floor = 0.05;
        values.Add(gene.Kind switch
        {
            < 7 => (x.Activation(Activations[gene.Kind]), width),
            < 11 => (Dense(x, gene.Width, bias: gene.Kind != 10), gene.Width),
            11 => (x.BatchRms(trueGradient: gene.Width % 2 == 0), width),
            12 => (x.RmsNorm(floor), width),
            13 => (x.LayerNorm(floor), width),
            14 => (x.BatchNorm(0.1, floor), width),
            15 => (x.Dropout(0.3), width),
            16 => (x + Dense(x, width), width),
            17 => (x + x.Tanh(), width),
            18 => Join(builder, values, used, x, width),
            _ => (x.Flatten(), width),
        });
    }

    static (Value Value, int Width) Join(NetworkBuilder builder, List<(Value Value, int Width)> values, HashSet<int> used, Value x, int width)
    {
        (Value other, int otherWidth) = values[0];
        used.Add(0);
        return (builder.Concat(x, other, x), 2 * width + otherWidth);
    }

    Value Dense(Value x, int outputs, bool bias = true) =>
        x.Dense(outputs, bias, Decorrelates ? Forms[Curvature] : AotNet.Curvature.Off);
}

/// <summary>One op of a <see cref="RandomNetwork"/>.</summary>
/// <param name="Kind">Which op.</param>
/// <param name="Source">Which earlier value it reads.</param>
/// <param name="Width">Outputs, where it has a choice.</param>
public sealed record Gene(int Kind, int Source, int Width);
