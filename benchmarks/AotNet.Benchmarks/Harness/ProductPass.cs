using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using AotNet.Compiler.Emission;
using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using AotNet.Runtime;
using Buffer = AotNet.Compiler.Planning.Buffer;

namespace AotNet.Benchmarks.Harness;

/// <summary>One product of a dense layer, emitted, compiled and ready to run on one thread.</summary>
sealed unsafe class ProductPass : IDisposable
{
    readonly float* memory;
    readonly CurvatureCounters* counters;
    readonly WorkerTeam team = new(1);
    readonly EmittedKernel.Pass pass;
    readonly int rows;
    long length;

    /// <param name="kind">Which product.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Outputs of the layer.</param>
    internal ProductPass(ProductKind kind, int rows, int inputs, int outputs)
    {
        this.rows = rows;
        Kernel[] kernels = Kernels(kind, rows, inputs, outputs);
        var offsets = new Dictionary<Buffer, long>();
        foreach (Buffer buffer in kernels.SelectMany(static kernel => kernel.Reads.Concat(kernel.Writes)).Distinct())
        {
            offsets.Add(buffer, length);
            length += buffer.Length + 16;
        }
        memory = (float*)NativeMemory.AlignedAlloc((nuint)(length * sizeof(float)), 4096);
        counters = (CurvatureCounters*)NativeMemory.AllocZeroed((nuint)sizeof(CurvatureCounters));
        var random = new Random(1);
        for (long i = 0; i < length; i++)
            memory[i] = random.NextSingle() - 0.5f;
        pass = EmittedKernel.Load(EmittedKernel.Source(
            Avx512F.IsSupported ? InstructionSet.Avx512 : InstructionSet.Avx2,
            library => kernels.Select(kernel => KernelTemplates.Call(library, kernel,
                buffer => "a + " + offsets[buffer].ToString(CultureInfo.InvariantCulture)))));
    }

    /// <summary>Computes it once.</summary>
    internal void Run() => pass(new KernelContext
    {
        Arena = memory,
        Rows = rows,
        InverseRows = 1f / rows,
        Worker = 0,
        Workers = 1,
        Training = true,
        Step = 0,
        Seed = 1,
        Decorrelate = false,
        DecorrelateBias = false,
        Damping = 1,
        Counters = counters,
        Team = team,
    });

    public void Dispose()
    {
        team.Dispose();
        NativeMemory.AlignedFree(memory);
        NativeMemory.Free(counters);
    }

    static Kernel[] Kernels(ProductKind kind, int rows, int inputs, int outputs)
    {
        int id = 0;
        Buffer New(string name, int height, int width) =>
            new(id++, name, BufferKind.Activation, height, width, Buffer.StrideOf(width));

        Buffer x = New("x", rows, inputs), y = New("y", rows, outputs), weight = New("weight", inputs, outputs);
        switch (kind)
        {
            case ProductKind.Forward:
                return [new MatrixProduct("forward", x, weight, y, Extent.Rows, Extent.Of(inputs)) { Bias = New("bias", 1, outputs) }];
            case ProductKind.WeightGradient:
                return
                [
                    new MatrixProduct("dW", x, y, weight, Extent.Of(inputs), Extent.Rows) { TransposesA = true, DividesByRows = true },
                ];
            default:
                // As a step does it, the transposition of the weights included.
                Buffer transposed = New("weight transposed", outputs, inputs);
                return
                [
                    new Transpose("dX", weight, transposed, Extent.Of(inputs)),
                    new MatrixProduct("dX", y, transposed, x, Extent.Rows, Extent.Of(outputs)),
                ];
        }
    }
}

/// <summary>The three products of a dense layer.</summary>
public enum ProductKind
{
    /// <summary>Y = X W + b.</summary>
    Forward,

    /// <summary>dW = Xᵀ dY / rows.</summary>
    WeightGradient,

    /// <summary>dX = dY Wᵀ.</summary>
    InputGradient,
}
