using AotNet.Compiler.Differentiation;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>Collects the kernels and buffers of a network while its ops describe their passes.</summary>
sealed class PlanBuilder
{
    readonly GradientFlow flow;
    readonly List<Buffer> buffers = [];
    readonly Dictionary<string, Buffer> byKey = [];
    readonly HashSet<int> contributed = [];
    readonly HashSet<Buffer> shared = [];
    readonly List<int> layers;
    readonly Dictionary<int, Buffer> contributions = [];
    List<Kernel> pass;
    Node? contributor;

    /// <summary>A plan to be built.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="flow">Which values want a residual.</param>
    /// <param name="probes">Whether it is to be looked into: then no value is fused away or written over.</param>
    internal PlanBuilder(Graph graph, GradientFlow flow, bool probes = false)
    {
        Graph = graph;
        this.flow = flow;
        layers = [.. graph.Nodes.Where(node => node.Inputs.Count > 0
            && node.Op.Tensors(graph.Nodes[node.Inputs[0]].Shape).Any(static tensor => tensor.Role == TensorRole.Weight)).Select(static node => node.Id)];
        Probes = probes;
        pass = ForwardPass;
        RowLosses = New("row losses", BufferKind.Result, 2, graph.Spec.Batch);
        Predictions = New("predictions", BufferKind.Result, graph.Spec.Batch, graph.Output.Width);
    }

    internal Graph Graph { get; }

    /// <summary>Whether the plan is to be looked into: it then has no parameter gradients of layers, and no fused kernels.</summary>
    internal bool Probes { get; }

    internal List<Kernel> ForwardPass { get; } = [];

    internal List<Kernel> LossPass { get; } = [];

    internal List<Kernel> LinkPass { get; } = [];

    internal List<Kernel> BackwardPass { get; } = [];

    internal IReadOnlyList<Buffer> Buffers => buffers;

    internal List<LayerCurvature> Curvatures { get; } = [];

    internal Buffer RowLosses { get; }

    internal Buffer Predictions { get; }

    /// <summary>Describes both passes of every op.</summary>
    internal void Build()
    {
        foreach (Node node in Graph.Nodes)
            node.Op.Forward(this, node);
        pass = BackwardPass;
        foreach (Node node in Graph.Nodes.Reverse().Where(node => flow.Wants(node.Id)))
        {
            contributor = node;
            node.Op.Backward(this, node);
        }
        if (Probes)
            return;
        EpilogueFusion.Apply(this);
        PoolFusion.Apply(this);
    }

    /// <summary>All kernels in the order in which a training step runs them.</summary>
    internal IEnumerable<Kernel> Step => Ahead.Concat(BackwardPass);

    /// <summary>Those before the backward pass.</summary>
    internal IEnumerable<Kernel> Ahead => ForwardPass.Concat(LossPass).Concat(LinkPass);

    internal void Add(Kernel kernel) => pass.Add(kernel);

    /// <summary>Adds a kernel that runs by the state of its layer's curvature.</summary>
    internal void Add(Kernel kernel, Node node, KernelCondition when) =>
        Add(when == KernelCondition.Always ? kernel : kernel with { Condition = when, Layer = LayerIndex(node) });

    /// <summary>Index of a node among those with weights; -1 for others.</summary>
    internal int LayerIndex(Node node) => layers.IndexOf(node.Id);

    internal void AddLoss(Kernel loss, Kernel link)
    {
        LossPass.Add(loss);
        if (!Probes)
            LinkPass.Add(link);
    }

    internal void Elementwise(string name, string expression, Buffer output, bool maskPadding, params Buffer[] inputs) =>
        Add(new Elementwise(name, inputs, output, expression, maskPadding));

    /// <summary>Declares a node's value as written by the caller.</summary>
    internal void Supply(Node node) => Value(node, BufferKind.Input);

    /// <summary>Declares the target as written by the caller: classes as one row of integers, values as a row per sample.</summary>
    internal void SupplyTarget(Node node, bool isClass)
    {
        if (isClass)
            Keyed($"value {node.Id}", () => New(node.Name, BufferKind.Input, 1, Graph.Spec.Batch));
        else
            Value(node, BufferKind.Input);
    }

    internal Buffer Value(int id) => Value(Graph.Nodes[id]);

    /// <summary>Where the value of a node lies, in the layout of its shape: a row per sample, or per position of an image.</summary>
    internal Buffer Value(Node node)
    {
        Node source = Graph.Nodes[flow.Resolve(node.Id)];
        return IsByPosition(source) == node.Shape.Positions > 1 ? Stored(source) : Repacked(source);
    }

