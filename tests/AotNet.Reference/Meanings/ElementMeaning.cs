namespace AotNet.Reference.Meanings;

/// <summary>A function of each element apart: y = f(x), dx = dy f'(x).</summary>
sealed class ElementMeaning(Func<double, double> value, Func<double, double> derivative) : OpMeaning
{
    internal static ElementMeaning LeakyRelu(double slope) => new(x => x > 0 ? x : slope * x, x => x > 0 ? 1 : slope);

    internal static ElementMeaning Sigmoid { get; } = new(
        SpecialFunctions.Sigmoid,
        static x => SpecialFunctions.Sigmoid(x) * SpecialFunctions.Sigmoid(-x));

    /// <summary>x Φ(x), with derivative Φ(x) + x φ(x).</summary>
    internal static ElementMeaning Gelu { get; } = new(
        static x => x * SpecialFunctions.NormalDistribution(x),
        static x => SpecialFunctions.NormalDistribution(x) + x * SpecialFunctions.NormalDensity(x));

    /// <summary>x σ(x), with derivative σ(x) + x σ(x) σ(-x).</summary>
    internal static ElementMeaning Silu { get; } = new(
        static x => x * SpecialFunctions.Sigmoid(x),
        static x => SpecialFunctions.Sigmoid(x) + x * SpecialFunctions.Sigmoid(x) * SpecialFunctions.Sigmoid(-x));

    internal override Matrix Forward(OpCall call) => call.X.Map(value);

    internal override Matrix[] Backward(OpCall call, Matrix residual) => [Matrix.Hadamard(residual, call.X.Map(derivative))];
}
