using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// The backward pass of a dense layer for one row. It is bound by the memory that holds the weights and their moments, so
/// all work on a row of weights is done while the row is in the first-level cache.
/// </summary>
static class RowBackwardTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, RowBackward kernel, Func<Buffer, string> address)
    {
        int inputs = kernel.X.Columns, columns = Buffer.RoundUp(kernel.Gradient.Columns, 16), stride = kernel.Weight.Stride;
        bool residual = kernel.InputResidual is not null;
        string[] parameters = ["x", "direction", "dy", .. residual ? ["dx"] : Array.Empty<string>(), "w", "g"];
        Buffer[] arguments = [kernel.X, kernel.Direction, kernel.Residual, .. residual ? [kernel.InputResidual!] : Array.Empty<Buffer>(),
            kernel.Weight, kernel.Gradient];
        return KernelMethod.Call(library, $"rowbackward|{Literal.Number(inputs)}|{Literal.Number(columns)}|{Literal.Number(stride)}|{residual}",
            $"RowBackward{Literal.Number(inputs)}x{Literal.Number(columns)}",
            (residual ? $"dx[{Literal.Number(inputs)}] = w[{Literal.Number(inputs)}, {Literal.Number(columns)}] dy, then " : "")
            + $"w[{Literal.Number(inputs)}, {Literal.Number(columns)}] takes the optimiser's step along x ⊗ direction, or g = x ⊗ direction.",
            parameters, arguments.Select(address), writer =>
            {
                writer.Line("OuterProduct product = new OuterProduct").Open();
                writer.Line($"Left = x, Right = direction, Residual = dy, InputResidual = {(residual ? "dx" : "null")},");
                writer.Line($"Rows = {Literal.Number(inputs)}, Columns = {Literal.Number(columns)}, Stride = {Literal.Number(stride)},");
                writer.Close(";");
                if (residual)
                    RowInputGradientTemplate.ClearPadding(writer, inputs);
                writer.Open("if (c.UpdatesInPlace)");
                writer.Line("OptimizerKernels.UpdateOuter(in c, in product, w);").Line("return;");
                writer.Close();
                if (residual)
                    writer.Line($"OptimizerKernels.InputResidual(in c, w, dy, dx, {Literal.Number(inputs)}, {Literal.Number(columns)}, {Literal.Number(stride)});");
                writer.Line(OuterProductTemplate.Call(library, kernel.Gradient, "x", "direction", "g"));
            });
    }
}
