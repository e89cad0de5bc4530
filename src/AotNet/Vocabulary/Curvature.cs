namespace AotNet;

/// <summary>How a layer's gradient is decorrelated when the optimiser asks for it (the D of SGD2).</summary>
public enum Curvature
{
    /// <summary>
    /// The cheapest exact form by the planner's cost model; <see cref="Blocked"/> where its order is above
    /// <see cref="NetworkAttribute.CurvatureBudget"/>; <see cref="Off"/> for a dense layer that reads an image as it came.
    /// </summary>
    Auto,

    /// <summary>
    /// Factor the Gram matrix of the inputs, of order inputs + 1, and solve for the gradient or, where rows are fewer than
    /// outputs, for the inputs that the gradient is made of. Exact. Of a convolution: that of its patches, or of its channels
    /// where patches are beyond <see cref="NetworkAttribute.CurvatureBudget"/>.
    /// </summary>
    Primal,

    /// <summary>
    /// Factor the Gram matrix of the samples, of order rows, and transform the residual. Exact. Of a convolution: that of
    /// the windows of all rows, 10,000 at most. As <see cref="Auto"/> where averages are kept, which samples have none of.
    /// </summary>
    Dual,

    /// <summary>
    /// Split the inputs by a fresh random permutation into blocks of at most <see cref="NetworkAttribute.CurvatureBlock"/>
    /// and solve each apart, as the authors' code does for wide layers. An approximation. Of a convolution: the values of its
    /// patches where their Gram matrices cost little beside the layer's own products, else its channels.
    /// </summary>
    Blocked,

    /// <summary>Leave this layer's gradient as it is.</summary>
    Off,

    /// <summary>
    /// K-FAC (Martens and Grosse 2015): the Gram matrix A of the inputs and that of the residuals, G, each factored with its
    /// part of the damping, D = (G + √λ/π I)⁻¹ Ĝ (A + π√λ I)⁻¹ with π² = (tr A / dim A) / (tr G / dim G), or 1 where a side is zero. Meant for networks
    /// with <see cref="NetworkAttribute.AveragedCurvature"/>. Of a convolution: means over all windows of its patches and of their residuals (Grosse and
    /// Martens 2016).
    /// </summary>
    TwoSided,

    /// <summary>
    /// Of a convolution: the Gram matrix of its input channels over all positions, of order channels + 1, as the authors'
    /// code has it; or that of the positions, which does the same, where it is cheaper.
    /// </summary>
    Channels,

    /// <summary>
    /// Of a convolution: the Gram matrix of its patches, of order kernel x channels + 1; or that of the windows, which does
    /// the same, where it is cheaper.
    /// </summary>
    Patches,
}
