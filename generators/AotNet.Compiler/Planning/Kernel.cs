namespace AotNet.Compiler.Planning;


/// <summary>When a kernel of the backward pass runs, by the state of its layer's curvature.</summary>
public enum KernelCondition
{
    /// <summary>At every step.</summary>
    Always,

    /// <summary>When the layer's gradient is decorrelated.</summary>
    Decorrelated,

    /// <summary>When the step renews the averages of its Gram matrices.</summary>
    GramRenewed,

    /// <summary>When the step renews its factors.</summary>
    FactorRenewed,

    /// <summary>When its gradient is left as it is.</summary>
    Plain,

    /// <summary>When its gradient is decorrelated, that of the bias included.</summary>
    BiasDecorrelated,

    /// <summary>When the gradient of its bias is left as it is.</summary>
    BiasPlain,

    /// <summary>When the step wants to know how steep the loss is along the decorrelated gradient.</summary>
    Measured,
}

/// <summary>
/// One piece of work of a plan: what it reads, what it writes, and every constant its code needs. Kernels are data; the
/// templates under <c>Emission/Kernels</c> spell them.
/// </summary>
/// <param name="Name">Layer and pass it serves: <c>dense1 dX</c>.</param>
public abstract record Kernel(string Name)
{
    /// <summary>When it runs.</summary>
    public KernelCondition Condition { get; init; }

    /// <summary>Index among the layers with weights of the one whose curvature <see cref="Condition"/> is about.</summary>
    public int Layer { get; init; }

    /// <summary>Whether it makes a value of the forward pass a second time, for the backward pass.</summary>
    public bool Repeats { get; init; }

    /// <summary>
    /// What makes the same values a second time within a step, to the bit: what it keeps from step to step is not touched
    /// again, and what it keeps for the backward pass is taken from there.
    /// </summary>
    internal virtual Kernel Again => this;

    /// <summary>Buffers it reads.</summary>
    public abstract IEnumerable<Buffer> Reads { get; }

    /// <summary>Buffers it writes.</summary>
    public abstract IEnumerable<Buffer> Writes { get; }

    /// <summary>Buffers that it also reads before writing, such as running averages.</summary>
    public virtual IEnumerable<Buffer> Updates => [];

    /// <summary>
    /// Operands that all samples share, of a kernel that has one sample after the other, so that it can be given any few of them;
    /// null of others.
    /// </summary>
    internal virtual IEnumerable<Buffer>? SharedOperands => null;

    /// <summary>Buffers that it reads, updates or writes; one that it does several of comes as often.</summary>
    internal IEnumerable<Buffer> Touched => Reads.Concat(Updates).Concat(Writes);

    /// <summary>Floating-point operations for a full batch of <paramref name="batch"/> rows.</summary>
    public virtual long Flops(int batch) => 0;

    /// <summary>One line for the printer.</summary>
    public virtual string Describe() =>
        $"{Kind} {Name}{(Repeats ? " again" : "")}: {string.Join(", ", Reads.Concat(Updates))} -> {string.Join(", ", Writes)}"
        + (Condition == KernelCondition.Always ? "" : $" when {Condition}");

    /// <summary>Name of the template.</summary>
    public string Kind => GetType().Name;

    /// <summary>Drops the buffers that are absent.</summary>
    private protected static IEnumerable<Buffer> Present(params Buffer?[] buffers) => buffers.Where(static b => b is not null)!;
}
