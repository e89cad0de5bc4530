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
        InBody("AOTN2005", "The operands of + have shapes 4 and 5, but they must be equal; project one of them, for example with Dense",
            "return Objective.SoftmaxCrossEntropy((«x + x.Dense(5)»).Dense(3), y);"),
        InBody("AOTN2005", "The operands of + have shapes 4 and 5, but they must be equal; project one of them, for example with Dense",
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

    public static TheoryData<DiagnosticCase> Cases => [.. All];

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
