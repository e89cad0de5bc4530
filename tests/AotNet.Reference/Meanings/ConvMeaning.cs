using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>
/// y[o, k] = b[k] + the sum over taps t and channels c of k's group of x[o's window at t, c] W[(t, c), k]. Gradients are means
/// over samples and sums over positions.
/// </summary>
sealed class ConvMeaning(ConvOp op) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        int outputs = call.Node.Shape.Channels;
        var result = Matrix.Of(call.Rows, call.Node.Width, (_, i) => op.Bias ? call.Tensor("bias")[0, i % outputs] : 0);
        Matrix weight = call.Tensor("weight");
        Each(call, (row, y, x, w) => result[row, y] += call.X[row, x] * weight.Values[w]);
        return result;
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        Matrix weight = call.Tensor("weight");
        Matrix dX = new(call.Rows, call.X.Columns), dW = new(weight.Rows, weight.Columns);
        Each(call, (row, y, x, w) =>
        {
            dX[row, x] += residual[row, y] * weight.Values[w];
            dW.Values[w] += residual[row, y] * call.X[row, x] / call.Rows;
        });
        call.Gradients["weight"] = dW;
        if (op.Bias)
            call.Gradients["bias"] = call.GradientMeans(call.ByPosition(residual));
        return [dX];
    }

    /// <summary>The patches of all samples and positions, each (tap, channel); zero outside of the image.</summary>
    internal static Matrix Patches(WindowShape window, Shape input, Matrix x)
    {
        int outputs = window.Rows(input.Height) * window.Columns(input.Width), channels = input.Channels;
        var patches = new Matrix(x.Rows * outputs, window.Taps * channels);
        foreach (WindowElement element in Windows.Over(window, input).Where(static element => element.Position >= 0))
            for (int row = 0; row < x.Rows; row++)
                for (int c = 0; c < channels; c++)
                    patches[row * outputs + element.Output, element.Tap * channels + c] = x[row, element.Position * channels + c];
        return patches;
    }

    /// <summary>Every product of the sums: row, index of the output value, of the input value, of the weight.</summary>
    void Each(OpCall call, Action<int, int, int, int> product)
    {
        Shape input = call.InputShape;
        int outputs = call.Node.Shape.Channels, groups = op.GroupsOf(input), members = input.Channels / groups;
        foreach (WindowElement element in Windows.Over(op.WindowOver(input), input).Where(static element => element.Position >= 0))
            for (int row = 0; row < call.Rows; row++)
                for (int k = 0; k < outputs; k++)
                {
                    int first = k / (outputs / groups) * members;
                    for (int c = 0; c < members; c++)
                        product(row, element.Output * outputs + k, element.Position * input.Channels + first + c, (element.Tap * members + c) * outputs + k);
                }
    }
}
