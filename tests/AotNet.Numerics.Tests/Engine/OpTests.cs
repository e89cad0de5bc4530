using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;
using Xunit.Abstractions;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Every op of the compiled networks against the reference: values, gradients, residuals, running averages.</summary>
public sealed class OpTests(OpTests.Networks networks, ITestOutputHelper output) : IClassFixture<OpTests.Networks>
{
    const double Tolerance = 2e-5;
    const int Batch = 13;

    /// <summary>Every op on every instruction set of this CPU.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(OpCase.All.Select(static op => op.Name));

    [Theory, MemberData(nameof(Cases))]
    public void Steps_agree_with_the_reference(string name, EmittedInstructions instructions)
    {
        NetworkSpec spec = networks.Specs[name];
        using var run = new EngineRun(networks.Emitted, spec, instructions);
        // Deep convolutions would leave the range of floats at the rate that suits two dense layers.
        run.Engine.Optimizer = Optimizer.Sgd(OpCase.All.Single(op => op.Name == name).IsImage ? 0.001f : 0.1f);
        int seed = 1;
        foreach (int rows in new[] { Batch, 1, Batch - 4 })
        {
            Batch batch = Samples.Batch(run.Graph, rows, seed++);
            run.CompareInference(batch, Tolerance);
            run.CompareStep(batch, Tolerance);
            run.CompareInference(batch, Tolerance);
        }
    }

    [Fact]
    public void Both_instruction_sets_were_tested_where_the_cpu_has_both()
    {
        int missing = 2 - InstructionSets.Available.Count;
        output.WriteLine($"Ran on {string.Join(", ", InstructionSets.Available)}; {missing * OpCase.All.Count} cases lack their instruction set on this CPU.");
        Assert.Contains(EmittedInstructions.Avx2, InstructionSets.Available);
    }

    /// <summary>All networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks()
        {
            Specs = OpCase.All.ToDictionary(static op => op.Name, static op => op.Spec(Batch));
            Emitted = EmittedNetworks.Compile(Specs.Values);
        }

        /// <summary>Declarations by name of the op.</summary>
        public IReadOnlyDictionary<string, NetworkSpec> Specs { get; }

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
