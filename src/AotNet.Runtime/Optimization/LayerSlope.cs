using System.ComponentModel;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<float>;
using Vec = System.Runtime.Intrinsics.Vector256;

namespace AotNet.Runtime;

/// <summary>How steep the loss is along a layer's direction.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class LayerSlope
{
    const int Samples = 4;

    /// <summary>
    /// ⟨D, Ĝ⟩ = (1/N) Σ rᵀ D x̂, to the layer's state. Workers share the samples, whose parts are added in order, so that
    /// the sum depends neither on their number nor on the instruction set.
    /// </summary>
    /// <param name="x">Inputs, rows x inputs.</param>
    /// <param name="inputs">Their number.</param>
    /// <param name="xStride">Floats from row to row.</param>
    /// <param name="residual">Residual of the outputs, zeros as padding.</param>
    /// <param name="outputs">Their number.</param>
    /// <param name="residualStride">Floats from row to row.</param>
    /// <param name="direction">D, inputs x outputs.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="bias">That of the bias; null without one.</param>
    /// <param name="sums">One float a sample, written.</param>
    /// <param name="layer">Takes the result.</param>
    /// <param name="c">Context of the step.</param>
    public static void Measure(float* x, int inputs, nint xStride, float* residual, int outputs, nint residualStride, float* direction, nint stride,
        float* bias, float* sums, LayerCurvatureState* layer, in KernelContext c)
    {
        if (!layer->DecorrelateBias)
            bias = null;
        c.Split((c.Rows + Samples - 1) / Samples, out int first, out int last);
        for (int row = first * Samples; row < int.Min(last * Samples, c.Rows); row++)
            sums[row] = 0f;
        for (int row = first * Samples; row < int.Min(last * Samples, c.Rows); row += Samples)
        {
            // Where fewer samples are left, the last one stands in for those missing and is counted once.
            int count = int.Min(Samples, c.Rows - row);
            float* x0 = x + row * xStride, x1 = x0 + int.Min(1, count - 1) * xStride;
            float* x2 = x0 + int.Min(2, count - 1) * xStride, x3 = x0 + int.Min(3, count - 1) * xStride;
            for (int column = 0; column < outputs; column += 8)
            {
                V start = bias == null ? V.Zero : *(V*)(bias + column);
                V y0 = start, y1 = start, y2 = start, y3 = start;
                float* d = direction + column;
                for (nint i = 0; i < inputs; i++, d += stride)
                {
                    V value = *(V*)d;
                    y0 = Vec.FusedMultiplyAdd(Vec.Create(x0[i]), value, y0);
                    y1 = Vec.FusedMultiplyAdd(Vec.Create(x1[i]), value, y1);
                    y2 = Vec.FusedMultiplyAdd(Vec.Create(x2[i]), value, y2);
                    y3 = Vec.FusedMultiplyAdd(Vec.Create(x3[i]), value, y3);
                }
                float* r = residual + row * residualStride + column;
                sums[row] += VectorMath.Sum(y0 * *(V*)r);
                if (count > 1)
                    sums[row + 1] += VectorMath.Sum(y1 * *(V*)(r + residualStride));
                if (count > 2)
                    sums[row + 2] += VectorMath.Sum(y2 * *(V*)(r + 2 * residualStride));
                if (count > 3)
                    sums[row + 3] += VectorMath.Sum(y3 * *(V*)(r + 3 * residualStride));
            }
        }
        c.Barrier();
        if (c.Worker != 0)
            return;
        double sum = 0;
        for (int row = 0; row < c.Rows; row++)
            sum += sums[row];
        layer->Slope = sum / c.Rows;
    }

    /// <summary>⟨D, Ĝ⟩ of a layer that has both, to its state.</summary>
    /// <param name="gradient">Ĝ, zeros as padding.</param>
    /// <param name="direction">D in the same layout.</param>
    /// <param name="length">Floats of each, a multiple of 16.</param>
    /// <param name="bias">Ĝ of the bias; null without one.</param>
    /// <param name="biasDirection">Its D.</param>
    /// <param name="biasLength">Floats of each, a multiple of 16.</param>
    /// <param name="layer">Takes the result.</param>
    /// <param name="c">Context of the step.</param>
    public static void Measure(float* gradient, float* direction, long length, float* bias, float* biasDirection, long biasLength,
        LayerCurvatureState* layer, in KernelContext c)
    {
        if (c.Worker == 0)
            layer->Slope = Dot(gradient, direction, length) + (layer->DecorrelateBias ? Dot(bias, biasDirection, biasLength) : 0);
    }

    static double Dot(float* first, float* second, long length)
    {
        double sum = 0;
        for (long i = 0; i < length; i += 2 * V.Count)
            sum += VectorMath.Sum(Vec.FusedMultiplyAdd(*(V*)(first + i), *(V*)(second + i), *(V*)(first + i + V.Count) * *(V*)(second + i + V.Count)));
        return sum;
    }

    /// <summary>Multiplies a run of gradients.</summary>
    /// <param name="g">Gradients.</param>
    /// <param name="count">Their number, a multiple of 16.</param>
    /// <param name="factor">Factor.</param>
    internal static void Scale(float* g, long count, float factor)
    {
        for (long i = 0; i < count; i += V.Count)
            *(V*)(g + i) *= Vec.Create(factor);
    }
}
