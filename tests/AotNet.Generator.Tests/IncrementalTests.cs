using System.Reflection;
using AotNet.Generator.Reading;
using AotNet.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AotNet.Generator.Tests;

/// <summary>What runs again after an edit, and what does not.</summary>
public class IncrementalTests
{
    const string Unrelated = "class Other { int a = 1; }";

    [Fact]
    public void AnEditInAnotherFileChangesNothing()
    {
        (Edited before, Edited after) = Edit([Network("A", 8), Unrelated], 1, "class Other { int a = 12; string b = \"\"; }");
        Assert.All(Run.ReasonsOf(after.Result), static step =>
            Assert.True(step.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, step.ToString()));
        SameTexts(before, after, before.Files);
    }

    [Fact]
    public void ACommentInTheDeclarationEmitsNothing()
    {
        string network = Network("A", 8);
        string edited = "// A comment that moves everything.\n" + network.Replace("return", "/* the end */\n return");
        (Edited before, Edited after) = Edit([network], 0, edited);
        Assert.Equal([IncrementalStepRunReason.Modified], after.Reasons(NetworkGenerator.Steps.Reading));
        Assert.Equal([IncrementalStepRunReason.Unchanged], after.Reasons(NetworkGenerator.Steps.Subject));
        Assert.Equal([IncrementalStepRunReason.Cached], after.Reasons(NetworkGenerator.Steps.Emission));
        SameTexts(before, after, before.Files);
    }

    [Fact]
    public void TheSameNetworkWrittenInAnotherWayEmitsNothing()
    {
        string loop = Network("A", 8).Replace("x.Dense(8)", "Twice(x, 1 << 3)").Replace("static Objective", """
            static Tensor Twice(Tensor x, int width)
                {
                    for (int i = 0; i < 2; i++)
                        x = x.Dense(width);
                    return x;
                }

                static Objective
            """);
        string unrolled = Network("A", 8).Replace("x.Dense(8)", "x.Dense(8).Dense(outputs: 2 * 4, bias: true)");
        (Edited before, Edited after) = Edit([loop], 0, unrolled);
        Assert.Equal([IncrementalStepRunReason.Cached], after.Reasons(NetworkGenerator.Steps.Emission));
        SameTexts(before, after, before.Files);
    }

    [Fact]
    public void DiagnosticsFollowTheCodeThatMoves()
    {
        string network = Network("A", 0);
        (Edited before, Edited after) = Edit([network], 0, "\n\n" + network);
        Assert.Equal("AOTN2006", Assert.Single(after.Result.Diagnostics).Id);
        Assert.Equal(Line(before) + 2, Line(after));
        Assert.Equal([IncrementalStepRunReason.Cached], after.Reasons(NetworkGenerator.Steps.Emission));

        static int Line(Edited run) => run.Result.Diagnostics[0].Location.GetLineSpan().StartLinePosition.Line;
    }

    [Fact]
    public void OfTwentyNetworksOnlyTheEditedOneIsCompiled()
    {
        string[] sources = [.. Enumerable.Range(0, 20).Select(static i => Network("N" + i, i + 1))];
        (Edited before, Edited after) = Edit(sources, 7, Network("N7", 99));
        Assert.All(after.Result.Diagnostics, static diagnostic => Assert.Equal(DiagnosticSeverity.Info, diagnostic.Severity));
        Assert.Equal(20, after.Reasons(NetworkGenerator.Steps.Emission).Count);
        Assert.Equal(1, after.Reasons(NetworkGenerator.Steps.Emission).Count(static reason => reason == IncrementalStepRunReason.Modified));
        Assert.Equal(19, after.Reasons(NetworkGenerator.Steps.Emission).Count(static reason => reason == IncrementalStepRunReason.Cached));
        SameTexts(before, after, before.Files.Where(static file => !file.StartsWith("N7.") && !file.StartsWith("N7-")));
    }

    [Fact]
    public void ANetworkAddedLeavesTheOthersAndOneRemovedIsGone()
    {
        (Edited before, Edited after) = Edit([Network("A", 1), Network("B", 2), Unrelated], 2, Network("C", 3));
        SameTexts(before, after, before.Files);
        Assert.Contains("C.g.cs", after.Files);
        (before, after) = Edit([Network("A", 1), Network("B", 2)], 0, Unrelated);
        Assert.DoesNotContain("A.g.cs", after.Files);
        Assert.Contains("B.g.cs", after.Files);
    }

    [Fact]
    public void ModelsHoldNothingOfTheCompilation()
    {
        var seen = new HashSet<Type>();
        var pending = new Queue<Type>([typeof(DeclarationReading), typeof(Emission.Compiled)]);
        while (pending.TryDequeue(out Type? type))
        {
            if (!seen.Add(type))
                continue;
            Assert.False(typeof(ISymbol).IsAssignableFrom(type) || typeof(SyntaxNode).IsAssignableFrom(type)
                || typeof(SyntaxTree).IsAssignableFrom(type) || typeof(Location).IsAssignableFrom(type)
                || typeof(IOperation).IsAssignableFrom(type) || typeof(Microsoft.CodeAnalysis.Compilation).IsAssignableFrom(type), type.ToString());
            foreach (Type argument in type.GenericTypeArguments)
                pending.Enqueue(argument);
            if (type.GetElementType() is { } element)
                pending.Enqueue(element);
            if (type.Namespace?.StartsWith("AotNet", StringComparison.Ordinal) != true)
                continue;
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                pending.Enqueue(field.FieldType);
        }
        Assert.Contains(typeof(Compiler.Specification.CallSpec), seen);
    }

    static string Network(string name, int width) => $$"""
        [Network]
        partial class {{name}}
        {
            static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y)
            {
                x = x.Dense({{width}}).Relu();
                return Objective.SoftmaxCrossEntropy(x.Dense(3), y);
            }
        }
        """;

    sealed record Edited(GeneratorRunResult Result)
    {
        public IReadOnlyList<string> Files => Result.GeneratedSources.Select(static source => source.HintName).ToList();

        public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) =>
            Result.TrackedSteps[step].SelectMany(static run => run.Outputs).Select(static output => output.Reason).ToList();
    }

    static (Edited Before, Edited After) Edit(string[] sources, int index, string replacement)
    {
        CSharpCompilation compilation = Driver.Compile(sources);
        GeneratorDriver driver = Driver.Create().RunGenerators(compilation);
        var before = new Edited(driver.GetRunResult().Results.Single());
        SyntaxTree old = compilation.SyntaxTrees[index + 1];
        compilation = compilation.ReplaceSyntaxTree(old, Driver.Parse(replacement, old.FilePath));
        return (before, new Edited(driver.RunGenerators(compilation).GetRunResult().Results.Single()));
    }

    static void SameTexts(Edited before, Edited after, IEnumerable<string> files)
    {
        Assert.NotEmpty(files);
        foreach (string file in files)
            Assert.True(ReferenceEquals(Text(before, file), Text(after, file)), file + " was written again");

        static Microsoft.CodeAnalysis.Text.SourceText Text(Edited run, string file) =>
            run.Result.GeneratedSources.Single(source => source.HintName == file).SourceText;
    }
}
