using AotNet.Compiler.Graphs;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Tests;

/// <summary>Every error of a declaration, found at the right call and argument, with the values of its message.</summary>
public sealed class GraphErrorTests
{
    const long Limit = GraphBuilder.MaxTensorSize;

    /// <summary>Declarations in error: a Define of input x (4 values) and labels of 3 classes unless it says otherwise.</summary>
    static readonly (NetworkSpec Spec, GraphDiagnostic Expected)[] Cases =
    [
        (Valid() with { Batch = 0 }, At(GraphError.BatchOutOfRange, -1, -1, "0")),
        (Valid() with { Batch = 65_537 }, At(GraphError.BatchOutOfRange, -1, -1, "65537")),
        (Valid() with { Batch = int.MinValue }, At(GraphError.BatchOutOfRange, -1, -1, "-2147483648")),
        (Valid() with { CurvatureBlock = 0 }, At(GraphError.CurvatureBlockOutOfRange, -1, -1, "0")),
        (Valid() with { CurvatureBlock = 4_097 }, At(GraphError.CurvatureBlockOutOfRange, -1, -1, "4097")),

        (Shaped([3, 0], 3), At(GraphError.ExtentOutOfRange, -1, 0, "x", "0", "1")),
        (Shaped([4, -2], 3), At(GraphError.ExtentOutOfRange, -1, 0, "x", "-2", "1")),
        (Regression([4], [0]), At(GraphError.ExtentOutOfRange, -1, 1, "target", "0", "1")),
        (Shaped([1 << 20, 1 << 20], 3), At(GraphError.TooLarge, -1, 0, "x", int.MaxValue.ToString(), Limit.ToString())),
        (Classes(x => x.Dense(1 << 27).Dense(3)), At(GraphError.TooLarge, 0, -1, "Dense weight", (1L << 29).ToString(), Limit.ToString())),
        (Classes(x => x.Dense((1 << 28) + 1).Dense(3)), At(GraphError.TooLarge, 0, -1, "Dense", ((1 << 28) + 1).ToString(), Limit.ToString())),
        (TooWideConcat(), At(GraphError.TooLarge, 0, -1, "Concat", (3 << 27).ToString(), Limit.ToString())),

        (Classes(x => x.Dense(3) + x.Dense(5)), At(GraphError.ShapesDoNotMeet, 2, -1, "3", "5")),
        (Classes(x => x.Dense(0).Dense(3)), At(GraphError.WidthNotPositive, 0, 1, "0")),
        (Classes(x => x.Relu().Dense(-7).Dense(3)), At(GraphError.WidthNotPositive, 1, 1, "-7")),

        (Classes(x => x.LeakyRelu(double.NaN).Dense(3)), Range(0, 1, "slope", "NaN", "a finite number")),
        (Classes(x => x.LeakyRelu(double.PositiveInfinity).Dense(3)), Range(0, 1, "slope", "Infinity", "a finite number")),
        (Classes(x => Weights(x, new Constant(0, "Normal"))), Range(0, 3, "sigma", "0", "a finite number above zero")),
        (Classes(x => Weights(x, new Constant(-0.5, "Normal"))), Range(0, 3, "sigma", "-0.5", "a finite number above zero")),
        (Classes(x => x.BatchRms(momentum: 1).Dense(3)), Range(0, 1, "momentum", "1", "0 up to but not including 1")),
        (Classes(x => x.BatchRms(epsilon: -1e-3).Dense(3)), Range(0, 2, "epsilon", "-0.001", "a finite number, 0 (the default) or above")),
        (Classes(x => x.RmsNorm(0).Dense(3)), Range(0, 1, "epsilon", "0", "a finite number above zero")),
        // Above zero as a double, zero as the float that kernels see.
        (Classes(x => x.LayerNorm(1e-60).Dense(3)), Range(0, 1, "epsilon", "1E-60", "a finite number above zero")),
        (Classes(x => x.BatchNorm(momentum: 0).Dense(3)), Range(0, 1, "momentum", "0", "above 0 and at most 1")),
        (Classes(x => x.BatchNorm(epsilon: double.NaN).Dense(3)), Range(0, 2, "epsilon", "NaN", "a finite number above zero")),
        (Classes(x => x.Dropout(1).Dense(3)), Range(0, 1, "rate", "1", "0 up to but not including 1")),
        (Classes(x => x.Dropout(-0.1).Dense(3)), Range(0, 1, "rate", "-0.1", "0 up to but not including 1")),
        (BadDelta(), Range(1, 2, "delta", "0", "a finite number above zero")),

        (Classes(x => x.Dense(4, name: "body").Dense(3, name: "BODY")), At(GraphError.DuplicateLayerName, 1, 5, "BODY")),
        (Classes(x => x.Dense(4).Dense(3, name: "dense1")), At(GraphError.DuplicateLayerName, 1, 5, "dense1")),
        (Classes(x => x.Dense(3, name: "")), At(GraphError.InvalidLayerName, 0, 5, "")),
        (Classes(x => x.Dense(3, name: "a.b")), At(GraphError.InvalidLayerName, 0, 5, "a.b")),
        (Classes(x => x.Dense(3, name: "größe")), At(GraphError.InvalidLayerName, 0, 5, "größe")),

        (Classes(x => x.Dense(4)), At(GraphError.ClassesDoNotMatch, 1, 0, "4", "3")),
        (Shaped([4], 1), At(GraphError.ExtentOutOfRange, -1, 1, "label", "1", "2")),
        (Regression([4], [2, 3]), At(GraphError.TargetsDoNotMatch, 1, 0, "3", "2x3")),

        (UnusedInput(), At(GraphError.UnusedParameter, -1, 1, "extra")),
        (Classes(x => { _ = x.Dense(9); return x.Dense(3); }), At(GraphError.UnusedLayer, 0, -1, "Dense")),
        (TwoObjectives(), At(GraphError.SecondObjective, 1, -1, "SoftmaxCrossEntropy")),
        (EmptyConcat(), At(GraphError.NothingToConcatenate, 0, -1)),
        (Widthwise(3, x => x.Relu()), At(GraphError.NothingToLearn, -1, -1)),
        (Image(x => x.Flatten().Conv(2, "1x1")), At(GraphError.NotAnImage, 1, 0, "Conv", "an image of height x width x channels", "72")),
        (Image(x => x.Conv1D(2, 1)), At(GraphError.NotAnImage, 0, 0, "Conv1D", "a sequence of length x channels", "6x4x3")),
        (Image(x => x.Dense(2).GlobalMaxPool()), At(GraphError.NotAnImage, 1, 0, "GlobalMaxPool", "an image of height x width x channels", "2")),
        (Image(x => x.Conv(2, "3x2", dilation: "3x1", padding: "0x1")), At(GraphError.WindowTooLarge, 0, 2, "Conv", "7x2", "6x6")),
        (Image(x => x.AveragePool("1x5")), At(GraphError.WindowTooLarge, 0, 1, "AveragePool", "1x5", "6x4")),
        (Image(x => x.Conv(4, "1x1", groups: 2)), At(GraphError.GroupsDoNotDivide, 0, 6, "2", "input", "3")),
        (Image(x => x.Conv(3, "1x1", groups: 3, curvature: Curvature.Dual)), At(GraphError.CurvatureNotAvailable, 0, 9, "Dual", "Conv", "a convolution in groups leaves its gradient as it is")),
        (Image(x => x.GroupNorm(2)), At(GraphError.GroupsDoNotDivide, 0, 1, "2", "input", "3")),
        (Image(x => x.Builder.Concat(x, x.MaxPool("2x2"))), At(GraphError.ImagesDoNotMeet, 1, 1, "6x4x3", "3x2x3")),
        (Image(x => x.Builder.Concat(x, x.Flatten())), At(GraphError.ImagesDoNotMeet, 1, 1, "6x4x3", "72")),
        (Image(x => x + x.Conv(3, "3x3", stride: "2x2")), At(GraphError.ShapesDoNotMeet, 1, -1, "6x4x3", "3x2x3")),
        (Image(x => x.Upsample("65536x65536")), At(GraphError.TooLarge, 0, -1, "Upsample", int.MaxValue.ToString(), Limit.ToString())),
        (Image(x => x.Upsample("1024x1024")) with { Batch = 16 }, At(GraphError.TooLarge, 0, -1, "Upsample over a batch", (16L * 24 << 20).ToString(), Limit.ToString())),
        (Classes(x => x.Dense(6).Dense(3)) with { Contractive = true }, At(GraphError.ContractiveLayerExpands, 0, 1, "Dense", "4", "6", "2")),
        (Classes(x => x.Relu().Dense(3)) with { Contractive = true }, At(GraphError.ContractiveResidualZeroed, 0, -1, "Relu")),
        (Classes(x => x.LeakyRelu(-0.0).Dense(3)) with { Contractive = true }, At(GraphError.ContractiveResidualZeroed, 0, -1, "LeakyRelu")),
        (Classes(x => x.Dense(3)) with { MaxMemory = 100 }, At(GraphError.ArenaTooLarge, -1, -1, ArenaBytes(Valid()), "100")),
    ];

