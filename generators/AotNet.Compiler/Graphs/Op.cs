using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Graphs;

/// <summary>
/// One operation of the vocabulary: its settings, shape rule, tensors, and how its forward and backward passes are made
/// of kernels. One op is one file in <c>Ops/</c>; <see cref="OpTable"/> lists them.
/// </summary>
public abstract record Op
{
    /// <summary>The vocabulary method that declares it.</summary>
    public abstract string Method { get; }

    /// <summary>What users see as the kind of its layers.</summary>
    public virtual string Kind => Method;

    /// <summary>Tensors that live between steps, in arena order.</summary>
    /// <param name="input">Shape of one sample going in.</param>
    public virtual IEnumerable<TensorSpec> Tensors(Shape input) => [];

    /// <summary>Floating-point operations of one sample's forward pass; the backward pass counts twice this.</summary>
    public virtual long Flops(Shape input, Shape output) => 0;

    /// <summary>
    /// Dimensions of every residual that cannot reach the input, whatever the weights: those that the left null space of
    /// the layer's matrix has by its shape alone.
    /// </summary>
    internal virtual long NullDimensions(Shape input, Shape output) => 0;

    /// <summary>
    /// Whether the backward pass multiplies the residuals of some units by exactly zero. A residual that comes back whole on
    /// average, as from dropout, or merely small, as from a saturated tanh, is not zeroed.
    /// </summary>
    internal virtual bool ZeroesResiduals => false;

    /// <summary>Shape of the output, or null after reporting why there is none.</summary>
    internal abstract Shape? Infer(CallReader call, IReadOnlyList<Shape> inputs);

    /// <summary>Adds the kernels of the forward pass.</summary>
    internal abstract void Forward(PlanBuilder plan, Node node);

    /// <summary>Adds the kernels of the backward pass: parameter gradients, then the residual of each input that wants one.</summary>
    internal abstract void Backward(PlanBuilder plan, Node node);

    /// <summary>What distinguishes this op's function from another's of the same method: part of the topology hash.</summary>
    internal virtual string Signature => Method;
}

/// <summary>What a tensor of a layer is for.</summary>
public enum TensorRole
{
    /// <summary>Learned, with weight decay.</summary>
    Weight,

    /// <summary>Learned, without weight decay.</summary>
    Bias,

    /// <summary>Kept by the forward pass.</summary>
    Statistic,
}

/// <summary>A tensor that a layer keeps between steps.</summary>
/// <param name="Name">Name within the layer: <c>weight</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Rows">Rows: inputs of a weight matrix, 1 for vectors.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Start">How its values start.</param>
public sealed record TensorSpec(string Name, TensorRole Role, int Rows, int Columns, Start Start);

/// <summary>Initial values of a tensor.</summary>
/// <param name="Kind">
/// <c>He</c>, <c>Glorot</c>, <c>LeCun</c>, <c>Orthogonal</c>, <c>Normal</c>, <c>Zero</c> or <c>One</c>; <c>Auto</c> until
/// <see cref="LayerDefaults"/> has chosen.
/// </param>
/// <param name="Sigma">Standard deviation for <c>Normal</c>.</param>
public sealed record Start(string Kind, double Sigma = 0)
{
    /// <summary>All zero.</summary>
    public static Start Zero { get; } = new("Zero");

    /// <summary>All one.</summary>
    public static Start One { get; } = new("One");

    /// <summary>By what becomes of the layer's output: what declarations mean that say nothing.</summary>
    public static Start Auto { get; } = new("Auto");
}
