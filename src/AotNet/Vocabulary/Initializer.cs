namespace AotNet;

/// <summary>Distribution that the weights of a layer are drawn from. Biases start at zero.</summary>
public readonly struct Initializer
{
    /// <summary>N(0, 2 / inputs) (He et al. 2015), the default before ReLU, LeakyReLU, GELU and SiLU, which halve the mean square.</summary>
    public static Initializer He => throw DeclarationOnly.Error();

    /// <summary>U(-a, a), a = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010); suits tanh and sigmoid.</summary>
    public static Initializer Glorot => throw DeclarationOnly.Error();

    /// <summary>N(0, 1 / inputs) (LeCun et al. 1998), the default elsewhere: before ModU, which loses nothing, and in the last layer.</summary>
    public static Initializer LeCun => throw DeclarationOnly.Error();

    /// <summary>A random matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014).</summary>
    public static Initializer Orthogonal => throw DeclarationOnly.Error();

    /// <summary>All weights zero.</summary>
    public static Initializer Zero => throw DeclarationOnly.Error();

    /// <summary>N(0, <paramref name="sigma"/>²).</summary>
    /// <param name="sigma">Standard deviation, finite and above zero.</param>
    public static Initializer Normal(float sigma) => throw DeclarationOnly.Error();
}
