using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Zeros in the rows of the call, which are split among workers.</summary>
static class ClearTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Clear kernel, Func<Buffer, string> address)
    {
        string stride = Literal.Number(kernel.Target.Stride);
        return KernelMethod.Call(library, $"clear|{stride}|{Literal.Number(kernel.Target.PerSample)}", "Clear", $"y = zeros, rows {stride} floats apart", ["y"],
            [address(kernel.Target)], writer =>
            {
                ColumnWriter.OpenShareOfRows(writer, kernel.Target.PerSample);
                writer.Line($"new Span<float>(y + r * {stride}, {stride}).Clear();");
                writer.Close();
            });
    }
}
