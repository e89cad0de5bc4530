namespace AotNet;

/// <summary>
/// The value flowing between layers: one sample of the declared shape per row of the batch. A declaration chains its
/// methods; each call is one layer. Images are height x width x channels, sequences length x channels; what works feature
/// by feature works channel by channel on them.
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

    // ---- images: windows that move over height x width x channels ----

    /// <summary>
    /// Convolution: each output position is W times the patch of the image under the kernel, plus b. As everywhere in
    /// learning, the kernel is not mirrored.
    /// </summary>
    /// <param name="channels">Output channels, at least 1.</param>
    /// <param name="kernel">Extents of the kernel: <c>3</c> or <c>(10, 4)</c>.</param>
    /// <param name="stride">Positions from one window to the next; 1 when left out.</param>
    /// <param name="padding">What lies around the image; <see cref="Padding.Same"/> when left out.</param>
    /// <param name="dilation">Positions from one row or column of the kernel to the next; 1 when left out.</param>
    /// <param name="groups">Parts that input and output channels are cut into, each convolved apart; divides both.</param>
    /// <param name="bias">Whether the layer has a bias, one value a channel.</param>
    /// <param name="init">Distribution of the initial weights, of which kernel x channels / groups are inputs; when left out as for <see cref="Dense"/>.</param>
    /// <param name="curvature">How its gradient is decorrelated under SGD2 and <c>--decorrelate</c>; a convolution in groups leaves it as it is.</param>
    /// <param name="name">Name in checkpoints, logs and <c>info</c>; <c>conv1</c>, <c>conv2</c>, ... when left out.</param>
    public Tensor Conv(int channels, Window kernel, Window stride = default, Padding padding = default, Window dilation = default,
        int groups = 1, bool bias = true, Initializer init = default, Curvature curvature = Curvature.Auto, string? name = null) =>
        throw DeclarationOnly.Error();

    /// <summary>Convolution of each channel by a kernel of its own.</summary>
    /// <param name="kernel">Extents of the kernels.</param>
    /// <param name="stride">Positions from one window to the next; 1 when left out.</param>
    /// <param name="padding">What lies around the image; <see cref="Padding.Same"/> when left out.</param>
    /// <param name="dilation">Positions from one row or column of the kernel to the next; 1 when left out.</param>
    /// <param name="bias">Whether the layer has a bias, one value a channel.</param>
    /// <param name="init">Distribution of the initial weights; when left out as for <see cref="Dense"/>.</param>
    /// <param name="name">Name in checkpoints, logs and <c>info</c>; <c>depthwiseconv1</c>, ... when left out.</param>
    public Tensor DepthwiseConv(Window kernel, Window stride = default, Padding padding = default, Window dilation = default,
        bool bias = true, Initializer init = default, string? name = null) => throw DeclarationOnly.Error();

    /// <summary>Convolution over a sequence of length x channels.</summary>
    /// <param name="channels">Output channels, at least 1.</param>
    /// <param name="kernel">Length of the kernel.</param>
    /// <param name="stride">Positions from one window to the next.</param>
    /// <param name="padding">What lies before and behind the sequence; <see cref="Padding.Same"/> when left out.</param>
    /// <param name="dilation">Positions from one element of the kernel to the next.</param>
    /// <param name="groups">Parts that input and output channels are cut into, each convolved apart; divides both.</param>
    /// <param name="bias">Whether the layer has a bias, one value a channel.</param>
    /// <param name="init">Distribution of the initial weights; when left out as for <see cref="Dense"/>.</param>
    /// <param name="curvature">How its gradient is decorrelated.</param>
    /// <param name="name">Name in checkpoints, logs and <c>info</c>; <c>conv1d1</c>, ... when left out.</param>
    public Tensor Conv1D(int channels, int kernel, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1,
        bool bias = true, Initializer init = default, Curvature curvature = Curvature.Auto, string? name = null) =>
        throw DeclarationOnly.Error();

    /// <summary>The largest value of each channel under the window; its first occurrence, row by row, takes the residual.</summary>
    /// <param name="window">Extents of the window; over a sequence the second one counts.</param>
    /// <param name="stride">Positions from one window to the next; the window's extents when left out.</param>
    /// <param name="padding">Less than the window's extents; <see cref="Padding.Valid"/> when left out. What lies outside takes no part.</param>
    /// <param name="paper">
    /// As the authors' code has it: what lies outside takes part as zeros, and of equal values the first one column by
    /// column takes the residual.
    /// </param>
    public Tensor MaxPool(Window window, Window stride = default, Padding padding = default, bool paper = false) =>
        throw DeclarationOnly.Error();

    /// <summary>The mean of each channel over the positions of the image that lie under the window.</summary>
    /// <param name="window">Extents of the window; over a sequence the second one counts.</param>
    /// <param name="stride">Positions from one window to the next; the window's extents when left out.</param>
    /// <param name="padding">Less than the window's extents; <see cref="Padding.Valid"/> when left out.</param>
    public Tensor AveragePool(Window window, Window stride = default, Padding padding = default) => throw DeclarationOnly.Error();

    /// <summary>The mean of each channel over all positions: one feature a channel.</summary>
    public Tensor GlobalAveragePool() => throw DeclarationOnly.Error();

    /// <summary>The largest value of each channel over all positions: one feature a channel.</summary>
    public Tensor GlobalMaxPool() => throw DeclarationOnly.Error();

    /// <summary>Repeats each position of the image: the nearest neighbour.</summary>
    /// <param name="factor">Times that rows and columns are repeated; over a sequence the second one counts.</param>
    public Tensor Upsample(Window factor) => throw DeclarationOnly.Error();

    /// <summary>Zeros around the image.</summary>
    /// <param name="padding">Positions added: <c>1</c> or <c>(0, 2)</c>; over a sequence the second one counts.</param>
    public Tensor Pad(Padding padding) => throw DeclarationOnly.Error();

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
    /// Divides each feature, of an image each channel over all positions, by its root mean square over the batch, tracked by a
    /// running average; no mean subtraction, no gain (Ye et al. 2017). In training
    /// v ← momentum v + (1 - momentum) mean(x²), y = x / sqrt(v / (1 - momentum^(t+1)) + ε),
    /// ε = epsilon max(v + 1e-6).
    /// </summary>
    /// <param name="momentum">Weight of the running average's past, 0 up to but not including 1.</param>
    /// <param name="epsilon">Relative floor ε₀; when left out 0.1 (the authors' code has 1e-2), or 1e-10 directly on the network's input.</param>
    /// <param name="trueGradient">
    /// Whether the backward pass takes account of what the batch contributes to the denominator. Without it the denominator
    /// counts as constant, as the method means it, so that the residual is rescaled just as the input is.
    /// </param>
    public Tensor BatchRms(float momentum = 0.1f, float epsilon = 0f, bool trueGradient = false) => throw DeclarationOnly.Error();

    /// <summary>
    /// Per sample, of an image per position: x / sqrt(mean(x²) + epsilon), times a learned gain (Zhang and Sennrich 2019).
    /// </summary>
    public Tensor RmsNorm(float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    /// <summary>
    /// Per sample, of an image per position: (x - mean) / sqrt(variance + epsilon), times a learned gain, plus a learned
    /// shift (Ba et al. 2016).
    /// </summary>
    public Tensor LayerNorm(float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    /// <summary>
    /// Per sample and group of channels, over all positions: (x - mean) / sqrt(variance + epsilon), then per channel times a
    /// learned gain, plus a learned shift (Wu and He 2018).
    /// </summary>
    /// <param name="groups">Groups that the channels are cut into; divides their number.</param>
    /// <param name="epsilon">Added to the variance, above zero.</param>
    public Tensor GroupNorm(int groups, float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    /// <summary>
    /// Per feature over the batch, of an image per channel over all positions too: (x - mean) / sqrt(variance + epsilon), times a learned gain, plus a learned shift
    /// (Ioffe and Szegedy 2015). Running averages of mean and (unbiased) variance serve inference.
    /// </summary>
    /// <param name="momentum">Weight of the newest batch in the running averages, above 0 and at most 1.</param>
    /// <param name="epsilon">Added to the variance, above zero.</param>
    public Tensor BatchNorm(float momentum = 0.1f, float epsilon = 1e-5f) => throw DeclarationOnly.Error();

    // ---- regularisation ----

    /// <summary>While training, zeroes each element with probability <paramref name="rate"/> and scales the rest by 1 / (1 - rate).</summary>
    /// <param name="rate">0 up to but not including 1.</param>
    /// <param name="channels">Whether whole channels of an image are kept or zeroed (Tompson et al. 2015).</param>
    public Tensor Dropout(float rate, bool channels = false) => throw DeclarationOnly.Error();

    // ---- shape ----

    /// <summary>The same values as one row of features.</summary>
    public Tensor Flatten() => throw DeclarationOnly.Error();

    /// <summary>The features of all <paramref name="parts"/> side by side, of images the channels at each position.</summary>
    /// <param name="parts">At least one tensor; images of one height and width.</param>
    public static Tensor Concat(params Tensor[] parts) => throw DeclarationOnly.Error();

    /// <summary>Element-wise sum of two tensors of equal shape: a residual connection.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => throw DeclarationOnly.Error();
}
