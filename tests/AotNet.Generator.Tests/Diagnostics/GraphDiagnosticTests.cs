using AotNet.Compiler.Graphs;
using AotNet.Generator.Diagnostics;
using AotNet.Generator.Tests.Harness;
using static AotNet.Generator.Tests.Harness.DiagnosticCase;

namespace AotNet.Generator.Tests.Diagnostics;

/// <summary>What the compiler finds, at the place in the sources that it comes from.</summary>
public class GraphDiagnosticTests
{
    const string Define =
        "static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y) => Objective.SoftmaxCrossEntropy(x.Dense(3), y);";

    internal static readonly DiagnosticCase[] All =
    [
        new("AOTN2001", "Batch is 0, but it must be from 1 to 65,536; choose a batch in that range",
            $$"""[Network(Batch = «0»)] partial class N { {{Define}} }"""),
        new("AOTN2001", "Batch is -65537, but it must be from 1 to 65,536; choose a batch in that range",
            $$"""[Network(MaxMemory = 5, Batch = «-65_537»)] partial class N { {{Define}} }"""),
        new("AOTN2002", "CurvatureBlock is 4097, but it must be from 1 to 4,096; choose a block in that range (500 when left out)",
            $$"""[Network(CurvatureBlock = «1 + 4096»)] partial class N { {{Define}} }"""),
        new("AOTN2003", "Parameter 'x' is declared with 0, but the least is 1; give the size of one sample",
            "[Network] partial class N { static Objective Define([Shape(4, «0»)] Tensor x, [Shape(4)] Targets y) => Objective.Huber(x.Dense(4), y); }"),
        new("AOTN2003", "Parameter 'y' is declared with 1, but the least is 2; give the size of one sample",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, [Classes(«1»)] Labels y) => Objective.SoftmaxCrossEntropy(x.Dense(1), y); }"),
        new("AOTN2003", "Parameter 'x' is declared with -2, but the least is 1; give the size of one sample",
            "[Network] partial class N { static Objective Define([«Shape(new int[] { 4, -2 })»] Tensor x, [Shape(4)] Targets y) => Objective.Huber(x.Dense(4), y); }"),
        new("AOTN2004", "x has 2147483647 values, but at most 268435456 can be addressed; use smaller extents or widths",
            "[Network] partial class N { static Objective Define([«Shape(65536, 65536)»] Tensor x, [Shape(4)] Targets y) => Objective.Huber(x.Dense(4), y); }"),
        InBody("AOTN2004", "Dense weight has 400000000 values, but at most 268435456 can be addressed; use smaller extents or widths",
            "return Objective.SoftmaxCrossEntropy(x.«Dense(100_000_000)».Dense(3), y);"),
        InBody("AOTN2005", "The operands of + have shapes 4 and 5, but they must be equal; project one of them, for example with Dense, or an image with a Conv of kernel 1 and the stride of the other",
            "return Objective.SoftmaxCrossEntropy((«x + x.Dense(5)»).Dense(3), y);"),
        InBody("AOTN2005", "The operands of + have shapes 4 and 5, but they must be equal; project one of them, for example with Dense, or an image with a Conv of kernel 1 and the stride of the other",
            "«x += x.Dense(5)»; return Objective.SoftmaxCrossEntropy(x.Dense(3), y);"),
        InBody("AOTN2006", "The layer's width is 0, but it must be at least 1; check the value that is passed here",
            "for (int width = 8; width >= 0; width -= 4) x = x.Dense(bias: false, outputs: «width»); "
            + "return Objective.SoftmaxCrossEntropy(x.Dense(3), y);"),
        InBody("AOTN2006", "The layer's width is -1, but it must be at least 1; check the value that is passed here",
            "return Objective.SoftmaxCrossEntropy(Layer(Layer(x, -1), -1).Dense(3), y);",
            "static Tensor Layer(Tensor x, int width) => x.Dense(«width»).Relu();"),
        InBody("AOTN2007", "'rate' is 1.5, but it must be 0 up to but not including 1; choose a value in that range",
            "return Objective.SoftmaxCrossEntropy(x.Dropout(«1.5f»).Dense(3), y);"),
        InBody("AOTN2007", "'sigma' is -1, but it must be a finite number above zero; choose a value in that range",
            "return Objective.SoftmaxCrossEntropy(x.Dense(3, init: «Initializer.Normal(-1)»), y);"),
        InBody("AOTN2008", "Another layer is named 'a' already, but checkpoints find parameters by name; give each layer its own name",
            "return Objective.SoftmaxCrossEntropy(x.Dense(3, name: \"a\").Dense(3, name: «\"a\"»), y);"),
        InBody("AOTN2009", "'a b' is not a layer name; use letters, digits and _, at least one of them",
            "return Objective.SoftmaxCrossEntropy(x.Dense(3, name: «\"a b\"»), y);"),
        InBody("AOTN2010", "The output has 5 values, but the labels have 3 classes; make the last layer 3 wide or change [Classes]",
            "return Objective.SoftmaxCrossEntropy(«x.Dense(5)», y);"),
        new("AOTN2011", "The output has shape 5, but the targets have shape 2x2; make the last layer fit or change the targets' [Shape]",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, [Shape(2, 2)] Targets y) => "
            + "Objective.MeanSquaredError(«x.Dense(5)», y); }"),
        new("AOTN2012", "The objective does not depend on parameter 'z'; use it or remove it",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, [Shape(5)] Tensor «z», [Classes(3)] Labels y) => "
            + "Objective.SoftmaxCrossEntropy(x.Dense(3), y); }"),
        InBody("AOTN2013", "The objective does not depend on the result of this Dense; use the result or remove the call",
            "x.«Dense(5)»; return Objective.SoftmaxCrossEntropy(x.Dense(3), y);"),
        InBody("AOTN2014", "This SoftmaxCrossEntropy is not the objective that Define returns, but a network has one objective; remove it",
            "x = x.Dense(3); Objective first = Objective.«SoftmaxCrossEntropy(x, y)»; return Objective.SoftmaxCrossEntropy(x, y);"),
        InBody("AOTN2015", "Concat has no parts, but it joins at least one tensor; pass the tensors to join",
            "return Objective.SoftmaxCrossEntropy((Tensor.«Concat()» + x).Dense(3), y);"),
        new("AOTN2016", "The network has no layer that learns, so there is nothing to train; add a layer with weights, such as Dense",
            "[Network] partial class «N» { static Objective Define([Shape(3)] Tensor x, [Classes(3)] Labels y) => "
            + "Objective.SoftmaxCrossEntropy(x.Relu(), y); }"),
        new("AOTN2017", "The network needs # bytes, but MaxMemory allows 1000; raise MaxMemory, or reduce Batch or the layers' widths",
             $$"""[Network(MaxMemory = «1000»)] partial class N { {{Define}} }"""),
    ];

    /// <summary>What is wrong with windows, over an image of 6x4x3.</summary>
    internal static readonly DiagnosticCase[] Images =
    [
        OfImage("AOTN2005", "The operands of + have shapes 6x4x3 and 3x2x3, but they must be equal; project one of them, for example with Dense, "
            + "or an image with a Conv of kernel 1 and the stride of the other", "«x + x.Conv(3, kernel: 3, stride: 2)»"),
        OfImage("AOTN2006", "The layer's width is 0, but it must be at least 1; check the value that is passed here", "x.Conv(«0», kernel: 3)"),
        OfImage("AOTN2007", "'kernel' is 0, but it must be at least 1; choose a value in that range", "x.Conv(8, kernel: «(3, 0)»)"),
        OfImage("AOTN2007", "'stride' is -1, but it must be at least 1; choose a value in that range", "x.Conv(8, 3, stride: «-1»)"),
        OfImage("AOTN2007", "'dilation' is 0, but it must be at least 1; choose a value in that range", "x.DepthwiseConv(3, dilation: «0»)"),
        OfImage("AOTN2007", "'padding' is -2, but it must be from 0 to 1048576; choose a value in that range", "x.Conv(8, kernel: 3, padding: «-2»)"),
        OfImage("AOTN2007", "'padding' is 2, but it must be less than the window's extent; choose a value in that range", "x.MaxPool(2, padding: «2»)"),
        OfImage("AOTN2007", "'groups' is 0, but it must be at least 1; choose a value in that range", "x.GroupNorm(«0»)"),
        OfImage("AOTN2007", "'factor' is 0, but it must be at least 1; choose a value in that range", "x.Upsample(«0»)"),
        OfImage("AOTN2007", "'padding' is Same, but it must be a number of positions, or two; choose a value in that range", "x.Pad(«Padding.Same»)"),
        OfImage("AOTN2201", "Conv takes an image of height x width x channels, but its input has shape 72; use it before the features are "
            + "flattened, or declare the input's [Shape] so", "«x.Flatten()».Conv(8, kernel: 3)"),
        OfImage("AOTN2201", "Conv1D takes a sequence of length x channels, but its input has shape 6x4x3; use it before the features are "
            + "flattened, or declare the input's [Shape] so", "«x».Conv1D(8, 3)"),
        OfImage("AOTN2202", "The window of Conv reaches over 5x5, but the image with its padding is 6x4; use a smaller window or dilation, "
            + "or more padding", "x.Conv(8, kernel: «5», padding: Padding.Valid)"),
        OfImage("AOTN2202", "The window of MaxPool reaches over 7x2, but the image with its padding is 6x4; use a smaller window or dilation, "
            + "or more padding", "x.MaxPool(«(7, 2)»)"),
        OfImage("AOTN2203", "2 groups do not divide 3 input channels; choose a divisor of their number", "x.Conv(8, kernel: 3, groups: «2»)"),
        OfImage("AOTN2203", "3 groups do not divide 8 output channels; choose a divisor of their number", "x.Conv(8, kernel: 3, groups: «3»)"),
        OfImage("AOTN2204", "Concat joins channels at each position, but its parts have shapes 6x4x3 and 3x2x3; bring them to one height and "
            + "width, or flatten them", "Tensor.Concat(x, «x.MaxPool(2)»)"),
        OfImage("AOTN2205", "Curvature.Dual is not for Conv: a convolution in groups leaves its gradient as it is; leave the curvature out "
            + "to have a fitting one chosen", "x.Conv(9, 3, groups: 3, curvature: «Curvature.Dual»)"),
        OfImage("AOTN2205", "Curvature.Channels is not for Conv: a convolution in groups leaves its gradient as it is; leave the curvature out "
            + "to have a fitting one chosen", "x.Conv(9, 3, groups: 3, curvature: «Curvature.Channels»)"),
        InBody("AOTN2205", "Curvature.Patches is not for Dense: only a convolution has channels and patches; leave the curvature out to have a "
            + "fitting one chosen", "return Objective.SoftmaxCrossEntropy(x.Dense(3, curvature: «Curvature.Patches»), y);"),
    ];

    static DiagnosticCase OfImage(string id, string message, string value) => new(id, message,
        "[Network] partial class N { static Objective Define([Shape(6, 4, 3)] Tensor x, [Classes(3)] Labels y) => "
        + $"Objective.SoftmaxCrossEntropy(({value}).Dense(3), y); }}");

    public static TheoryData<DiagnosticCase> Cases => [.. All, .. Images];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void IsReportedAtItsSpan(DiagnosticCase test) => test.Check();

    [Fact]
    public void EveryErrorHasADescriptorOfItsOwn()
    {
        GraphError[] errors = Enum.GetValues<GraphError>();
        Assert.Equal(errors.Length, errors.Select(GraphLocator.DescriptorOf).Select(static descriptor => descriptor.Id).Distinct().Count());
    }

    [Fact]
    public void SeveralErrorsAreAllReported()
    {
        Run run = Driver.Run("""
            [Network(Batch = 0)]
            partial class N
            {
                static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y)
                {
                    x = x.Dense(0) + x.Dropout(2);
                    return Objective.SoftmaxCrossEntropy(x.Dense(2), y);
                }
            }
            """);
        Assert.Equal(["AOTN2001", "AOTN2006", "AOTN2007"], run.Diagnostics.Select(static diagnostic => diagnostic.Id).Order());
    }
}
