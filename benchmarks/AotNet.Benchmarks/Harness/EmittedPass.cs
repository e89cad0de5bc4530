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
/// vectors of the processor. Buffers start as zeros.
/// </summary>
sealed unsafe class EmittedPass : IDisposable
{
    readonly Func<Buffer, long> offsetOf;
    readonly Arena arena;
    readonly Arena counters = new(sizeof(CurvatureCounters));
    readonly WorkerTeam team = new(1);
    readonly EmittedKernel.Pass pass;
    readonly int rows;

    /// <param name="kernels">What one run does, in order; conditions are not looked at.</param>
    /// <param name="rows">Rows of the call.</param>
    /// <param name="offsetOf">First float of each buffer.</param>
    /// <param name="length">Floats of the arena.</param>
    internal EmittedPass(IReadOnlyList<Kernel> kernels, int rows, Func<Buffer, long> offsetOf, long length)
    {
        this.rows = rows;
        this.offsetOf = offsetOf;
        arena = new Arena(length * sizeof(float));
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
            Decorrelate = true,
            DecorrelateBias = true,
            Damping = 1,
            Counters = (CurvatureCounters*)counters.Base,
            Team = team,
        };
        for (int i = 0; i < times; i++)
            pass(in context);
    }

    /// <summary>Times that a factorisation met a pivot that is not positive, which makes a run longer than it should be.</summary>
    internal long DampingRaised => ((CurvatureCounters*)counters.Base)->DampingRaised;

    /// <summary>One row of a buffer, without its padding.</summary>
    internal Span<float> Row(Buffer buffer, int row) =>
        new((float*)arena.Base + offsetOf(buffer) + (nint)row * buffer.Stride, buffer.Columns);

    /// <summary>Replaces a buffer's values, given row after row without padding.</summary>
    internal void Write(Buffer buffer, ReadOnlySpan<float> values)
    {
        for (int row = 0; row * buffer.Columns < values.Length; row++)
            values.Slice(row * buffer.Columns, buffer.Columns).CopyTo(Row(buffer, row));
    }

    /// <summary>The values of a buffer's first rows, row after row without padding.</summary>
    internal float[] Read(Buffer buffer, int rows)
    {
        float[] values = new float[rows * buffer.Columns];
        for (int row = 0; row < rows; row++)
            Row(buffer, row).CopyTo(values.AsSpan(row * buffer.Columns));
        return values;
    }

    public void Dispose()
    {
        team.Dispose();
        arena.Dispose();
        counters.Dispose();
    }
}
