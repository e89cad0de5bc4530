using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Images moved inside others, zeros around; the positions of the target are split among workers.</summary>
static class ShiftTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Shift kernel, Func<Buffer, string> address)
    {
        int channels = Buffer.RoundUp(kernel.Target.Columns, 16);
        string lanes = Literal.Number(library.Instructions.Lanes);
        string extents = $"{Literal.Number(kernel.SourceHeight)}x{Literal.Number(kernel.SourceWidth)} to {Literal.Number(kernel.TargetHeight)}x{Literal.Number(kernel.TargetWidth)}";
        string key = $"shift|{extents}|{Literal.Number(kernel.Down)}|{Literal.Number(kernel.Right)}|{Literal.Number(kernel.Source.Stride)}|{Literal.Number(kernel.Target.Stride)}|{Literal.Number(channels)}";
        return KernelMethod.Call(library, key, $"Shift{Literal.Number(kernel.Target.Columns)}",
            $"Images {extents}, {Literal.Number(kernel.Down)} down and {Literal.Number(kernel.Right)} right, zeros around", ["source", "target"],
            [address(kernel.Source), address(kernel.Target)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, kernel.TargetHeight, kernel.TargetWidth);
                writer.Line($"int y = row - {Literal.Number(kernel.Down)}, x = column - {Literal.Number(kernel.Right)};".Replace("- -", "+ "));
                writer.Line($"float* to = target + (nint)place * {Literal.Number(kernel.Target.Stride)};");
                writer.Open($"if ((uint)y >= {Literal.Number(kernel.SourceHeight)}u || (uint)x >= {Literal.Number(kernel.SourceWidth)}u)");
                writer.Line($"new Span<float>(to, {Literal.Number(channels)}).Clear();").Line("continue;");
                writer.Close();
                writer.Line($"float* from = source + ((nint)sample * {Literal.Number(kernel.SourceHeight * kernel.SourceWidth)} + y * {Literal.Number(kernel.SourceWidth)} + x) * {Literal.Number(kernel.Source.Stride)};");
                writer.Line($"for (int j = 0; j < {Literal.Number(channels)}; j += {lanes})");
                writer.Indent().Line("*(V*)(to + j) = *(V*)(from + j);").Unindent();
                ImageWriter.CloseShareOfPlaces(writer);
            });
    }
}
