using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;


/// <summary>Element-wise expressions: one pass over flat memory, or over rows where padding needs a mask.</summary>
static class ElementwiseTemplate
{
    internal static string Call(KernelLibrary library, Elementwise kernel, Func<Buffer, string> address)
    {
        List<Buffer> inputs = kernel.Inputs.Distinct().ToList();
        int columns = kernel.Output.Columns, stride = kernel.Output.Stride;
        string expression = string.Format(Literal.Culture, kernel.Expression,
            kernel.Inputs.Select(input => "x" + Literal.Number(inputs.IndexOf(input))).ToArray<object>());
        bool flat = !kernel.MaskPadding && stride == Buffer.RoundUp(columns, 16);
        List<string> parameters = inputs.Select(static (_, i) => "p" + Literal.Number(i)).ToList();
        parameters.Add("y");
        string key = $"{expression}|{Literal.Number(inputs.Count)}|{Literal.Number(stride)}|{(flat ? "flat" : Literal.Number(columns))}|{kernel.MaskPadding}|{Literal.Number(kernel.Output.PerSample)}";
        return KernelMethod.Call(library, key, $"Elements{Literal.Number(columns)}",
            $"y[rows, {Literal.Number(columns)}] = {expression}", parameters, inputs.Append(kernel.Output).Select(address), writer =>
            {
                if (flat)
                    Flat(writer, library.Instructions, inputs.Count, stride * kernel.Output.PerSample, expression);
                else
                    ByRows(writer, library.Instructions, inputs.Count, kernel.Output, expression, kernel.MaskPadding);
            });
    }

    static void Flat(SourceWriter writer, InstructionSet instructions, int inputs, int stride, string expression)
    {
        string lanes = Literal.Number(instructions.Lanes);
        writer.Line($"c.Split(c.Rows * {Literal.Number(stride / instructions.Lanes)}, out int first, out int last);");
        writer.Open($"for (nint i = (nint)first * {lanes}; i < (nint)last * {lanes}; i += {lanes})");
        for (int i = 0; i < inputs; i++)
            writer.Line($"V x{Literal.Number(i)} = *(V*)(p{Literal.Number(i)} + i);");
        writer.Line($"*(V*)(y + i) = {expression};");
        writer.Close();
    }

    static void ByRows(SourceWriter writer, InstructionSet instructions, int inputs, Buffer output, string expression, bool mask)
    {
        ColumnWriter.OpenShareOfRows(writer, output.PerSample);
        writer.Line($"nint row = r * {Literal.Number(output.Stride)};");
        ColumnWriter.Columns(writer, instructions, output.Columns, valid =>
        {
            for (int i = 0; i < inputs; i++)
                writer.Line($"V x{Literal.Number(i)} = *(V*)(p{Literal.Number(i)} + row + j);");
            writer.Line($"*(V*)(y + row + j) = {ColumnWriter.Masked(mask ? valid : null, expression)};");
        });
        writer.Close();
    }
}
