using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Moves the gradient of a ReLU into that of the pool behind it. The largest of some rectified values is positive exactly if
/// it was before, so whether a residual passes is seen at the pool's output, of which there is a fraction of the values, and
/// the residual of the rectified image is never stored.
/// </summary>
static class PoolFusion
{
    /// <summary>Fuses within the backward pass of a training step.</summary>
    internal static void Apply(PlanBuilder builder)
    {
        List<Kernel> pass = builder.BackwardPass;
        for (int i = 0; i < pass.Count; i++)
        {
            if (pass[i] is not MaxPoolBackward pool || builder.ForwardPass.OfType<MaxPool>().FirstOrDefault(forward => forward.Places == pool.Places) is not { } forward)
                continue;
            List<Kernel> others = [.. builder.Step.Where(kernel => kernel != pool
                && kernel.Touched.Contains(pool.DX))];
            if (others.Count != 1 || others[0] is not Elementwise relu || !IsGradient(relu, pool.DX, forward.X)
                || builder.Step.Count(kernel => kernel.Writes.Contains(relu.Output)) != 1)
                continue;
            pass[i] = pool with { DX = relu.Output, Passing = forward.Y };
            pass.Remove(relu);
        }
    }

    /// <summary>Whether a kernel makes the residual of a ReLU's input of that of its output.</summary>
    static bool IsGradient(Elementwise kernel, Buffer residual, Buffer value) => kernel.Condition == KernelCondition.Always
        && kernel.Expression == new ReluOp().Gradient && kernel.Inputs.SequenceEqual([residual, residual, value]) && !kernel.Output.Equals(residual);
}
