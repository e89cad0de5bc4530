using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Reference;
using AotNet.Runtime;
using Xunit.Sdk;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>The harness finds what it is there to find.</summary>
public sealed class HarnessTests : IDisposable
{
    readonly NetworkSpec spec = Zoo.Smooth("Guarded", batch: 5);
    readonly EmittedNetworks emitted;

    /// <summary>Compiles one network.</summary>
    public HarnessTests() => emitted = EmittedNetworks.Compile(spec);

    /// <inheritdoc/>
    public void Dispose() => emitted.Dispose();

    [Fact]
    public unsafe void Writes_into_gaps_are_found()
    {
        using CompiledNetwork network = emitted.Create(spec, EmittedInstructions.Avx2);
        var guard = new ArenaGuard(network, NetworkBuilder.GraphOf(spec));
        Assert.True(guard.GapLength >= 16 * 8);
        guard.Poison();
        guard.Check();
        ((float*)network.Memory.Base)[network.Memory.Length / sizeof(float) - 1] = 1;
        Assert.ThrowsAny<XunitException>(guard.Check);
    }

    [Fact]
    public void Wrong_values_are_found()
    {
        using var run = new EngineRun(emitted, spec, EmittedInstructions.Avx2);
        run.Engine.Optimizer = Optimizer.Sgd();
        Batch batch = Samples.Batch(run.Graph, 5, 1);
        run.CompareStep(batch, 1e-4);
        run.Engine.Tensors["dense2.weight"][3, 2] += 0.01f;
        Assert.ThrowsAny<XunitException>(() => run.CompareStep(batch, 1e-4));
        Assert.ThrowsAny<XunitException>(() => run.CompareInference(batch, 1e-4));
    }

    [Fact]
    public void Comparisons_refuse_nan_and_other_lengths()
    {
        static void Compare(float[] actual)
        {
            var comparison = new Comparison(1e-3);
            comparison.Values("values", new Matrix(1, 2, [1, 2]), actual, scale: 0);
            comparison.Check();
        }
        Compare([1, 2.0001f]);
        Assert.ThrowsAny<XunitException>(() => Compare([1, float.NaN]));
        Assert.ThrowsAny<XunitException>(() => Compare([1]));
        Assert.ThrowsAny<XunitException>(() => Compare([1, 2.1f]));
        Assert.True(double.IsNaN(Errors.Largest([1], [double.NaN])) && double.IsNaN(Errors.Largest([1], [])));
    }
}
