using AotNet.Compiler.Specification;
using AotNet.Compiler.Tests.Harness;

namespace AotNet.Compiler.Tests;

/// <summary>What the C# compiler says about emitted text, at its highest warning level.</summary>
public sealed class CompilationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EmittedTextHasNoWarnings(bool asIs) =>
        Assert.Empty(EmittedSources.Diagnose(asIs, Networks.Smallest(), Networks.EveryOp(), Networks.EveryImageOp(), Networks.AwkwardNames()));

    [Fact]
    public void NetworksOfOneNameLiveInDifferentPlaces()
    {
        NetworkSpec spec = Networks.Smallest();
        Assert.Empty(EmittedSources.Diagnose(true, spec, spec with { Namespace = "A" }, spec with { Namespace = "A.B" },
            spec with { ContainingTypes = new[] { "partial class Outer" }.ToEquatableArray() },
            spec with { Namespace = "A", ContainingTypes = new[] { "partial record Outer", "partial interface IInner" }.ToEquatableArray() }));
    }

    /// <summary>Parameter names that emitted members or their bodies use themselves.</summary>
    [Fact]
    public void AnyNameServesAsAParameter()
    {
        string[] names =
        [
            "class", "rows", "rows_", "output", "a", "c", "threads", "dense1", "value", "var", "await", "V", "größe",
            "Step", "Layout", "NetworkData", "CompiledNetwork", "Span", "RowsOf", "CheckLength", "CheckLabels", "LoadInput",
            "LoadLabels", "LoadTargets", "CheckMix", "partners", "weights", "partners_", "RunStep", "RunEvaluation", "RunPrediction",
        ];
        // A network's class names the parameter in what the compiler says about it.
        Assert.Empty(EmittedSources.Diagnose(true, [.. names.SelectMany(static name => new[]
        {
            Classes(name, "label") with { Name = "Input_" + name },
            Classes("x", name) with { Name = "Label_" + name },
            Regression(name, "target") with { Name = "Second_" + name },
            Regression("x", name) with { Name = "Target_" + name },
        })]));
    }

    /// <summary>Class and namespace names that could hide what emitted code refers to.</summary>
    [Fact]
    public void NamesAroundANetworkHideNothing() => Assert.Empty(EmittedSources.Diagnose(true,
        Networks.EveryOp() with { Name = "Tensor" },
        Networks.EveryOp() with { Name = "Kernel", Namespace = "Some.System.AotNet" }));

    static NetworkSpec Classes(string input, string label)
    {
        var b = new NetworkBuilder("N", batch: 2);
        NetworkSpec spec = b.SoftmaxCrossEntropy(b.Concat(b.Input("first", 2), b.Input("second", 1)).Dense(2, curvature: Curvature.Off), b.Labels(2));
        return Rename(spec, ("first", input), ("label", label));
    }

    static NetworkSpec Regression(string input, string target)
    {
        var b = new NetworkBuilder("N", batch: 2);
        NetworkSpec spec = b.MeanSquaredError(b.Concat(b.Input("other", 2), b.Input("second", 1)).Dense(2, curvature: Curvature.Off), b.Targets(2));
        return Rename(spec, ("second", input), ("target", target));
    }

    static NetworkSpec Rename(NetworkSpec spec, params (string From, string To)[] names) => spec with
    {
        Parameters = spec.Parameters.Select(parameter => names.FirstOrDefault(name => name.From == parameter.Name) is { To: { } to }
            ? parameter with { Name = to }
            : parameter).ToEquatableArray(),
    };
}
