namespace AotNet;

/// <summary>What the compiler knows about a network before it runs: sizes, layers, memory, work.</summary>
public sealed record NetworkInfo
{
    /// <summary>Class name.</summary>
    public required string Name { get; init; }

    /// <summary>16 hexadecimal digits that identify the declared topology; a checkpoint of another one is refused.</summary>
    public required string TopologyHash { get; init; }

    /// <summary>Largest number of rows a call may process.</summary>
    public required int Batch { get; init; }

    /// <summary>Inputs in the order in which <c>Define</c> names them.</summary>
    public required IReadOnlyList<InputInfo> Inputs { get; init; }

    /// <summary>What the objective compares with.</summary>
    public required TargetInfo Target { get; init; }

    /// <summary>Features of all inputs together: the length of one row of a data set.</summary>
    public int InputFeatures
    {
        get
        {
            // Asked for in every step, and so without the enumerator that LINQ would allocate.
            int features = 0;
            for (int i = 0; i < Inputs.Count; i++)
                features += Inputs[i].Features;
            return features;
        }
    }

    /// <summary>Width of the network's output.</summary>
    public required int Outputs { get; init; }

    /// <summary>Learned values.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Floating-point operations of one sample's prediction (a multiply-add counts as two).</summary>
    public required long ForwardFlops { get; init; }

    /// <summary>Floating-point operations of one sample's forward and backward pass, without curvature and what is recomputed.</summary>
    public required long TrainingFlops { get; init; }

    /// <summary>Whether the network keeps Gram matrices and factors between steps: <see cref="NetworkAttribute.AveragedCurvature"/>.</summary>
    public bool AveragedCurvature { get; init; }

    /// <summary>Bytes of the arena by kind.</summary>
    public required ArenaInfo Arena { get; init; }

    /// <summary>What recomputation saves or would save; null where nobody has planned it.</summary>
    public RecomputationInfo? Recomputation { get; init; }

    /// <summary>Layers in the order in which they run.</summary>
    public required IReadOnlyList<LayerInfo> Layers { get; init; }

    /// <summary>Named tensors that live between steps, in arena order: parameters and norm statistics.</summary>
    public required IReadOnlyList<TensorInfo> Tensors { get; init; }

    /// <summary>The compiler's plan as text: the graph, the kernels of each pass, every buffer's place in the arena.</summary>
    public required string Plan { get; init; }
}

/// <summary>One input of a network.</summary>
/// <param name="Name">Parameter name in <c>Define</c>.</param>
/// <param name="Shape">Shape of one sample.</param>
public sealed record InputInfo(string Name, IReadOnlyList<int> Shape)
{
    /// <summary>Values in one sample.</summary>
    public int Features
    {
        get
        {
            int product = 1;
            for (int i = 0; i < Shape.Count; i++)
                product *= Shape[i];
            return product;
        }
    }
}

/// <summary>How the objective reads its targets.</summary>
public enum ObjectiveKind
{
    /// <summary>Class indices, softmax cross-entropy.</summary>
    SoftmaxCrossEntropy,

    /// <summary>Real values, mean squared error.</summary>
    MeanSquaredError,

    /// <summary>One 0/1 value per output, sigmoid cross-entropy.</summary>
    BinaryCrossEntropy,

    /// <summary>Real values, Huber loss.</summary>
    Huber,
}

/// <summary>The target of a network's objective.</summary>
/// <param name="Name">Parameter name in <c>Define</c>.</param>
/// <param name="Kind">The objective.</param>
/// <param name="Width">Classes for <see cref="ObjectiveKind.SoftmaxCrossEntropy"/>, values per sample otherwise.</param>
public sealed record TargetInfo(string Name, ObjectiveKind Kind, int Width)
{
    /// <summary>Whether targets are class indices.</summary>
    public bool IsClass => Kind == ObjectiveKind.SoftmaxCrossEntropy;
}

