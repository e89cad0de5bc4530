using AotNet.Benchmarks.Harness;
using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;
using AotNet.Runtime;

namespace AotNet.Peers.Products;

/// <summary>One product of a dense layer by OpenBLAS, over matrices without padding.</summary>
sealed unsafe class BlasProduct : IDisposable
{
    readonly ProductKind kind;
    readonly int rows, inputs, outputs;
    readonly Arena arena;
    readonly float* x, y, weight, bias;

    internal BlasProduct(ProductKind kind, int rows, LayerShape layer, ProductPass operands)
    {
        this.kind = kind;
        this.rows = rows;
        (inputs, outputs) = (layer.Inputs, layer.Outputs);
        float[][] values = [operands.X, operands.Y, operands.Weight, operands.Bias];
        arena = new Arena(values.Sum(static matrix => RoundUp(matrix.Length)) * sizeof(float));
        float* next = (float*)arena.Base;
        float* Place(float[] matrix)
        {
            float* place = next;
            matrix.CopyTo(new Span<float>(place, matrix.Length));
            next += RoundUp(matrix.Length);
            return place;
        }
        x = Place(values[0]);
        y = Place(values[1]);
        weight = Place(values[2]);
        bias = Place(values[3]);
    }

    /// <summary>General products; for one row the matrix-vector routines too.</summary>
    internal Contestant Contestant => new(rows == 1 ? [General, Vector] : [General]);

    /// <summary>What the product wrote.</summary>
    internal ReadOnlySpan<float> Result => kind switch
    {
        ProductKind.Forward => new(y, rows * outputs),
        ProductKind.WeightGradient => new(weight, inputs * outputs),
        _ => new(x, rows * inputs),
    };

    public void Dispose() => arena.Dispose();

    internal void General(int times)
    {
        for (int i = 0; i < times; i++)
        {
            switch (kind)
            {
                case ProductKind.Forward:
                    CopyBias();
                    OpenBlas.Gemm(OpenBlas.RowMajor, OpenBlas.NoTranspose, OpenBlas.NoTranspose, rows, outputs, inputs, 1, x, inputs,
                        weight, outputs, 1, y, outputs);
                    break;
                case ProductKind.WeightGradient:
                    OpenBlas.Gemm(OpenBlas.RowMajor, OpenBlas.Transpose, OpenBlas.NoTranspose, inputs, outputs, rows, 1f / rows, x, inputs,
                        y, outputs, 0, weight, outputs);
                    break;
                default:
                    OpenBlas.Gemm(OpenBlas.RowMajor, OpenBlas.NoTranspose, OpenBlas.Transpose, rows, inputs, outputs, 1, y, outputs,
                        weight, outputs, 0, x, inputs);
                    break;
            }
        }
    }

    void Vector(int times)
    {
        for (int i = 0; i < times; i++)
        {
            switch (kind)
            {
                case ProductKind.Forward:
                    CopyBias();
                    OpenBlas.Gemv(OpenBlas.RowMajor, OpenBlas.Transpose, inputs, outputs, 1, weight, outputs, x, 1, 1, y, 1);
                    break;
                case ProductKind.WeightGradient:
                    new Span<float>(weight, inputs * outputs).Clear();
                    OpenBlas.Ger(OpenBlas.RowMajor, inputs, outputs, 1, x, 1, y, 1, weight, outputs);
                    break;
                default:
                    OpenBlas.Gemv(OpenBlas.RowMajor, OpenBlas.NoTranspose, inputs, outputs, 1, weight, outputs, y, 1, 0, x, 1);
                    break;
            }
        }
    }

    void CopyBias()
    {
        for (int row = 0; row < rows; row++)
            new ReadOnlySpan<float>(bias, outputs).CopyTo(new Span<float>(y + (nint)row * outputs, outputs));
    }

    static long RoundUp(long length) => (length + 15) / 16 * 16;
}
