using AotNet.Compiler.Planning;
using Buffer = AotNet.Compiler.Planning.Buffer;

namespace AotNet.Benchmarks.Harness;

/// <summary>One product of a dense layer, emitted, compiled and ready to run on one thread, on random values.</summary>
sealed class ProductPass : IDisposable
{
    readonly BufferArena arena;
    readonly EmittedPass pass;
    readonly Operands operands;
    readonly ProductKind kind;

    /// <param name="kind">Which product.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="inputs">Inputs of the layer.</param>
    /// <param name="outputs">Outputs of the layer.</param>
    internal ProductPass(ProductKind kind, int rows, int inputs, int outputs)
    {
        this.kind = kind;
        operands = new Operands(rows, inputs, outputs);
        Kernel[] kernels = Kernels(kind, operands);
        Buffer[] named = [operands.X, operands.Y, operands.Weight, operands.Bias];
        arena = new BufferArena(0, static _ => null, named.Concat(kernels.SelectMany(static kernel => kernel.Reads.Concat(kernel.Writes))));
        pass = new EmittedPass(kernels, rows, arena.Arena, arena.OffsetOf);
        var random = new Random(1);
        foreach (Buffer buffer in named)
            arena.Randomize(buffer, random);
    }

    /// <summary>Computes it once.</summary>
    internal void Run() => pass.Run(1);

    /// <summary>Computes it so many times.</summary>
    internal void Run(int times) => pass.Run(times);

    /// <summary>X, rows x inputs, row after row.</summary>
    internal float[] X => arena.Read(operands.X, operands.X.Rows);

    /// <summary>Y or its gradient, rows x outputs.</summary>
    internal float[] Y => arena.Read(operands.Y, operands.Y.Rows);

    /// <summary>W or its gradient, inputs x outputs.</summary>
    internal float[] Weight => arena.Read(operands.Weight, operands.Weight.Rows);

    /// <summary>b, one row.</summary>
    internal float[] Bias => arena.Read(operands.Bias, 1);

    /// <summary>What the product writes.</summary>
    internal float[] Result => kind switch
    {
        ProductKind.Forward => Y,
        ProductKind.WeightGradient => Weight,
        _ => X,
    };

    public void Dispose()
    {
        pass.Dispose();
        arena.Dispose();
    }

    /// <summary>The kernels that a step runs for the product.</summary>
    static Kernel[] Kernels(ProductKind kind, Operands o)
    {
        int id = 4;
        Buffer New(string name, int height, int width) => Operands.New(id++, name, height, width);
        switch (kind)
        {
            case ProductKind.Forward:
                return [ForwardPlanner.Kernel("forward", o.X, o.Weight, o.Bias, o.Y, New)];
            case ProductKind.WeightGradient:
                return [.. WeightGradientPlanner.Kernels("dW", o.X, o.Y, o.Weight, null, New)];
            default:
                // As a step does it, transpositions included.
                return [.. InputGradientPlanner.Kernels("dX", o.Weight, o.Y, o.X, New)];
        }
    }

    /// <summary>The matrices of a dense layer.</summary>
    sealed class Operands(int rows, int inputs, int outputs)
    {
        internal Buffer X { get; } = New(0, "x", rows, inputs);

        internal Buffer Y { get; } = New(1, "y", rows, outputs);

        internal Buffer Weight { get; } = New(2, "weight", inputs, outputs);

        internal Buffer Bias { get; } = New(3, "bias", 1, outputs);

        internal static Buffer New(int id, string name, int height, int width) =>
            new(id, name, BufferKind.Activation, height, width, Buffer.StrideOf(width));
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
