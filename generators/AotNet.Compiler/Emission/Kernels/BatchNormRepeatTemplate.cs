using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The output of a batch normalisation from its input and what the forward pass kept; the same operations in the same order.</summary>
static class BatchNormRepeatTemplate
{
    internal static string Call(KernelLibrary library, BatchNormRepeat kernel, Func<Buffer, string> address)
    {
        TileEpilogue? epilogue = TileEpilogue.Of(kernel.Epilogue);
        string columns = Literal.Number(kernel.X.Columns), stride = Literal.Number(kernel.X.Stride);
        return KernelMethod.Call(library,
            $"batchnormrepeat|{columns}|{stride}|{Literal.Number(kernel.X.PerSample)}|{Literal.Number(kernel.Statistics.Stride)}|{epilogue}",
            $"BatchNormRepeat{columns}",
            $"y[rows, {columns}] = (x - mean) * factor * gain + shift, by the statistics of the forward pass{TileEpilogue.Then(epilogue)}",
            [("x", kernel.X), ("y", kernel.Target), ("gain", kernel.Gain), ("shift", kernel.Shift), ("statistics", kernel.Statistics),
                .. TileEpilogue.Parameters(kernel.Epilogue)], address, writer =>
            {
                ColumnWriter.OpenShareOfRows(writer, kernel.X.PerSample);
                writer.Line($"nint row = r * {stride};");
                writer.Open($"for (int j = 0; j < {Literal.Number(Buffer.RoundUp(kernel.X.Columns, 16))}; j += {Literal.Number(library.Instructions.Lanes)})");
                writer.Line($"V scale = *(V*)(statistics + {Literal.Number(kernel.Statistics.Stride)} + j) * *(V*)(gain + j);");
                writer.Line("V sum = VN.FusedMultiplyAdd(*(V*)(x + row + j) - *(V*)(statistics + j), scale, *(V*)(shift + j));");
                TileEpilogue.Finish(writer, epilogue, "y", "row + j");
                writer.Close();
                writer.Close();
            });
    }
}
