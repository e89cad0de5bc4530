using AotNet.Generator.Reading;
using AotNet.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Tests;

/// <summary>The half that takes a network's place while its declaration is in error.</summary>
public class StandInTests
{
    const string Use = """
        static class User
        {
            static T Make<T>() where T : AotNet.Runtime.CompiledNetwork, INetwork<T> => T.Create(seed: 3, threads: 1);
            static void Use(float[] image, int[] label)
            {
                using N n = Make<N>();
                float loss = n.Step(image, label) + n.Loss(image, label: label) + n.Step(image, label, partners: label, weights: image);
                n.Predict(image, new float[N.MaxRows]);
                n.Outputs(image: image, output: new float[3]);
                Console.WriteLine($"{N.ParameterCount} {N.ForwardFlops} {N.TrainingFlops} {N.ArenaBytes} {N.TopologyHash} {n.Info.Name} {n.Parameters}");
            }
        }
        """;

    const string Valid = """
        [Network]
        sealed partial class N
        {
            static Objective Define([Shape(4)] Tensor image, [Classes(3)] Labels label) => Objective.SoftmaxCrossEntropy(image.Dense(3), label);
        }
        """;

    [Theory]
    [InlineData("image.Dense(3)", "image.Dense(DateTime.Now.Day)", "AOTN1201")]
    [InlineData("image.Dense(3)", "image.Dense(0)", "AOTN2006")]
    [InlineData("[Network]", "[Network(Batch = 0)]", "AOTN2001")]
    [InlineData("image.Dense(3)", "image", "AOTN2010")]
    public void LeavesTheErrorAlone(string part, string replacement, string id)
    {
        Run run = Driver.Run(Valid.Replace(part, replacement), Use);
        Assert.Equal(id, Assert.Single(run.Diagnostics).Id);
        Assert.Equal("N.g.cs", Assert.Single(run.Result.GeneratedSources).HintName);
        Assert.Empty(run.ErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void StandsInWhereDefineIsMissing()
    {
        Run run = Driver.Run("namespace A.@if; partial class @class { [Network] internal partial class @for { } }",
            "class B { AotNet.Runtime.CompiledNetwork b = A.@if.@class.@for.Create(); }");
        Assert.Equal("AOTN1101", Assert.Single(run.Diagnostics).Id);
        Assert.Empty(run.ErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void TheRealHalfFitsTheSameUse()
    {
        Run run = Driver.Run(Valid, Use);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.ErrorsAfterGeneration.Select(static error => error.ToString()));
    }

    [Fact]
    public void GeneratedNamesAreThoseThatClassesAreWarnedOf()
    {
        Run run = Driver.Run(Valid);
        INamedTypeSymbol network = run.Completed.GetTypeByMetadataName("N")!;
        ISymbol[] members = [.. network.GetMembers().Where(static member => member is { IsImplicitlyDeclared: false, CanBeReferencedByName: true, IsOverride: false }
            and not IPropertySymbol { ExplicitInterfaceImplementations: [_, ..] } && member.Name != "Define")];
        Assert.Equal(ClassChecker.GeneratedMethods.Order(), members.OfType<IMethodSymbol>().Select(static method => method.Name).Distinct().Order());
        Assert.Equal(ClassChecker.GeneratedNames.Order(), members.Where(static member => member is not IMethodSymbol).Select(static member => member.Name).Order());
    }
}
