using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>A convolution's gradient by channels in place of by taps, and back; channels are split among workers.</summary>
static class ArrangeTapsTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, ArrangeTaps kernel, Func<Buffer, string> address)
    {
        int channels = kernel.Gradient.Rows / kernel.Taps, width = Buffer.RoundUp(kernel.Gradient.Columns, 16);
        bool bias = kernel.Bias is not null;
        string taps = Literal.Number(kernel.Taps), order = Literal.Number(channels), columns = Literal.Number(width);
        string key = $"arrange|{taps}|{order}|{columns}|{Literal.Number(kernel.Gradient.Stride)}|{Literal.Number(kernel.RightSide.Stride)}|{bias}|{kernel.Returns}";
        return KernelMethod.Call(library, key, (kernel.Returns ? "ReturnTaps" : "ArrangeTaps") + order,
            kernel.Returns ? $"g[({taps}, {order}), {columns}] = right[{order}, ({taps}, {columns})]"
                : $"right[{order}, ({taps}, {columns})] = g[({taps}, {order}), {columns}]{(bias ? ", and db for each tap in a last row" : "")}",
            bias ? ["g", "right", "db"] : ["g", "right"],
            new[] { kernel.Gradient, kernel.RightSide }.Concat(bias ? [kernel.Bias!] : []).Select(address), writer =>
            {
                string lanes = Literal.Number(library.Instructions.Lanes), stride = Literal.Number(kernel.Gradient.Stride);
                writer.Line($"c.Split({Literal.Number(channels + (bias ? 1 : 0))}, out int first, out int last);");
                writer.Open("for (int channel = first; channel < last; channel++)");
                writer.Line($"float* row = right + (nint)channel * {Literal.Number(kernel.RightSide.Stride)};");
                writer.Open($"for (int tap = 0; tap < {taps}; tap++, row += {columns})");
                writer.Line($"float* values = {(bias ? $"channel == {order} ? db : " : "")}g + (nint)(tap * {order} + channel) * {stride};");
                (string from, string to) = kernel.Returns ? ("row", "values") : ("values", "row");
                writer.Line($"for (int j = 0; j < {columns}; j += {lanes})");
                writer.Indent().Line($"*(V*)({to} + j) = *(V*)({from} + j);").Unindent();
                writer.Close();
                writer.Close();
            });
    }
}
