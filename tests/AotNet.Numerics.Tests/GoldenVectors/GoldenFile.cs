using System.Text.Json;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Optimization;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>
/// One file of <c>golden/</c>, turned the way the engine has things: weights inputs x outputs, samples as rows, and the
/// bias last among homogeneous inputs (the files have outputs x inputs, samples as columns, and the bias first).
/// </summary>
public sealed class GoldenFile
{
    readonly Dictionary<string, (int[] Shape, double[] Values)> arrays = [];
    readonly List<string> layers = [];

    GoldenFile(string name, JsonElement root)
    {
        Name = name;
        JsonElement settings = root.GetProperty("cfg");
        Widths = [.. settings.GetProperty("widths").EnumerateArray().Select(static width => width.GetInt32())];
        Activation = settings.GetProperty("act").GetString() switch { "relu" => "Relu", "tanh" => "Tanh", _ => "ModU" };
        BatchSize = settings.GetProperty("batch").GetInt32();
        IsBlocked = settings.GetProperty("large").GetInt32() == 1;
        BlockSize = settings.GetProperty("max_inv").GetInt32();
        Rule = RuleOf(settings);
        foreach (JsonElement layer in root.GetProperty("layers").EnumerateArray())
        {
            layers.Add(layer.GetProperty("type").GetString()!);
            Windows.Add((Number(layer, "pad"), Number(layer, "stride"), Number(layer, "k")));
        }
        foreach (JsonProperty array in root.GetProperty("data").EnumerateObject())
        {
            arrays.Add(array.Name, (
                [.. array.Value.GetProperty("shape").EnumerateArray().Select(static extent => extent.GetInt32())],
                [.. array.Value.GetProperty("data").EnumerateArray().Select(static value => value.GetDouble())]));
        }
    }

    /// <summary>Types of the layers as the file names them.</summary>
    public IReadOnlyList<string> Layers => layers;

    /// <summary>Padding, stride and pooling window of each layer; 0 where it has none.</summary>
    public List<(int Padding, int Stride, int Window)> Windows { get; } = [];

    /// <summary>File name without extension.</summary>
    public string Name { get; }

    /// <summary>Width of the input, then of each dense layer.</summary>
    public int[] Widths { get; }

    /// <summary>Vocabulary name of the activation.</summary>
    public string Activation { get; }

    /// <summary>Samples in each batch.</summary>
    public int BatchSize { get; }

    /// <summary>Whether wide layers are decorrelated block by block.</summary>
    public bool IsBlocked { get; }

    /// <summary>Largest order of a block.</summary>
    public int BlockSize { get; }

    /// <summary>The update rule, with the authors' quirks.</summary>
    public UpdateRule Rule { get; }

    /// <summary>Whether batches are divided by their running root mean square before all dense layers but the first.</summary>
    public bool HasBatchRms => layers.Contains("RMSNorm");

    /// <summary>Number of dense layers.</summary>
    public int DenseLayers => Widths.Length - 1;

    /// <summary>Names of the files of five steps of networks of dense layers.</summary>
    public static IEnumerable<string> Names => All.Where(static name => !name.StartsWith("conv_", StringComparison.Ordinal));

    /// <summary>Names of the files of five steps of networks of convolutions.</summary>
    public static IEnumerable<string> ImageNames => All.Where(static name => name.StartsWith("conv_", StringComparison.Ordinal));

    static IEnumerable<string> All => Directory.GetFiles(Folder, "*_*.json").Select(Path.GetFileNameWithoutExtension).Order()!;

    static string Folder => Path.Combine(AppContext.BaseDirectory, "golden");

    /// <summary>Where a file lies.</summary>
    public static string PathOf(string name) => Path.Combine(Folder, name + ".json");

    /// <summary>Reads a file by name.</summary>
    public static GoldenFile Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(name)));
        return new GoldenFile(name, document.RootElement);
    }

    /// <summary>The network that the file was computed with.</summary>
    /// <param name="curvature">Form of the layers, unless the file's own is blocked.</param>
    public NetworkSpec Spec(Curvature curvature)
    {
        var builder = new NetworkBuilder("Golden_" + Name.Replace('-', '_'), BatchSize) { CurvatureBlock = BlockSize };
        Value label = default!, x = builder.Input("x", Widths[0]);
        label = builder.Labels(Widths[^1]);
        int dense = 0;
        foreach (string layer in layers.SkipLast(1))
        {
            x = layer switch
            {
                "Linear" => x.Dense(Widths[++dense], curvature: IsBlocked ? Curvature.Blocked : curvature),
                "Act" => x.Activation(Activation),
                "RMSNorm" => x.BatchRms(epsilon: 0.01),
                _ => throw new InvalidDataException($"{Name} has a layer {layer}."),
            };
        }
        return builder.SoftmaxCrossEntropy(x, label);
    }

    /// <summary>Batch of step <paramref name="step"/>, 1 to 5; 6 is the test batch.</summary>
    public Batch Batch(int step)
    {
        (int[] shape, double[] values) = arrays["X"];
        int features = shape[1], samples = shape[2], start = (step - 1) * features * samples;
        Matrix input = Matrix.Of(samples, features, (r, c) => values[start + c * samples + r]);
        double[] labels = arrays["Y"].Values;
        return new Batch(input, Matrix.Of(samples, 1, (r, _) => labels[(step - 1) * samples + r]));
    }

    /// <summary>Whether the file has an array.</summary>
    public bool Has(string array) => arrays.ContainsKey(array);

    /// <summary>A number.</summary>
    public double Number(string array) => arrays[array].Values[0];

    /// <summary>An array's values as they are.</summary>
    public double[] Values(string array) => arrays[array].Values;

    /// <summary>A matrix transposed: inputs x outputs, or samples x features.</summary>
    public Matrix Transposed(string array)
    {
        (int[] shape, double[] values) = arrays[array];
        return new Matrix(shape[0], shape.Length > 1 ? shape[1] : 1, values).Transpose();
    }

    /// <summary>Extents of an array.</summary>
    public int[] ShapeOf(string array) => arrays[array].Shape;

    static int Number(JsonElement layer, string setting) => layer.TryGetProperty(setting, out JsonElement value) ? value.GetInt32() : 0;

    static UpdateRule RuleOf(JsonElement settings) => new()
    {
        Kind = settings.GetProperty("method").GetString() switch
        {
            "sgd" => UpdateKind.Sgd,
            "sgd2" => UpdateKind.Sgd2,
            "adam" => UpdateKind.Adam,
            "rmsprop" => UpdateKind.RmsProp,
            "adagrad" => UpdateKind.Adagrad,
            string other => throw new InvalidDataException($"Unknown method {other}."),
            null => throw new InvalidDataException("No method."),
        },
        LearningRate = settings.GetProperty("lr").GetDouble(),
        Momentum = settings.GetProperty("mom").GetDouble(),
        WeightDecay = settings.GetProperty("wd").GetDouble(),
        DecayKind = DecayKind.Momentum,
        Decorrelate = settings.GetProperty("second_order").GetInt32() == 1,
        Damping = settings.GetProperty("lam").GetDouble(),
        DecorrelateBias = settings.GetProperty("decorr_bias").GetInt32() == 1,
        Paper = new PaperQuirks(settings.GetProperty("clip").GetDouble()),
    };
}