    /// <summary>Where the value of a node lies with a row per sample, at any stride.</summary>
    internal Buffer Flat(int id)
    {
        Node source = Graph.Nodes[flow.Resolve(id)];
        if (!IsByPosition(source))
            return Stored(source);
        Buffer stored = Stored(source);
        return stored.Kind == BufferKind.Result ? Repacked(source) : stored.AsFeatures ?? Repacked(source);
    }

    /// <summary>Where the value of a node lies, in the layout in which its maker left it.</summary>
    internal Buffer Stored(Node node)
    {
        Node source = Graph.Nodes[flow.Resolve(node.Id)];
        return Value(source, source.Id == flow.Resolve(Graph.Output.Id) ? BufferKind.Result : BufferKind.Activation);
    }

    Buffer Value(Node source, BufferKind kind) =>
        Keyed($"value {source.Id}", () => New(source.Name, kind, source.Shape, IsByPosition(source)));

    /// <summary>The value in the other layout, made by the first who asks for it.</summary>
    Buffer Repacked(Node source)
    {
        Buffer stored = Stored(source);
        bool byPosition = !IsByPosition(source);
        return Keyed($"repacked {source.Id}", () =>
        {
            Buffer target = New(source.Name + (byPosition ? " by position" : " by sample"),
                stored.Kind == BufferKind.Result ? BufferKind.Result : BufferKind.Activation, source.Shape, byPosition);
            Add(new Repack(source.Name, stored, target, source.Shape.Positions, source.Shape.Channels));
            return target;
        });
    }

    /// <summary>Whether the maker of a value leaves a row per position. Callers give samples, so inputs have a row per sample.</summary>
    static bool IsByPosition(Node source) => source.Shape.Positions > 1 && source.Op is not (InputOp or TargetOp);

    internal Buffer Residual(Node node) => Residual(node.Id);

    /// <summary>Where the gradient of the loss by a node's value lies.</summary>
    internal Buffer Residual(int id)
    {
        Node source = Graph.Nodes[flow.Resolve(id)];
        return Keyed($"residual {source.Id}", () => New(source.Name + " residual", BufferKind.Residual, source.Shape, IsByPosition(source)));
    }

    /// <summary>Where the objective leaves the residual of its operand: a row per sample.</summary>
    internal Buffer OutputResidual(int id)
    {
        Node source = Graph.Nodes[flow.Resolve(id)];
        return !IsByPosition(source) ? Residual(id)
            : Keyed($"output residual {source.Id}", () => New(source.Name + " residual by sample", BufferKind.Residual, source.Shape, false));
    }

    /// <summary>Brings what the objective left into the layout of the operand's maker.</summary>
    internal void TakeOutputResidual(int id)
    {
        Buffer left = OutputResidual(id), residual = Residual(id);
        if (left != residual)
            Add(new Repack(residual.Name, left, residual, residual.PerSample, residual.Columns));
    }

    /// <summary>
    /// Adds one consumer's part of a node's residual. The first part is written in place, later ones by way of scratch.
    /// Does nothing, and says so, when nothing before the node learns.
    /// </summary>
    internal bool Contribute(int id, Action<Buffer> write)
    {
        int source = flow.Resolve(id);
        if (!flow.Wants(source))
            return false;
        if (IsByPosition(Graph.Nodes[source]) && Graph.Nodes[id].Shape.Positions == 1)
            return Contribute(source, dX => WriteBySample(dX, write));
        Buffer residual = Residual(source);
        if (contributed.Add(source))
        {
            write(residual);
            contributions[contributor!.Id] = residual;
            return true;
        }
        Buffer part = New(Graph.Nodes[source].Name + " residual part", BufferKind.Scratch, Graph.Nodes[source].Shape, IsByPosition(Graph.Nodes[source]));
        write(part);
        AddPart(source, part);
        return true;
    }

    /// <summary>Adds a node's residual as it is to that of one of its inputs, of equal shape: where it is the first part, it is all of it.</summary>
    internal void PassResidual(Node node, int id)
    {
        Node source = Graph.Nodes[flow.Resolve(id)];
        Buffer residual = Residual(node);
        if (IsByPosition(source) != IsByPosition(node))
            Contribute(id, part => Elementwise(node.Name + " backward", "{0}", part, false, residual));
        else if (flow.Wants(source.Id) && !contributed.Add(source.Id))
            AddPart(source.Id, residual);
        else if (flow.Wants(source.Id))
        {
            contributions[contributor!.Id] = byKey[$"residual {source.Id}"] = residual;
            shared.Add(residual);
        }
    }

