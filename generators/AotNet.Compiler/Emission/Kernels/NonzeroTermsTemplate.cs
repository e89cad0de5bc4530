using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Calls of the runtime that list what a product sums, and the choice of a tile by such a list.</summary>
static class NonzeroTermsTemplate
{
    /// <summary>The statement that runs the kernel.</summary>
    internal static string Call(NonzeroTerms kernel, Func<Buffer, string> address) =>
        $"NonzeroTerms.{(kernel.OfColumns ? "OfColumns" : "OfRows")}({address(kernel.X)}, {Literal.Number(kernel.X.Columns)}, "
        + $"{Literal.Number(kernel.X.Stride)}, {address(kernel.Terms)}, {Literal.Number(kernel.Terms.Stride)}, in c);";

    /// <summary>The statement that finds the list of a row, or column, of X.</summary>
    /// <param name="terms">Expression of the lists.</param>
    /// <param name="row">Expression of the row or column.</param>
    /// <param name="stride">Floats from list to list.</param>
    internal static string List(string terms, string row, int stride) =>
        $"int* list = (int*)({terms} + {row} / {Literal.Number(SparsityPlanner.TileExtent)} * (nint){Literal.Number(stride)});";
}
