using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// The masks that emitted dropout draws, element by element: element c of row r, of an image a row per position, has number
/// r * stride + c, a channel that of its element in the sample's first row, and is dropped when
/// its 32 random bits lie below rate * 2³².
/// </summary>
public static class DropoutMasks
{
    /// <summary>Zeros and ones for a node.</summary>
    public static Matrix Draw(Node node, int rows, ulong seed, long step)
    {
        ulong key = CounterHash.Key(seed, (uint)node.Id, (ulong)step);
        uint threshold = (uint)Math.Min(((DropoutOp)node.Op).Rate * 4294967296.0, uint.MaxValue);
        int channels = node.Shape.Channels, positions = node.Shape.Positions, stride = AotNet.Compiler.Planning.Buffer.StrideOf(channels);
        bool byChannel = ((DropoutOp)node.Op).ByChannel;
        return Matrix.Of(rows, node.Width, (r, i) =>
            CounterHash.Bits((uint)((r * positions + (byChannel ? 0 : i / channels)) * stride + i % channels), key) >= threshold ? 1 : 0);
    }
}
