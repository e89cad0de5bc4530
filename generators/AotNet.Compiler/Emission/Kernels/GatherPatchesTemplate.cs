using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>All patches of a call as the rows of a matrix; windows are split among workers.</summary>
static class GatherPatchesTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(KernelLibrary library, GatherPatches kernel, Func<Buffer, string> address)
    {
        PatchGrid grid = kernel.Grid;
        Buffer patches = kernel.Patches;
        string layer = KernelMethod.Layer(kernel), columns = Literal.Number(patches.Columns), stride = Literal.Number(patches.Stride);
        string name = library.Method($"GatherPatches {grid.Key} {patches.Stride} {kernel.AddsOnes}", "GatherPatches" + Literal.Number(grid.Terms), (writer, name) =>
        {
            string gather = PatchTemplate.Method(library, grid, patches.Stride, Buffer.RoundUp(patches.Columns, 16));
            writer.Line($"// patches[count, {columns}] = all patches {grid}{(kernel.AddsOnes ? ", then 1 where the bias takes part" : "")}.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* x, float* patches, {(kernel.AddsOnes ? "LayerCurvatureState* layer, " : "")}in KernelContext context)");
            writer.Line($"context.Split(context.Rows * {Literal.Number(grid.Positions)}, out int first, out int last);");
            writer.Line($"{gather}(x, patches + (nint)first * {stride}, first, last - first, 0, {Literal.Number(grid.KernelHeight)});");
            if (kernel.AddsOnes)
            {
                writer.Line("float one = layer->DecorrelateBias ? 1f : 0f;");
                writer.Line("for (int i = first; i < last; i++)");
                writer.Indent().Line($"patches[(nint)i * {stride} + {Literal.Number(grid.Terms)}] = one;").Unindent();
            }
            writer.Close();
        });
        return $"{name}({address(kernel.X)}, {address(patches)}, {(kernel.AddsOnes ? layer + ", " : "")}in c);";
    }
}
