namespace AotNet.Reference.Optimization;

/// <summary>What an update rule remembers of one tensor.</summary>
/// <param name="First">Momentum M, Adam's m.</param>
/// <param name="Second">Adam's and RMSProp's v, Adagrad's sum.</param>
public sealed record Moments(Matrix First, Matrix Second)
{
    /// <summary>Moments of a tensor before the first step.</summary>
    public static Moments For(Matrix tensor) => new(new Matrix(tensor.Rows, tensor.Columns), new Matrix(tensor.Rows, tensor.Columns));
}
