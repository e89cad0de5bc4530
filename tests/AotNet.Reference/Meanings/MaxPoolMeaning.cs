using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>
/// The largest value under each window, channel by channel; the residual goes to its first occurrence, row by row. As the
/// authors have it, padding takes part as zeros, whose residual is lost, and the first occurrence is that column by column.
/// </summary>
sealed class MaxPoolMeaning(MaxPoolOp op) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        int channels = call.InputShape.Channels;
        var result = Matrix.Of(call.Rows, call.Node.Width, static (_, _) => double.NegativeInfinity);
        // Index of the input value that each output is; -1 for padding.
        Matrix chosen = call.Save("chosen", new Matrix(call.Rows, call.Node.Width));
        foreach (WindowElement element in Windows.Over(op.WindowOver(call.InputShape), call.InputShape, op.Paper))
        {
            if (element.Position < 0 && !op.Paper)
                continue;
            for (int row = 0; row < call.Rows; row++)
                for (int c = 0; c < channels; c++)
                {
                    double value = element.Position < 0 ? 0 : call.X[row, element.Position * channels + c];
                    int output = element.Output * channels + c;
                    if (value <= result[row, output])
                        continue;
                    result[row, output] = value;
                    chosen[row, output] = element.Position < 0 ? -1 : element.Position * channels + c;
                }
        }
        return result;
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        var dX = new Matrix(call.Rows, call.X.Columns);
        Matrix chosen = call.Saved("chosen");
        for (int row = 0; row < call.Rows; row++)
            for (int output = 0; output < residual.Columns; output++)
                if (chosen[row, output] >= 0)
                    dX[row, (int)chosen[row, output]] += residual[row, output];
        return [dX];
    }
}
