using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// The masks that emitted dropout draws, element by element: element (r, c) has number r * stride + c, and is dropped when
/// its 32 random bits lie below rate * 2³².
/// </summary>
public static class DropoutMasks
{
    /// <summary>Zeros and ones for a node.</summary>
    public static Matrix Draw(Node node, int rows, ulong seed, long step)
    {
        ulong key = CounterHash.Key(seed, (uint)node.Id, (ulong)step);
        uint threshold = (uint)Math.Min(((DropoutOp)node.Op).Rate * 4294967296.0, uint.MaxValue);
        int stride = AotNet.Compiler.Planning.Buffer.StrideOf(node.Width);
        return Matrix.Of(rows, node.Width, (r, c) => CounterHash.Bits((uint)(r * stride + c), key) >= threshold ? 1 : 0);
    }
}