/// <summary>Bytes of the arena by what they hold.</summary>
/// <param name="Parameters">Weights, biases, gains, shifts and norm statistics.</param>
/// <param name="Activations">Inputs, layer outputs and targets.</param>
/// <param name="Gradients">Parameter gradients and residuals.</param>
/// <param name="Curvature">Gram matrices and factors.</param>
/// <param name="Optimizer">Moments; touched only by optimisers that keep them.</param>
/// <param name="Scratch">Everything that lives within one kernel.</param>
/// <param name="Total">Bytes of the whole arena; smaller than the sum where live ranges let buffers share bytes.</param>
public sealed record ArenaInfo(long Parameters, long Activations, long Gradients, long Curvature, long Optimizer,
    long Scratch, long Total);

/// <summary>What <see cref="NetworkAttribute.Recompute"/> saves and costs, both ways planned by the compiler.</summary>
/// <param name="InForce">Whether the network was declared with it.</param>
/// <param name="KeptBytes">
/// Bytes of the arena for what comes and goes within a step and shares bytes by live range (inputs, activations, residuals,
/// scratch, curvature of the batch), where every activation is kept until the backward pass has read it.
/// </param>
/// <param name="RecomputedBytes">The same with recomputation; equal to <paramref name="KeptBytes"/> where that saves nothing.</param>
/// <param name="Flops">Floating-point operations of one sample that recomputation does a second time.</param>
public sealed record RecomputationInfo(bool InForce, long KeptBytes, long RecomputedBytes, long Flops);

/// <summary>One layer.</summary>
/// <param name="Name">Unique name, such as <c>dense1</c>.</param>
/// <param name="Kind">The vocabulary method that declared it; <c>BatchRmsTrueGradient</c> for BatchRms with its true gradient.</param>
/// <param name="Input">Shape of one sample going in.</param>
/// <param name="Output">Shape of one sample coming out.</param>
/// <param name="ParameterCount">Learned values.</param>
/// <param name="CurvatureForm">
/// primal, primal-inputs, dual, blocked or two-sided; of a convolution channels or patches, alone or with -dual or -blocked behind it, or
/// patches-two-sided; off; null for layers without weights.
/// </param>
/// <param name="CurvatureOrder">Order of the linear system solved for it, that of the inputs where there are two; 0 when there is none.</param>
public sealed record LayerInfo(string Name, string Kind, IReadOnlyList<int> Input, IReadOnlyList<int> Output,
    long ParameterCount, string? CurvatureForm, int CurvatureOrder)
{
    /// <summary>What decorrelating it costs in a step of a full batch; null where it cannot be.</summary>
    public CurvatureWork? CurvatureWork { get; init; }

    /// <summary>Whether it is decorrelated block by block, so that no Gram matrix of it is kept between steps.</summary>
    public bool IsBlocked => CurvatureForm is { } form && form.EndsWith("blocked", StringComparison.Ordinal);
}

/// <summary>
/// Multiply-adds of a decorrelation by the compiler's cost model, which counts what moves data as the multiply-adds that
/// would take as long.
/// </summary>
/// <param name="Gram">Gram matrices of one batch.</param>
/// <param name="Factor">Their factors.</param>
/// <param name="Solve">What each step does with the factors.</param>
public sealed record CurvatureWork(long Gram, long Factor, long Solve);

/// <summary>What a named tensor is for.</summary>
public enum TensorRole
{
    /// <summary>Learned, and subject to weight decay.</summary>
    Weight,

    /// <summary>Learned, without weight decay: biases, gains, shifts.</summary>
    Bias,

    /// <summary>Kept by the forward pass: running averages of a norm.</summary>
    Statistic,
}

/// <summary>
/// A named matrix in the arena. Row <c>r</c> holds <see cref="Columns"/> floats starting at byte
/// <c>Offset + 4 r Stride</c>; the floats from Columns to Stride are padding and zero.
/// </summary>
/// <param name="Name">Layer name, a dot, and the part: <c>dense1.weight</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Rows">Rows: inputs of a weight matrix, 1 for vectors.</param>
/// <param name="Columns">Columns: outputs of a weight matrix, the length of a vector.</param>
/// <param name="Stride">Floats from one row to the next.</param>
/// <param name="Offset">Byte offset in the arena.</param>
public sealed record TensorInfo(string Name, TensorRole Role, int Rows, int Columns, int Stride, long Offset);
