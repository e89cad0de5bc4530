using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>Calls of the runtime's general products.</summary>
static class PlainProductTemplate
{
    internal static string Call(PlainProduct kernel, Func<Buffer, string> address)
    {
        MatrixProduct product = kernel.Product;
        string method = product.TransposesB ? "PlainProducts.OfTransposed" : "PlainProducts.Of";
        string bias = product.Bias is { } row ? address(row) : "null";
        return $"{method}({address(product.A)}, {Literal.Number(product.A.Stride)}, {address(product.B)}, {Literal.Number(product.B.Stride)}, {bias}, "
            + $"{address(product.C)}, {Literal.Number(product.C.Stride)}, {product.M}, {product.K}, {Literal.Number(product.C.Columns)}, in c);";
    }
}
