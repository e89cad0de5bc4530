using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Gradients of a row norm's gain and shift: dy x̂ and dy, summed over positions, mean over samples.</summary>
static class RowNormParametersTemplate
{
    internal static string Call(KernelLibrary library, RowNormParameters kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.X.Columns), samples = Literal.Number(kernel.Statistics.Stride);
        bool centres = kernel.DShift is not null;
        string key = $"rownormparameters|{columns}|{Literal.Number(kernel.X.Stride)}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Portions?.Rows ?? 0)}|{centres}|{samples}";
        (string Sum, string Gradient)[] gradients = centres ? [("sum", "dgain"), ("total", "dshift")] : [("sum", "dgain")];
        return KernelMethod.Call(library, key, $"RowNormParameters{columns}",
            $"dgain[{columns}] = mean over the rows of {PortionWriter.OverPositions(kernel.X)}dy * x̂{(centres ? "; dshift = that of dy" : "")}",
            [("dy", kernel.DY), ("x", kernel.X), ("statistics", kernel.Statistics), ("dgain", kernel.DGain), ("dshift", kernel.DShift),
                ("portions", kernel.Portions)], address,
            writer => PortionWriter.Gradients(writer, library.Instructions, kernel.X, kernel.Portions, gradients, () =>
            {
                writer.Line($"float* means = statistics + (nint)sample * {Literal.Number(kernel.X.PerSample)};");
                PortionWriter.Sums(writer, kernel.X, gradients.Select(static gradient => gradient.Sum), (at, row) =>
                [
                    $"sum{row} = VN.FusedMultiplyAdd(*(V*)(dy + {at}), (*(V*)(x + {at}) - VN.Create(*means)) * VN.Create(means[{samples}]), sum{row});",
                    .. centres ? [$"total{row} += *(V*)(dy + {at});"] : Array.Empty<string>(),
                    "means++;",
                ]);
            }));
    }
}
