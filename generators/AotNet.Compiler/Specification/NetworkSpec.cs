namespace AotNet.Compiler.Specification;

/// <summary>
/// A declaration as it was read: parameters, then calls in the order of evaluation with loops unrolled and helpers
/// inlined. Values are numbered: parameter i is value i, call i is value Parameters.Count + i. Holds no symbols, syntax
/// or locations, so that equal declarations compare equal wherever they stand.
/// </summary>
public sealed record NetworkSpec
{
    /// <summary>Namespace of the class as it is spelled, keywords with @; empty for the global one.</summary>
    public required string Namespace { get; init; }

    /// <summary>Headers of the types around the class, outermost first: <c>partial class Outer</c>.</summary>
    public EquatableArray<string> ContainingTypes { get; init; }

    /// <summary>Name of the class.</summary>
    public required string Name { get; init; }

    /// <summary>Largest number of rows of one call.</summary>
    public required int Batch { get; init; }

    /// <summary>Bound of the arena in bytes; 0 for none.</summary>
    public long MaxMemory { get; init; }

    /// <summary>Largest order of a system in blocked layers.</summary>
    public int CurvatureBlock { get; init; } = 500;

    /// <summary>Largest order of an exactly solved system.</summary>
    public int CurvatureBudget { get; init; } = 4096;

    /// <summary>Whether Gram matrices and factors are kept between steps.</summary>
    public bool AveragedCurvature { get; init; }

    /// <summary>Whether the network promises to lose no residual: what would is then an error.</summary>
    public bool Contractive { get; init; }

    /// <summary>Whether values of the forward pass are dropped and recomputed where that makes the arena smaller.</summary>
    public bool Recompute { get; init; }

    /// <summary>Whether the passes that consistency is measured with are written too.</summary>
    public bool Probes { get; init; } = true;

    /// <summary>The parameters of <c>Define</c>.</summary>
    public required EquatableArray<ParameterSpec> Parameters { get; init; }

    /// <summary>Every call to the vocabulary, objective included.</summary>
    public required EquatableArray<CallSpec> Calls { get; init; }

    /// <summary>The value that <c>Define</c> returns.</summary>
    public required int Result { get; init; }
}

/// <summary>Type of a parameter of <c>Define</c>.</summary>
public enum ParameterKind
{
    /// <summary><c>[Shape(...)] Tensor</c>.</summary>
    Tensor,

    /// <summary><c>[Classes(n)] Labels</c>.</summary>
    Labels,

    /// <summary><c>[Shape(...)] Targets</c>.</summary>
    Targets,
}

/// <summary>A parameter of <c>Define</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Extents">Shape of one sample; for labels the number of classes alone.</param>
public sealed record ParameterSpec(string Name, ParameterKind Kind, EquatableArray<int> Extents);

/// <summary>One call of a vocabulary method. Operator + is the method <c>Add</c>.</summary>
/// <param name="Method">Name of the method: <c>Dense</c>, <c>SoftmaxCrossEntropy</c>, ...</param>
/// <param name="Operands">Values it takes: receiver first, then tensor, labels and targets arguments.</param>
/// <param name="Arguments">Its other arguments in the order of the vocabulary method's signature, defaults filled in.</param>
public sealed record CallSpec(string Method, EquatableArray<int> Operands, EquatableArray<Constant> Arguments);

/// <summary>A constant argument.</summary>
/// <param name="Number">Value of a number, a bool (0 or 1) or an enum; sigma of <c>Initializer.Normal</c>.</param>
/// <param name="Text">
/// Value of a string (null when left out), or the member name of an <c>Initializer</c> (<c>default</c> is left out).
/// </param>
public readonly record struct Constant(double Number, string? Text = null);
