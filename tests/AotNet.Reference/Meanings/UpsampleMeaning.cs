using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>y[row, column] = x[row / vertical, column / horizontal], rounded down; residuals of repetitions add up.</summary>
sealed class UpsampleMeaning(UpsampleOp op) : OpMeaning
{
    internal override Matrix Forward(OpCall call) =>
        Matrix.Of(call.Rows, call.Node.Width, (row, i) => call.X[row, Source(call, i)]);

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        var dX = new Matrix(call.Rows, call.X.Columns);
        for (int row = 0; row < call.Rows; row++)
            for (int i = 0; i < residual.Columns; i++)
                dX[row, Source(call, i)] += residual[row, i];
        return [dX];
    }

    int Source(OpCall call, int index)
    {
        Shape input = call.InputShape, output = call.Node.Shape;
        int channel = index % output.Channels, position = index / output.Channels;
        int row = position / output.Width / (output.Height / input.Height), column = position % output.Width / op.Horizontal;
        return (row * input.Width + column) * input.Channels + channel;
    }
}
