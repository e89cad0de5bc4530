using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>The last step of a decorrelation by the identity of Woodbury; rows are split among workers.</summary>
static class WoodburyDifferenceTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, WoodburyDifference kernel, Func<Buffer, string> address)
    {
        int columns = Buffer.RoundUp(kernel.RightSide.Columns, 16);
        string order = Literal.Number(kernel.Order), width = Literal.Number(columns), lanes = Literal.Number(library.Instructions.Lanes);
        string inverse = ColumnWriter.InverseRowsOf(kernel.Positions);
        string name = library.Method($"Woodbury {order} {width} {kernel.RightSide.Stride} {kernel.Taken.Stride} {inverse}", $"Woodbury{order}x{width}", (writer, name) =>
        {
            writer.Line($"// right[{order}, {width}] = (right - taken / N) / λ, λ what the factor was made with; as it is where there was none.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* taken, float* right, LayerCurvatureState* layer, in KernelContext c)");
            writer.Line("if (layer->Failed)").Indent().Line("return;").Unindent();
            writer.Line($"V inverse = VN.Create({inverse}), damping = VN.Create(layer->DampingInForce);");
            writer.Line($"c.Split({order}, out int first, out int last);");
            writer.Open("for (nint row = first; row < last; row++)");
            writer.Line($"float* from = taken + row * {Literal.Number(kernel.Taken.Stride)}, to = right + row * {Literal.Number(kernel.RightSide.Stride)};");
            writer.Line($"for (int j = 0; j < {width}; j += {lanes})");
            writer.Indent().Line("*(V*)(to + j) = (*(V*)(to + j) - *(V*)(from + j) * inverse) / damping;").Unindent();
            writer.Close();
            writer.Close();
        });
        return $"{name}({address(kernel.Taken)}, {address(kernel.RightSide)}, {KernelMethod.Layer(kernel)}, in c);";
    }
}
