namespace AotNet;

/// <summary>
/// Marks a <c>sealed partial class</c> whose static <c>Define</c> method declares a network. The source generator reads
/// <c>Define</c> (it is never executed) and writes the other half of the class.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>Largest number of rows (samples) one call may process, 1 to 65,536. Every buffer is sized by it.</summary>
    public int Batch { get; set; } = 32;

    /// <summary>Upper bound of the network's arena in bytes; 0 sets none. A plan beyond it is a compile-time error.</summary>
    public long MaxMemory { get; set; }

    /// <summary>
    /// Largest order of one system in <see cref="Curvature.Blocked"/> layers (the authors' code uses 500).
    /// </summary>
    public int CurvatureBlock { get; set; } = 500;

    /// <summary>
    /// Largest order of a linear system that a layer is decorrelated by exactly: layers beyond it are decorrelated by
    /// <see cref="Curvature.Blocked"/>, unless they ask for <see cref="Curvature.Primal"/>. <c>info</c> prints it.
    /// </summary>
    public int CurvatureBudget { get; set; } = 4096;

    /// <summary>
    /// Whether the network keeps Gram matrices and factors between steps, so that its optimiser may average them and renew
    /// them at an interval. Every exactly decorrelated layer then takes a form with a Gram matrix of its inputs, those that
    /// ask for <see cref="Curvature.Dual"/> too; <see cref="Curvature.Blocked"/> layers go on with the current batch alone.
    /// When left out it is true, except for networks with a <see cref="Batch"/> of 1.
    /// </summary>
    public bool AveragedCurvature { get; set; } = true;

    /// <summary>
    /// Promises a contractive network (Ye et al. 2017): no layer has more outputs than inputs, and no activation zeroes
    /// residuals, so that all of the loss's residual reaches the first layer. What breaks the promise is a compile-time
    /// error; without it, the same places get an informational diagnostic.
    /// </summary>
    public bool Contractive { get; set; }

    /// <summary>
    /// Trades time for memory: values of the forward pass that take much room are dropped once it has no more use for them, and
    /// computed a second time when the backward pass needs them, as the planner finds the arena to become smallest. Parameters
    /// and losses are the same to the bit. Deep networks and images then need a fraction of the bytes, for about a third more
    /// floating-point operations a step at most; predictions cost what they did. <c>info</c> prints both figures for every network.
    /// </summary>
    public bool Recompute { get; set; }

    /// <summary>
    /// Whether the generator also writes passes that keep every value, which <c>train --consistency</c> and <c>inspect</c>
    /// measure with. Training does not call them; without them a trainer is a few kilobytes smaller.
    /// </summary>
    public bool Probes { get; set; } = true;
}
