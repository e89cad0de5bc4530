using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>
/// Division of each feature k, or channel over all positions, by its running root mean square over the batch, with t the updates done so far: while
/// training first v ← μ v + (1 - μ) mean(x²); then always c = 1 - μ^(t+1), ε = ε₀ max_k(v_k + 1e-6) and
/// y = x / sqrt(v / c + ε). Inference leaves v and takes c from the same formula, so that after t updates, and t batches
/// averaged, it divides by one power of μ more than the last training step did; the authors' test outputs agree with that.
/// The backward pass holds the denominator constant on purpose: dx = dy / sqrt(v / c + ε); or, where the op asks for the
/// true gradient, it follows v, and ε with the largest v, back to the batch.
/// </summary>
sealed class BatchRmsMeaning(BatchRmsOp op) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        double momentum = SpecialFunctions.AsWritten(op.Momentum);
        Matrix meanSquare = call.Tensor("meansquare");
        if (call.Training)
        {
            Matrix batch = call.ByPosition(call.X).Map(static x => x * x).ColumnMeans();
            meanSquare.Assign(momentum * meanSquare + (1 - momentum) * batch);
        }
        double epsilon = SpecialFunctions.AsWritten(op.EffectiveEpsilon(call.Network.Graph, call.Node))
            * meanSquare.Values.Max(static v => v + 1e-6);
        double correction = Correction(call);
        call.Save("denominator", meanSquare.Map(v => Math.Sqrt(v / correction + epsilon)));
        return Divide(call.X, call);
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        Matrix direct = Divide(residual, call);
        if (!op.TrueGradient)
            return [direct];
        // Gradient by v: y = x D^(-1/2) with D = v / c + ε gives dL/dD = -½ D^(-3/2) Σ dy x over the rows.
        residual = call.ByPosition(residual);
        Matrix x = call.ByPosition(call.X), meanSquare = call.Tensor("meansquare"), denominator = call.Saved("denominator");
        var bySquare = new double[x.Columns];
        for (int c = 0; c < x.Columns; c++)
            for (int r = 0; r < x.Rows; r++)
                bySquare[c] -= 0.5 * residual[r, c] * x[r, c] / Math.Pow(denominator[0, c], 3);
        double[] byMeanSquare = [.. bySquare.Select(d => d / Correction(call))];
        int largest = Array.IndexOf(meanSquare.Values, meanSquare.Values.Max());
        byMeanSquare[largest] += SpecialFunctions.AsWritten(op.EffectiveEpsilon(call.Network.Graph, call.Node)) * bySquare.Sum();
        double share = 2 * (1 - SpecialFunctions.AsWritten(op.Momentum)) / x.Rows;
        return [direct + call.BySample(Matrix.Of(x.Rows, x.Columns, (r, c) => share * x[r, c] * byMeanSquare[c]))];
    }

    double Correction(OpCall call) => 1 - Math.Pow(SpecialFunctions.AsWritten(op.Momentum), call.Network.UpdatesDone + 1);

    static Matrix Divide(Matrix values, OpCall call) =>
        Matrix.Of(values.Rows, values.Columns, (r, c) => values[r, c] / call.Saved("denominator")[0, c % call.Node.Shape.Channels]);
}
