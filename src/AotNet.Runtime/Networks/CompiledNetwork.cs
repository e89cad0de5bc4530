using System.ComponentModel;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Runtime;

/// <summary>
/// What all generated networks share: the arena, the workers, tensors by name, and the outer form of a training step.
/// An instance serves one caller at a time.
/// </summary>
public abstract unsafe partial class CompiledNetwork : IDisposable
{
    readonly NetworkLayout layout;
    readonly Arena arena;
    readonly WorkerTeam team;
    readonly TeamChoice choice = new();
    readonly PassJob job;
    readonly StepState* state;
    readonly LayerCurvatureState* layers;
    readonly LayerInfo[] curvatureLayers;
    readonly Arena stateMemory;
    readonly NetworkTensors gradients;
    Optimizer optimizer = Optimizer.Sgd();

    /// <summary>Allocates the network and draws its initial parameters.</summary>
    /// <param name="layout">What the generator planned.</param>
    /// <param name="seed">Seed of initial weights and dropout.</param>
    /// <param name="threads">Threads a call may use; 0 means one per processor.</param>
    protected CompiledNetwork(NetworkLayout layout, ulong seed, int threads)
    {
        if (threads is < 0 or > WorkerTeam.MaxWorkers)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, $"Expected 1 to {WorkerTeam.MaxWorkers} threads, or 0 for one per processor.");
        if (!Avx2.IsSupported || !Fma.IsSupported)
            throw new PlatformNotSupportedException("AotNet networks need a CPU with AVX2 and FMA, and a binary built for it (MSBuild property AotNetIsa).");
        this.layout = layout;
        Seed = seed;
        Threads = threads == 0 ? Math.Min(Environment.ProcessorCount, WorkerTeam.MaxWorkers) : threads;
        arena = new Arena(layout.ArenaLength * sizeof(float));
        curvatureLayers = [.. layout.Info.Layers.Where(static layer => layer.CurvatureForm is not null)];
        stateMemory = new Arena(sizeof(StepState) + curvatureLayers.Length * sizeof(LayerCurvatureState));
        state = (StepState*)stateMemory.Base;
        layers = (LayerCurvatureState*)(state + 1);
        team = new WorkerTeam(Threads);
        job = new PassJob(this);
        Tensors = TensorsAt(0, static _ => true);
        Parameters = TensorsAt(0, IsLearned);
        gradients = TensorsAt(layout.Gradients, IsLearned);
        statistics = [.. layout.Info.Tensors.Where(static tensor => !IsLearned(tensor))];
        keptStatistics = new float[statistics.Sum(static tensor => tensor.Stride)];
        normChunks = new double[OptimizerKernels.Chunks(layout.ParameterLength)];
        Times = KernelTimes.IsSupported && layout.TimedKernels is { } kernels ? new KernelTimes(kernels) : null;
        LearningRate = optimizer.LearningRate;
        Share(new InitialWeights(layout, arena, seed));
        prepared = 0;
        ConfigureCurvature();
    }

    /// <summary>What the compiler knows about this network.</summary>
    public NetworkInfo Info => layout.Info;

    /// <summary>Seed that initial parameters and dropout are drawn from.</summary>
    public ulong Seed { get; private set; }

    /// <summary>Threads that a call may use; results do not depend on it.</summary>
    public int Threads { get; }

    /// <summary>Times of the kernels of training steps; null unless the network was built with the MSBuild property <c>AotNetTimings</c>.</summary>
    public KernelTimes? Times { get; }

    /// <summary>Everything that lives between steps by name: learned values and norm statistics.</summary>
    public NetworkTensors Tensors { get; }

    /// <summary>Learned values by name, <c>dense1.weight</c>.</summary>
    public NetworkTensors Parameters { get; }

    /// <summary>
    /// Whether steps store gradients, for <see cref="Gradients"/>. Off by default: a weight is then updated while its
    /// gradient is still in a register or the nearest cache, which gives the same weights sooner.
    /// </summary>
    public bool KeepsGradients { get; set; }

    /// <summary>
    /// Gradients of the mean loss of the last step by the learned values, by the same names; decorrelated if the
    /// optimiser decorrelates, before clipping and weight decay.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="KeepsGradients"/> is off.</exception>
    public NetworkTensors Gradients => KeepsGradients
        ? gradients
        : throw new InvalidOperationException($"Steps of {Info.Name} do not store gradients: set KeepsGradients to true before the step.");

    /// <summary>Update rule of the next step. Setting it sets <see cref="LearningRate"/> too and keeps the moments.</summary>
    /// <exception cref="ArgumentException">A setting is outside its range, or the network cannot follow it.</exception>
    public Optimizer Optimizer
    {
        get => optimizer;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate(Info);
            optimizer = value;
            if (value.KlClip == 0)
                divergenceScale = 1f;
            if (value.AdaptsDamping)
                trial ??= new TrialMemory(layout);
            ConfigureCurvature();
            LearningRate = value.LearningRate;
        }
    }

    /// <summary>Learning rate of the next step.</summary>
    public float LearningRate { get; set; }

    /// <summary>Updates done so far.</summary>
    public long StepCount { get; private set; }

    /// <summary>Layer in which the last step first met a value that is not finite; null while all are finite.</summary>
    public string? NonFiniteLayer { get; private set; }

    /// <summary>Inputs to outputs, on each worker.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void ForwardPass(in KernelContext c);

    /// <summary>Outputs and targets to losses and the outputs' residual, on each worker.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void LossPass(in KernelContext c);

    /// <summary>Outputs to predictions, on each worker.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void LinkPass(in KernelContext c);

    /// <summary>The outputs' residual to parameter gradients, on each worker.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract void BackwardPass(in KernelContext c);

    /// <summary>Repeats the forward pass and names the first layer whose output is not finite.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected abstract string? FirstNonFinite(in KernelContext c);

    /// <summary>
    /// Draws the weights of all layers anew from N(0, <paramref name="sigma"/>²) in place of the distributions that were
    /// declared, with the network's seed. Biases, moments and counters stay as they are.
    /// </summary>
    /// <param name="sigma">Standard deviation, finite and above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> is no standard deviation; nothing was changed.</exception>
    public void InitializeWeights(float sigma)
    {
        ObjectDisposedException.ThrowIf(arena.Base == null, this);
        for (int i = 0; i < layout.Info.Tensors.Count; i++)
        {
            TensorInfo tensor = layout.Info.Tensors[i];
            if (tensor.Role == TensorRole.Weight)
                Initializers.Normal(sigma, (float*)(arena.Base + tensor.Offset), tensor.Rows, tensor.Columns, tensor.Stride, Seed, (uint)i);
        }
    }

    /// <summary>Frees the arena and ends the workers.</summary>
    public void Dispose()
    {
        team.Dispose();
        arena.Dispose();
        stateMemory.Dispose();
        trial?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whole arena, for tests that poison it.</summary>
    internal Arena Memory => arena;

    /// <summary>Threads that run the passes, for tests.</summary>
    internal WorkerTeam Team => team;

    /// <summary>Whether blocked curvature takes inputs in reversed order, as the golden vectors do.</summary>
    internal bool ReversesBlocks { get; set; }

    NetworkTensors TensorsAt(long shift, Func<TensorInfo, bool> selects) =>
        new([.. layout.Info.Tensors.Where(selects).Select(info => new NetworkTensor(arena, info, shift))]);

    static bool IsLearned(TensorInfo tensor) => tensor.Role != TensorRole.Statistic;

    /// <summary>What every worker reads; the layers' curvature follows it.</summary>
    struct StepState
    {
        internal UpdateArguments WeightUpdate;
        internal UpdateArguments OtherUpdate;
        internal UpdateArguments TrialUpdate;
    }
}
