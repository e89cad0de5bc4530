using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>The mean, channel by channel, of the values of the image that lie under each window.</summary>
sealed class AveragePoolMeaning(AveragePoolOp op) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        var result = new Matrix(call.Rows, call.Node.Width);
        Each(call, (row, y, x, share) => result[row, y] += share * call.X[row, x]);
        return result;
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        var dX = new Matrix(call.Rows, call.X.Columns);
        Each(call, (row, y, x, share) => dX[row, x] += share * residual[row, y]);
        return [dX];
    }

    void Each(OpCall call, Action<int, int, int, double> element)
    {
        int channels = call.InputShape.Channels;
        foreach (IGrouping<int, WindowElement> window in Windows.Over(op.WindowOver(call.InputShape), call.InputShape)
            .Where(static element => element.Position >= 0).GroupBy(static element => element.Output))
            foreach (WindowElement member in window)
                for (int row = 0; row < call.Rows; row++)
                    for (int c = 0; c < channels; c++)
                        element(row, window.Key * channels + c, member.Position * channels + c, 1.0 / window.Count());
    }
}
