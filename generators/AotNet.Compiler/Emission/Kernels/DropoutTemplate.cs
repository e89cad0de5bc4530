using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Dropout: the mask is a function of seed, step, layer and element, so it is drawn again where it is needed again.</summary>
static class DropoutTemplate
{
    internal static string Call(KernelLibrary library, Dropout kernel, Func<Buffer, string> address)
    {
        int columns = kernel.Output.Columns, stride = kernel.Output.Stride;
        string lanes = Literal.Number(library.Instructions.Lanes);
        // An element is dropped when its 32 random bits lie below rate * 2^32.
        uint threshold = (uint)Math.Min((double)kernel.Rate * 4294967296.0, uint.MaxValue);
        string key = $"dropout|{Literal.Number(columns)}|{Literal.Number(stride)}|{Literal.Float(kernel.Rate)}|{Literal.Number(kernel.Stream)}|{Literal.Number(kernel.Output.PerSample)}|{kernel.ByChannel}";
        return KernelMethod.Call(library, key, $"Dropout{Literal.Number(columns)}",
            $"y[rows, {Literal.Number(columns)}] = x / (1 - {Literal.Float(kernel.Rate)}), or 0 with that probability{(kernel.ByChannel ? ", channel by channel of a sample" : "")}, while training",
            ["x", "y"], [address(kernel.Input), address(kernel.Output)], writer =>
            {
                writer.Line($"V scale = VN.Create(c.Training ? {Literal.Float(1f / (1f - kernel.Rate))} : 1f);");
                writer.Line($"VI threshold = VN.Create(c.Training ? {Literal.Number(threshold)}u : 0u);");
                writer.Line($"ulong key = CounterHash.Key(c.Seed, {Literal.Number(kernel.Stream)}, (ulong)c.Step);");
                ColumnWriter.OpenShareOfRows(writer, kernel.Output.PerSample);
                // The number of an element; of a channel that of the element in the sample's first row.
                string number = kernel.ByChannel && kernel.Output.PerSample > 1
                    ? $"i - r % {Literal.Number(kernel.Output.PerSample)} * {Literal.Number(stride)}" : "i";
                writer.Open($"for (nint i = r * {Literal.Number(stride)}; i < r * {Literal.Number(stride)} + {Literal.Number(Buffer.RoundUp(columns, 16))}; i += {lanes})");
                writer.Line($"VI bits = CounterHash.Bits(VI.Indices + VN.Create((uint){(number == "i" ? "i" : $"({number})")}), key);");
                writer.Line("V keep = VN.GreaterThanOrEqual(bits, threshold).AsSingle();");
                writer.Line("*(V*)(y + i) = VN.ConditionalSelect(keep, *(V*)(x + i) * scale, V.Zero);");
                writer.Close();
                writer.Close();
            });
    }
}
