using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>One factor per column.</summary>
static class ScaleColumnsTemplate
{
    internal static string Call(KernelLibrary library, ScaleColumns kernel, Func<Buffer, string> address)
    {
        string columns = Literal.Number(kernel.Output.Columns), stride = Literal.Number(kernel.Output.Stride);
        return KernelMethod.Call(library, $"scale|{columns}|{stride}|{Literal.Number(kernel.Output.PerSample)}", $"ScaleColumns{columns}", $"y[rows, {columns}] = x * scale[{columns}]",
            ["x", "scale", "y"], [address(kernel.Input), address(kernel.Scale), address(kernel.Output)], writer =>
            {
                ColumnWriter.OpenShareOfRows(writer, kernel.Output.PerSample);
                writer.Line($"nint row = r * {stride};");
                ColumnWriter.Columns(writer, library.Instructions, kernel.Output.Columns,
                    _ => writer.Line("*(V*)(y + row + j) = *(V*)(x + row + j) * *(V*)(scale + j);"));
                writer.Close();
            });
    }
}