    public static TheoryData<int> Indices { get; } = new(Enumerable.Range(0, Cases.Length));

    [Theory]
    [MemberData(nameof(Indices))]
    public void IsFoundAtItsPlace(int index)
    {
        (NetworkSpec spec, GraphDiagnostic expected) = Cases[index];
        CompilationResult result = NetworkCompiler.Compile(spec);
        Assert.Contains(Print(expected), result.Diagnostics.Select(Print));
        Assert.Empty(result.Sources);
        // What follows from the first error is not said again.
        Assert.Equal(expected.Error, result.Diagnostics[0].Error);
    }

    [Fact]
    public void EveryErrorHasACase() => Assert.Empty(Enum.GetValues<GraphError>().Where(static error => !At(error, -1, -1).IsNote)
        .Except(Cases.Select(static entry => entry.Expected.Error)));

    [Fact]
    public void NotesComeWithTheNetwork()
    {
        CompilationResult result = NetworkCompiler.Compile(Classes(x => x.Dense(6).Relu().Dense(6).LeakyRelu(0).Dense(3)));
        Assert.Equal(6, result.Sources.Count);
        Assert.Equal(
            [
                Print(At(GraphError.LayerExpands, 0, 1, "Dense", "4", "6", "2")), Print(At(GraphError.ResidualZeroed, 1, -1, "Relu")),
                Print(At(GraphError.ResidualZeroed, 3, -1, "LeakyRelu")),
            ],
            result.Diagnostics.Select(Print));
    }

