namespace AotNet.Reference.Meanings;

/// <summary>The same values: a sample is a row of features here whatever its shape.</summary>
sealed class FlattenMeaning : OpMeaning
{
    internal override Matrix Forward(OpCall call) => call.X;

    internal override Matrix[] Backward(OpCall call, Matrix residual) => [residual];
}
