namespace AotNet.Reference.Meanings;

/// <summary>Element-wise sum: the residual goes to both inputs.</summary>
sealed class AddMeaning : OpMeaning
{
    internal override Matrix Forward(OpCall call) => call.Inputs[0] + call.Inputs[1];

    internal override Matrix[] Backward(OpCall call, Matrix residual) => [residual, residual];
}
