using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Compiler.Tests.Harness;

namespace AotNet.Compiler.Tests;

/// <summary>Graph, plan and emitted text of tiny networks, as they stand in <c>golden/</c>.</summary>
public sealed class GoldenTests
{
    static readonly Dictionary<string, Func<NetworkSpec>> Specifications = new()
    {
        [nameof(Networks.Smallest)] = Networks.Smallest,
        [nameof(Networks.EveryOp)] = Networks.EveryOp,
        [nameof(Networks.EveryImageOp)] = Networks.EveryImageOp,
        [nameof(Networks.ConvolutionForms)] = Networks.ConvolutionForms,
        [nameof(Networks.AwkwardNames)] = Networks.AwkwardNames,
        [nameof(Networks.Recomputed)] = Networks.Recomputed,
        [nameof(Networks.Sequenced)] = static () => Networks.Sequenced(),
        [nameof(Networks.PanelsAside)] = Networks.PanelsAside,
        [nameof(Networks.SumsAside)] = Networks.SumsAside,
        [nameof(Networks.ZerosLeftOut)] = Networks.ZerosLeftOut,
    };

    public static TheoryData<string> Names { get; } = new(Specifications.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan(string name) =>
        GoldenFile.Check($"{name}/plan.txt", PlanPrinter.Print(Planner.Plan(NetworkBuilder.GraphOf(Specifications[name]()))));

    [Theory]
    [MemberData(nameof(Names))]
    public void EmittedText(string name)
    {
        IReadOnlyList<SourceFile> sources = NetworkCompiler.Compile(Specifications[name]()).Sources;
        Assert.Equal(["", ".Avx512", ".Avx512.Probe", ".Avx2", ".Avx2.Probe", ".Probe"], sources.Select(static source => source.Suffix));
        foreach (SourceFile source in sources)
            GoldenFile.Check($"{name}/{name}{source.Suffix}.cs", source.Text);
    }

    [Fact]
    public void EveryOpHasEveryOp()
    {
        NetworkSpec[] networks = [Networks.EveryOp(), Networks.EveryImageOp(), Networks.ConvolutionForms()];
        var methods = networks.SelectMany(static network => network.Calls).Select(static call => call.Method).ToHashSet();
        string[] otherObjectives = ["SoftmaxCrossEntropy", "MeanSquaredError", "BinaryCrossEntropy"];
        Assert.Empty(OpTable.Methods.Except(methods).Except(otherObjectives));
        IEnumerable<CurvatureForm> forms = networks.SelectMany(static network => Planner.Plan(NetworkBuilder.GraphOf(network)).Curvatures)
            .Select(static curvature => curvature.Form);
        Assert.Equal(Enum.GetValues<CurvatureForm>(), forms.Distinct().Order());
    }

    [Fact]
    public void PanelsAndSumsMoveAside()
    {
        Plan panels = Planner.Plan(NetworkBuilder.GraphOf(Networks.PanelsAside())), sums = Planner.Plan(NetworkBuilder.GraphOf(Networks.SumsAside()));
        Assert.Contains(panels.Backward, static kernel => kernel is MatrixProduct { TransposesB: true });
        Assert.Contains("following", NetworkCompiler.Compile(Networks.PanelsAside()).Sources[1].Text, StringComparison.Ordinal);
        Assert.Contains(sums.Backward, static kernel => kernel is TransposedProduct);
    }

    [Fact]
    public void EveryImageOpConvolvesAtPoints()
    {
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(Networks.EveryImageOp()));
        Assert.Equal([3, 5], SampleSequence.Flat(plan.Step).OfType<WinogradConvolution>().Select(static product => product.Grid.KernelHeight).Distinct().Order());
    }
}
