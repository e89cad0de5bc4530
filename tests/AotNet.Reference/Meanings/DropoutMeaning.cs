namespace AotNet.Reference.Meanings;

/// <summary>
/// While training, y = x mask / (1 - rate) with a mask of zeros and ones; otherwise y = x. The reference draws no random
/// numbers: <see cref="ReferenceNetwork.DropoutMask"/> supplies the mask.
/// </summary>
sealed class DropoutMeaning(double rate) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        if (!call.Training)
            return call.X;
        Matrix mask = call.Network.DropoutMask(call.Node, call.Rows);
        return Matrix.Hadamard(call.X, call.Save("factor", 1 / (1 - rate) * mask));
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual) => [Matrix.Hadamard(residual, call.Saved("factor"))];
}
