using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Gradients of a group norm's gain and shift: dy x̂ and dy, summed over positions, mean over samples.</summary>
static class GroupNormParametersTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, GroupNormParameters kernel, Func<Buffer, string> address)
    {
        string channels = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.Statistics.Stride);
        string key = $"groupnormparameters|{channels}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.X.Stride)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{stride}";
        return KernelMethod.Call(library, key, $"GroupNormParameters{channels}",
            $"dgain[{channels}] = mean over the rows of {PortionWriter.OverPositions(kernel.X)}dy * x̂; dshift = that of dy",
            [("dy", kernel.DY), ("x", kernel.X), ("statistics", kernel.Statistics), ("dgain", kernel.DGain), ("dshift", kernel.DShift),
                ("portions", kernel.Portions)], address,
            writer => PortionWriter.Gradients(writer, library.Instructions, kernel.X, kernel.Portions, [("sum", "dgain"), ("total", "dshift")], () =>
            {
                writer.Line($"float* means = statistics + (nint)sample * {Literal.Number(2 * kernel.Statistics.Stride)} + j;");
                PortionWriter.Sums(writer, kernel.X, ["sum", "total"], static (at, row) =>
                    [$"sum{row} = VN.FusedMultiplyAdd(*(V*)(dy + {at}), (*(V*)(x + {at}) - centre) * factor, sum{row});", $"total{row} += *(V*)(dy + {at});"],
                    [$"V centre = *(V*)means, factor = *(V*)(means + {stride});", $"means += {Literal.Number(2 * kernel.Statistics.Stride)};"]);
            }));
    }
}
