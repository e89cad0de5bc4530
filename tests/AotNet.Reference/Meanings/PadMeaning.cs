using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>The image with zeros around it.</summary>
sealed class PadMeaning(PadOp op) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        var result = new Matrix(call.Rows, call.Node.Width);
        for (int row = 0; row < call.Rows; row++)
            for (int i = 0; i < call.X.Columns; i++)
                result[row, Target(call, i)] = call.X[row, i];
        return result;
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual) =>
        [Matrix.Of(call.Rows, call.X.Columns, (row, i) => residual[row, Target(call, i)])];

    int Target(OpCall call, int index)
    {
        Shape input = call.InputShape, output = call.Node.Shape;
        int channel = index % input.Channels, position = index / input.Channels;
        int row = position / input.Width + (output.Height - input.Height) / 2, column = position % input.Width + op.Horizontal;
        return (row * output.Width + column) * output.Channels + channel;
    }
}