    [Fact]
    public void IndependentErrorsAreAllFound()
    {
        NetworkSpec spec = Classes(x => x.Dense(0) + x.Dropout(2).Dense(-1)) with { Batch = 0 };
        (_, EquatableArray<GraphDiagnostic> found) = GraphBuilder.Build(spec);
        Assert.Equal(
            [GraphError.BatchOutOfRange, GraphError.WidthNotPositive, GraphError.ArgumentOutOfRange],
            found.Select(static diagnostic => diagnostic.Error));
    }

    [Fact]
    public void BoundsThemselvesAreAllowed()
    {
        Assert.Empty(NetworkCompiler.Compile(Valid() with { Batch = 1, CurvatureBlock = 1 }).Diagnostics);
        (Graph? largest, _) = GraphBuilder.Build(Valid() with { Batch = GraphBuilder.MaxBatch, CurvatureBlock = GraphBuilder.MaxCurvatureBlock });
        Assert.NotNull(largest);
        string bytes = ArenaBytes(Valid());
        Assert.Empty(NetworkCompiler.Compile(Valid() with { MaxMemory = long.Parse(bytes) }).Diagnostics);
        Assert.NotEmpty(NetworkCompiler.Compile(Valid() with { MaxMemory = long.Parse(bytes) - 1 }).Diagnostics);
    }

    static NetworkSpec Valid() => Classes(x => x.Dense(3));

    static NetworkSpec Classes(Func<Value, Value> define) => Widthwise(4, define);

    static NetworkSpec Widthwise(int width, Func<Value, Value> define)
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", width), label = b.Labels(3);
        return b.SoftmaxCrossEntropy(define(x), label);
    }

    static NetworkSpec Image(Func<Value, Value> define)
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", 6, 4, 3), label = b.Labels(3);
        return b.SoftmaxCrossEntropy(define(x).Dense(3), label);
    }

    static NetworkSpec Shaped(int[] extents, int classes)
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", extents), label = b.Labels(classes);
        return b.SoftmaxCrossEntropy(x.Dense(classes), label);
    }

    static NetworkSpec Regression(int[] extents, int[] targets)
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", extents), target = b.Targets(targets);
        return b.MeanSquaredError(x.Dense(3), target);
    }

    static NetworkSpec BadDelta()
    {
        var b = new NetworkBuilder("N", batch: 8);
        return b.Huber(b.Input("x", 4).Dense(1), b.Targets(1), delta: 0);
    }

    static NetworkSpec UnusedInput()
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", 4);
        _ = b.Input("extra", 5);
        return b.SoftmaxCrossEntropy(x.Dense(3), b.Labels(3));
    }

    static NetworkSpec TwoObjectives()
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value logits = b.Input("x", 4).Dense(3), label = b.Labels(3);
        b.SoftmaxCrossEntropy(logits, label);
        return b.SoftmaxCrossEntropy(logits, label);
    }

    static NetworkSpec EmptyConcat()
    {
        var b = new NetworkBuilder("N", batch: 8);
        _ = b.Input("x", 4);
        return b.SoftmaxCrossEntropy(b.Concat().Dense(3), b.Labels(3));
    }

    static NetworkSpec TooWideConcat()
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", 1 << 27), label = b.Labels(3);
        return b.SoftmaxCrossEntropy(b.Concat(x, x, x).Dense(3), label);
    }

    static Value Weights(Value x, Constant initializer) => x.Builder.Add("Dense", [x],
        new Constant(3), new Constant(1), initializer, new Constant(0), new Constant(0));

    static string ArenaBytes(NetworkSpec spec) =>
        (Planning.Planner.Plan(NetworkBuilder.GraphOf(spec)).Memory.Length * sizeof(float)).ToString();

    static GraphDiagnostic At(GraphError error, int call, int argument, params string[] values) =>
        new(error, call, argument, values.ToEquatableArray());

    static GraphDiagnostic Range(int call, int argument, string name, string found, string range) =>
        At(GraphError.ArgumentOutOfRange, call, argument, name, found, range);

    static string Print(GraphDiagnostic diagnostic) =>
        $"{diagnostic.Error} at call {diagnostic.Call}, argument {diagnostic.Argument}: {string.Join(" | ", diagnostic.MessageArguments)}";
}
