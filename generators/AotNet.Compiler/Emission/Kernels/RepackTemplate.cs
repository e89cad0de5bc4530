using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Images with a row per position from ones with a row per sample, or back; samples and positions are split among workers.</summary>
static class RepackTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, Repack kernel, Func<Buffer, string> address)
    {
        bool spreads = kernel.Target.PerSample > 1;
        string channels = Literal.Number(kernel.Channels), positions = Literal.Number(kernel.Positions);
        int lanes = library.Instructions.Lanes, whole = kernel.Channels / lanes * lanes;
        string key = $"repack|{positions}|{channels}|{spreads}|{Literal.Number(kernel.Source.Stride)}|{Literal.Number(kernel.Target.Stride)}";
        return KernelMethod.Call(library, key, $"{(spreads ? "Spread" : "Gather")}{positions}x{channels}",
            spreads ? $"to[rows x {positions}, {channels}] = from[rows, {positions} x {channels}]" : $"to[rows, {positions} x {channels}] = from[rows x {positions}, {channels}]",
            ["source", "target"], [address(kernel.Source), address(kernel.Target)], writer =>
            {
                ImageWriter.OpenShareOfPlaces(writer, 1, kernel.Positions);
                string bySample(Buffer buffer) => $"(nint)sample * {Literal.Number(buffer.Stride)} + column * {channels}";
                string byPosition(Buffer buffer) => $"(nint)place * {Literal.Number(buffer.Stride)}";
                writer.Line($"float* from = source + {(spreads ? bySample(kernel.Source) : byPosition(kernel.Source))}, to = target + {(spreads ? byPosition(kernel.Target) : bySample(kernel.Target))};");
                if (whole > 0)
                {
                    writer.Line($"for (int j = 0; j < {Literal.Number(whole)}; j += {Literal.Number(lanes)})");
                    writer.Indent().Line("*(V*)(to + j) = *(V*)(from + j);").Unindent();
                }
                for (int j = whole; j < kernel.Channels; j++)
                    writer.Line($"to[{Literal.Number(j)}] = from[{Literal.Number(j)}];");
                int values = spreads ? kernel.Channels : kernel.Channels * kernel.Positions, padding = Buffer.RoundUp(values, 16) - values;
                if (padding > 0)
                {
                    if (!spreads)
                        writer.Line($"if (column == {Literal.Number(kernel.Positions - 1)})").Indent();
                    writer.Line($"new Span<float>(to + {channels}, {Literal.Number(padding)}).Clear();");
                    if (!spreads)
                        writer.Unindent();
                }
                ImageWriter.CloseShareOfPlaces(writer);
            });
    }
}