    /// <summary>
    /// Adds a further part: into another buffer where what the residual's holds is wanted still, and where the sum can move into
    /// the part's maker.
    /// </summary>
    void AddPart(int source, Buffer part)
    {
        contributions[contributor!.Id] = part;
        Buffer residual = Residual(source);
        bool renews = Probes || shared.Contains(residual) || (pass[^1] is FusibleKernel { Fuses: true } maker && maker.Result == part);
        Elementwise(Graph.Nodes[source].Name + " residual sum", "{0} + {1}", renews ? Renewed(source) : residual, false, residual, part);
    }

    /// <summary>As <see cref="Contribute"/>, of a part with a row per sample at any stride.</summary>
    internal bool ContributeFlat(int id, Action<Buffer> write)
    {
        Node source = Graph.Nodes[flow.Resolve(id)];
        return !IsByPosition(source) ? Contribute(id, write) : Contribute(source.Id, dX =>
        {
            if (dX.AsFeatures is { } features)
                write(features);
            else
                WriteBySample(dX, write);
        });
    }

    void WriteBySample(Buffer dX, Action<Buffer> write)
    {
        Buffer part = Scratch(dX.Name + " by sample", Graph.Spec.Batch, dX.PerSample * dX.Columns);
        write(part);
        Add(new Repack(dX.Name, part, dX, dX.PerSample, dX.Columns));
    }

    /// <summary>A node's own part of the residual of its input, of the last one where it has several; null when that wants none.</summary>
    internal Buffer? ContributionOf(Node node) => contributions.TryGetValue(node.Id, out Buffer? part) ? part : null;

    /// <summary>Another buffer for the residual of a node, so that what the one before holds stays.</summary>
    Buffer Renewed(int source)
    {
        byKey.Remove($"residual {source}");
        return Residual(source);
    }

    internal Buffer Tensor(Node node, string name) => LayerBuffer(node, name, BufferKind.Parameter, "");

    internal Buffer Gradient(Node node, string name) => LayerBuffer(node, name, BufferKind.Gradient, " gradient");

    Buffer LayerBuffer(Node node, string name, BufferKind kind, string suffix)
    {
        TensorSpec tensor = node.Op.Tensors(Graph.Nodes[node.Inputs[0]].Shape).First(tensor => tensor.Name == name);
        if (tensor.Role == TensorRole.Statistic)
            kind = BufferKind.Statistic;
        return Keyed($"{kind} {node.Id} {name}", () => New($"{node.Name}.{name}{suffix}", kind, tensor.Rows, tensor.Columns));
    }

    /// <summary>What a node's forward pass keeps for its backward pass.</summary>
    internal Buffer Saved(Node node, string name, int rows, int columns, int perSample = 1) =>
        Keyed($"saved {node.Id} {name}", () => New($"{node.Name} {name}", BufferKind.Activation, rows, columns, perSample));

    internal Buffer Scratch(string name, int rows, int columns) => New(name, BufferKind.Scratch, rows, columns);

    internal Buffer Curvature(string name, int rows, int columns, int perSample = 1) => New(name, BufferKind.Curvature, rows, columns, perSample);

    /// <summary>What decorrelation keeps from step to step in networks that average; else only within a step.</summary>
    internal Buffer CurvatureState(string name, int rows, int columns) =>
        New(name, Graph.Spec.AveragedCurvature ? BufferKind.CurvatureState : BufferKind.Curvature, rows, columns);

    Buffer Keyed(string key, Func<Buffer> create)
    {
        if (!byKey.TryGetValue(key, out Buffer? buffer))
            byKey.Add(key, buffer = create());
        return buffer;
    }

    Buffer New(string name, BufferKind kind, Shape sample, bool byPosition) => byPosition
        ? New(name, kind, Graph.Spec.Batch * sample.Positions, sample.Channels, sample.Positions)
        : New(name, kind, Graph.Spec.Batch, (int)sample.Size);

    Buffer New(string name, BufferKind kind, int rows, int columns, int perSample = 1)
    {
        var buffer = new Buffer(buffers.Count, name, kind, rows, columns, Buffer.StrideOf(columns)) { PerSample = perSample };
        buffers.Add(buffer);
        return buffer;
    }
}
