using System.Globalization;
using System.Runtime.Intrinsics.X86;
using AotNet.Compiler.Emission;
using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using AotNet.Runtime;
using Buffer = AotNet.Compiler.Planning.Buffer;

namespace AotNet.Benchmarks.Harness;

/// <summary>
/// Kernels as a plan lists them, emitted, compiled and run on one thread over an arena like a network's, with the widest
/// vectors of the processor.
/// </summary>
sealed unsafe class EmittedPass : IDisposable
{
    readonly Arena arena;
    readonly Arena layer = new(sizeof(LayerCurvatureState));
    readonly WorkerTeam team = new(1);
    readonly EmittedKernel.Pass pass;
    readonly int rows;

    /// <param name="kernels">What one run does, in order; conditions are not looked at.</param>
    /// <param name="rows">Rows of the call.</param>
    /// <param name="arena">Where the buffers lie; several passes may share it.</param>
    /// <param name="offsetOf">First float of each buffer.</param>
    internal EmittedPass(IReadOnlyList<Kernel> kernels, int rows, Arena arena, Func<Buffer, long> offsetOf)
    {
        this.rows = rows;
        this.arena = arena;
        *Layer = new LayerCurvatureState { Decorrelate = true, DecorrelateBias = true, Damping = 1 };
        pass = EmittedKernel.Load(EmittedKernel.Source(
            Avx512F.IsSupported ? InstructionSet.Avx512 : InstructionSet.Avx2,
            library => kernels.Select(kernel => KernelTemplates.Call(library, kernel,
                buffer => "a + " + offsetOf(buffer).ToString(CultureInfo.InvariantCulture)))));
    }

    /// <summary>Runs all kernels so many times.</summary>
    internal void Run(int times)
    {
        var context = new KernelContext
        {
            Arena = (float*)arena.Base,
            Rows = rows,
            InverseRows = 1f / rows,
            Worker = 0,
            Workers = 1,
            Training = true,
            Step = 0,
            Seed = 1,
            Layers = Layer,
            Team = team,
        };
        for (int i = 0; i < times; i++)
            pass(in context);
    }

    /// <summary>Times that a factorisation met a pivot that is not positive, which makes a run longer than it should be.</summary>
    internal long DampingRaised => Layer->DampingRaised;

    LayerCurvatureState* Layer => (LayerCurvatureState*)layer.Base;

    public void Dispose()
    {
        team.Dispose();
        layer.Dispose();
    }
}
