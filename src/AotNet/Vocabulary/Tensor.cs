namespace AotNet;

/// <summary>
/// The value flowing between layers: one sample of the declared shape per row of the batch. A declaration chains its
/// methods; each call is one layer.
/// </summary>
public sealed class Tensor
{
    Tensor() => throw DeclarationOnly.Error();

    // ---- layers with weights ----

    /// <summary>y = W x + b over the flattened input.</summary>
    /// <param name="outputs">Width of the output, at least 1.</param>
    /// <param name="bias">Whether the layer has a bias.</param>
    /// <param name="init">
    /// Distribution of the initial weights; when left out <see cref="Initializer.He"/> where ReLU, LeakyReLU, GELU or SiLU
    /// follows at once, <see cref="Initializer.LeCun"/> elsewhere.
    /// </param>
    /// <param name="curvature">How its gradient is decorrelated under SGD2 and <c>--decorrelate</c>.</param>
    /// <param name="name">Name in checkpoints, logs and <c>info</c>; <c>dense1</c>, <c>dense2</c>, ... when left out.</param>
    public Tensor Dense(int outputs, bool bias = true, Initializer init = default, Curvature curvature = Curvature.Auto,
        string? name = null) => throw DeclarationOnly.Error();

    // ---- activations, element by element ----

    /// <summary>max(x, 0). The gradient at 0 is 0.</summary>
    public Tensor Relu() => throw DeclarationOnly.Error();

    /// <summary>x above zero, <paramref name="slope"/> x elsewhere.</summary>
    /// <param name="slope">Slope below zero, finite.</param>
    public Tensor LeakyRelu(float slope = 0.01f) => throw DeclarationOnly.Error();

    /// <summary>|x|, gradient sign(x) and 0 at 0 (Ye et al. 2017): an activation that loses no residual.</summary>
    public Tensor ModU() => throw DeclarationOnly.Error();

    /// <summary>tanh(x).</summary>
    public Tensor Tanh() => throw DeclarationOnly.Error();

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Tensor Sigmoid() => throw DeclarationOnly.Error();

    /// <summary>x Φ(x) with Φ the normal distribution function (Hendrycks and Gimpel 2016), the exact erf form.</summary>
    public Tensor Gelu() => throw DeclarationOnly.Error();

    /// <summary>x sigmoid(x) (swish).</summary>
    public Tensor Silu() => throw DeclarationOnly.Error();

    // ---- normalisation ----

    /// <summary>
    /// Divides each feature by its root mean square over the batch, tracked by a running average; no mean subtraction,
    /// no gain (Ye et al. 2017). In training
    /// v ← momentum v + (1 - momentum) mean(x²), y = x / sqrt(v / (1 - momentum^(t+1)) + ε),
    /// ε = epsilon max(v + 1e-6).
    /// </summary>
    /// <param name="momentum">Weight of the running average's past, 0 up to but not including 1.</param>
    /// <param name="epsilon">Relative floor ε₀; when left out 1e-2, or 1e-10 directly on the network's input.</param>
    /// <param name="trueGradient">
    /// Whether the backward pass takes account of what the batch contributes to the denominator. Without it the denominator
    /// counts as constant, as the method means it, so that the residual is rescaled just as the input is.
    /// </param>
    public Tensor BatchRms(float momentum = 0.1f, float epsilon = 0f, bool trueGradient = false) => throw DeclarationOnly.Error();

    /// <summary>Per sample: x / sqrt(mean(x²) + epsilon), times a learned gain (Zhang and Sennrich 2019).</summary>
    public Tensor RmsNorm(float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    /// <summary>Per sample: (x - mean) / sqrt(variance + epsilon), times a learned gain, plus a learned shift (Ba et al. 2016).</summary>
    public Tensor LayerNorm(float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    /// <summary>
    /// Per feature over the batch: (x - mean) / sqrt(variance + epsilon), times a learned gain, plus a learned shift
    /// (Ioffe and Szegedy 2015). Running averages of mean and (unbiased) variance serve inference.
    /// </summary>
    /// <param name="momentum">Weight of the newest batch in the running averages, above 0 and at most 1.</param>
    /// <param name="epsilon">Added to the variance, above zero.</param>
    public Tensor BatchNorm(float momentum = 0.1f, float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    // ---- regularisation ----

    /// <summary>While training, zeroes each element with probability <paramref name="rate"/> and scales the rest by 1 / (1 - rate).</summary>
    /// <param name="rate">0 up to but not including 1.</param>
    public Tensor Dropout(float rate) => throw DeclarationOnly.Error();

    // ---- shape ----

    /// <summary>The same values as one row of features.</summary>
    public Tensor Flatten() => throw DeclarationOnly.Error();

    /// <summary>The features of all <paramref name="parts"/> side by side, each flattened to one row.</summary>
    /// <param name="parts">At least one tensor.</param>
    public static Tensor Concat(params Tensor[] parts) => throw DeclarationOnly.Error();

    /// <summary>Element-wise sum of two tensors of equal shape: a residual connection.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => throw DeclarationOnly.Error();
}
