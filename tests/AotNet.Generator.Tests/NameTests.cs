using AotNet.Generator.Tests.Harness;

namespace AotNet.Generator.Tests;

/// <summary>Where a network class may stand and what it may be called.</summary>
public class NameTests
{
    const string Define =
        "static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y) => Objective.SoftmaxCrossEntropy(x.Dense(3), y);";

    [Theory]
    [InlineData("[Network] partial class N { $ }", "N", "N")]
    [InlineData("namespace A.B; [Network] public sealed partial class N { $ }", "A.B.N", "A.B.N")]
    [InlineData("namespace A { namespace B { [Network] internal partial class N { $ } } }", "A.B.N", "A.B.N")]
    [InlineData("partial class Outer { partial struct Inner { [Network] private sealed partial class N { $ } } }",
        "[partial class Outer].[partial struct Inner].N", "Outer+Inner+N")]
    [InlineData("namespace A; partial record Outer { partial interface I { partial record struct R { [Network] partial class N { $ } } } }",
        "A.[partial record Outer].[partial interface I].[partial record struct R].N", "A.Outer+I+R+N")]
    [InlineData("static partial class Outer { [Network] partial class N { $ } }", "[partial class Outer].N", "Outer+N")]
    [InlineData("namespace @namespace.@if; partial class @event { [Network] partial class @class { $ } }",
        "@namespace.@if.[partial class @event].class", "namespace.if.event+class")]
    [InlineData("partial class @file { [Network] partial class @required { $ } }", "[partial class @file].@required", "file+required")]
    [InlineData("[Network] partial class Größe { $ }", "Größe", "Gr-00F6-00DFe")]
    [InlineData("[Network] partial class N { } partial class N { $ }", "N", "N")]
    [InlineData("[NetworkAttribute] partial class N { $ }", "N", "N")]
    [InlineData("interface I; [AotNet.Network(), Obsolete] partial class N : I { $ }", "N", "N")]
    public void IsRead(string source, string name, string file)
    {
        Run run = Driver.Run(source.Replace("$", Define));
        Assert.StartsWith(name + " batch", SpecPrinter.Print(run.Specification));
        Assert.All(run.Result.GeneratedSources, source => Assert.Matches($@"^{System.Text.RegularExpressions.Regex.Escape(file)}(-Avx\d+)?(-Probe)?\.g\.cs$", source.HintName));
        Assert.Contains(run.Result.GeneratedSources, source => source.HintName == file + ".g.cs");
        Assert.Empty(run.DeclarationErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void TheClassMaySpreadOverFiles()
    {
        Run run = Driver.Run(
            "namespace A { [Network(Batch = 7)] sealed partial class N; }",
            $"namespace A; partial class N {{ {Define.Replace("3)", "Width)")} }}",
            "namespace A; partial class N { const int Width = 3; }");
        Assert.StartsWith("A.N batch 7 ", SpecPrinter.Print(run.Specification));
        Assert.Empty(run.ErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void HelpersAndConstantsMayStandInAnotherFile()
    {
        Run run = Driver.Run(
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y) => Loss(Stack(x), y); }",
            "partial class N { static Tensor Stack(Tensor x) { foreach (int w in Widths) x = x.Dense(w); return x; } }",
            "partial class N { static readonly int[] Widths = [5, 3]; static Objective Loss(Tensor x, Labels y) => Objective.SoftmaxCrossEntropy(x, y); }");
        Assert.Equal(3, run.Specification.Calls.Count);
        Assert.Empty(run.DeclarationErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void DefineMayBePartial()
    {
        Run run = Driver.Run("""
            [Network]
            partial class N
            {
                private static partial Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y);
                private static partial Objective Define(Tensor x, Labels y) => Objective.SoftmaxCrossEntropy(x.Dense(3), y);
            }
            """);
        Assert.Equal(2, run.Specification.Calls.Count);
    }

    [Fact]
    public void ParametersMayBeNamedByKeywords()
    {
        Run run = Driver.Run("""
            [Network]
            partial class N
            {
                static Objective Define([Shape(4)] Tensor @in, [Shape(2)] Tensor output, [Classes(3)] Labels @class) =>
                    Objective.SoftmaxCrossEntropy(Tensor.Concat(@in, output).Dense(3), @class);
            }
            """);
        Assert.Equal(["in", "output", "class"], run.Specification.Parameters.Select(static parameter => parameter.Name));
        Assert.Empty(run.ErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void SeveralNetworksShareAFile()
    {
        Run run = Driver.Run($"namespace A {{ [Network] partial class N {{ {Define} }} [Network] partial class M {{ {Define} }} }} [Network] partial class N {{ {Define} }}");
        Assert.Empty(run.Diagnostics);
        Assert.Equal(["A.N", "A.M", "N"], run.Specifications.Select(static spec => spec!.Namespace.Length > 0 ? spec.Namespace + "." + spec.Name : spec.Name));
        Assert.Empty(run.DeclarationErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void NamesThatDifferInCaseGetFilesOfTheirOwn()
    {
        Run run = Driver.Run($"[Network] partial class Net {{ {Define} }} [Network] partial class NET {{ {Define} }} [Network] partial class net {{ {Define} }}");
        Assert.Empty(run.Diagnostics);
        string[] files = [.. run.Result.GeneratedSources.Select(static source => source.HintName).Where(static file => !file.Contains("Avx") && !file.Contains("Probe"))];
        Assert.Equal(["Net.g.cs", "NET-2.g.cs", "net-3.g.cs"], files);
    }

    [Fact]
    public void SomeoneElsesAttributeIsLeftAlone()
    {
        Run run = Driver.Run("namespace AotNet { class NetworkAttribute : System.Attribute; } [AotNet.Network] class N;");
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Result.GeneratedSources);
    }
}
