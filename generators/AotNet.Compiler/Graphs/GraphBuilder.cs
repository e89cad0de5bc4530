using System.Globalization;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Graphs;

/// <summary>Stage 2: checks a declaration and gives every value a type and a shape. Finds every user error.</summary>
public sealed class GraphBuilder
{
    /// <summary>Largest batch.</summary>
    public const int MaxBatch = 65_536;

    /// <summary>Largest order of one curvature system.</summary>
    public const int MaxCurvatureBlock = 4_096;

    /// <summary>Most values in one sample or one weight matrix: what 32-bit float indices reach.</summary>
    public const long MaxTensorSize = 1L << 28;

    readonly NetworkSpec spec;
    readonly List<GraphDiagnostic> diagnostics = [];
    readonly List<Node> nodes = [];
    readonly Dictionary<int, int> nodeOfValue = [];
    readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, int> ordinals = [];

    GraphBuilder(NetworkSpec spec) => this.spec = spec;

    /// <summary>Builds the graph of <paramref name="spec"/>, with notes on it, or says why there is none.</summary>
    public static (Graph? Graph, EquatableArray<GraphDiagnostic> Diagnostics) Build(NetworkSpec spec)
    {
        var builder = new GraphBuilder(spec);
        builder.CheckAttribute();
        builder.AddParameters();
        builder.AddCalls();
        if (builder.diagnostics.Count == 0)
            builder.CheckUse();
        if (builder.diagnostics.Count == 0)
            builder.diagnostics.AddRange(ResidualLosses.Find(spec, builder.nodes));
        EquatableArray<GraphDiagnostic> found = builder.diagnostics.ToEquatableArray();
        return found.All(static diagnostic => diagnostic.IsNote)
            ? (new Graph { Spec = spec, Nodes = LayerDefaults.Choose(builder.nodes).ToEquatableArray() }, found)
            : (null, found);
    }

    void CheckAttribute()
    {
        if (spec.Batch is < 1 or > MaxBatch)
            Report(GraphError.BatchOutOfRange, -1, -1, Format(spec.Batch));
        if (spec.CurvatureBlock is < 1 or > MaxCurvatureBlock)
            Report(GraphError.CurvatureBlockOutOfRange, -1, -1, Format(spec.CurvatureBlock));
    }

    void AddParameters()
    {
        for (int i = 0; i < spec.Parameters.Count; i++)
        {
            ParameterSpec parameter = spec.Parameters[i];
            int least = parameter.Kind == ParameterKind.Labels ? 2 : 1;
            foreach (int extent in parameter.Extents.Where(extent => extent < least))
                Report(GraphError.ExtentOutOfRange, -1, i, parameter.Name, Format(extent), Format(least));
            var shape = new Shape(parameter.Extents);
            long size = SaturatedSize(shape);
            if (size > MaxTensorSize)
                Report(GraphError.TooLarge, -1, i, parameter.Name, Format(size), Format(MaxTensorSize));
            Op op = parameter.Kind == ParameterKind.Tensor ? new InputOp() : new TargetOp(parameter.Kind == ParameterKind.Labels);
            Append(i, parameter.Name, op, [], shape);
        }
    }

    void AddCalls()
    {
        for (int i = 0; i < spec.Calls.Count; i++)
        {
            CallSpec call = spec.Calls[i];
            // A call on a value that already failed says nothing new.
            if (!call.Operands.All(nodeOfValue.ContainsKey))
                continue;
            var reader = new CallReader(call, i, diagnostics);
            Op? op = OpTable.Parse(reader);
            List<int> inputs = call.Operands.Select(value => nodeOfValue[value]).ToList();
            if (op?.Infer(reader, inputs.ConvertAll(id => nodes[id].Shape)) is not { } shape)
                continue;
            if (!CheckSizes(reader, op, nodes[inputs[0]].Shape, shape) || LayerName(reader, op) is not { } name)
                continue;
            Append(spec.Parameters.Count + i, name, op, inputs, shape);
        }
    }

    bool CheckSizes(CallReader reader, Op op, Shape input, Shape output)
    {
        if (SaturatedSize(output) > MaxTensorSize)
        {
            reader.Report(GraphError.TooLarge, op.Method, Format(SaturatedSize(output)), Format(MaxTensorSize));
            return false;
        }
        long positions = (long)Math.Max(spec.Batch, 1) * output.Positions;
        if (positions > MaxTensorSize)
        {
            reader.Report(GraphError.TooLarge, op.Method + " over a batch", Format(positions), Format(MaxTensorSize));
            return false;
        }
        foreach (TensorSpec tensor in op.Tensors(input))
        {
            long size = (long)tensor.Rows * tensor.Columns;
            if (size <= MaxTensorSize)
                continue;
            reader.Report(GraphError.TooLarge, op.Method + " " + tensor.Name, Format(size), Format(MaxTensorSize));
            return false;
        }
        return true;
    }

    string? LayerName(CallReader reader, Op op)
    {
        (string? given, int nameArgument) = op switch
        {
            DenseOp dense => (dense.Name, 4),
            ConvOp conv => (conv.Name, reader.Call.Arguments.Count - 1),
            _ => (null, 0),
        };
        if (given is not null)
        {
            if (given.Length == 0 || !given.All(static c => c is '_' or (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z')))
                reader.ReportArgument(GraphError.InvalidLayerName, nameArgument, given);
            else if (!names.Add(given))
                reader.ReportArgument(GraphError.DuplicateLayerName, nameArgument, given);
            else
                return given;
            return null;
        }
        string kind = op.Method.ToLowerInvariant();
        string name;
        do
        {
            ordinals.TryGetValue(kind, out int ordinal);
            ordinals[kind] = ordinal + 1;
            name = kind + Format(ordinal + 1);
        }
        while (!names.Add(name));
        return name;
    }

    void CheckUse()
    {
        var used = new HashSet<int>();
        var pending = new Stack<int>();
        pending.Push(nodeOfValue[spec.Result]);
        while (pending.Count > 0)
        {
            int id = pending.Pop();
            if (used.Add(id))
                foreach (int input in nodes[id].Inputs)
                    pending.Push(input);
        }
        for (int i = 0; i < spec.Parameters.Count; i++)
            if (!used.Contains(nodeOfValue[i]))
                Report(GraphError.UnusedParameter, -1, i, spec.Parameters[i].Name);
        for (int i = 0; i < spec.Calls.Count; i++)
        {
            Node node = nodes[nodeOfValue[spec.Parameters.Count + i]];
            if (!used.Contains(node.Id))
                Report(node.Op is ObjectiveOp ? GraphError.SecondObjective : GraphError.UnusedLayer, i, -1, node.Op.Method);
        }
        if (!nodes.Any(static node => node.Op.Tensors(node.Shape).Any(static tensor => tensor.Role != TensorRole.Statistic)))
            Report(GraphError.NothingToLearn, -1, -1);
    }

    void Append(int value, string name, Op op, IEnumerable<int> inputs, Shape shape)
    {
        nodeOfValue[value] = nodes.Count;
        nodes.Add(new Node(nodes.Count, name, op, inputs.ToEquatableArray(), shape));
    }

    void Report(GraphError error, int call, int argument, params string[] values) =>
        diagnostics.Add(new GraphDiagnostic(error, call, argument, values.ToEquatableArray()));

    /// <summary>Size of a shape whose product may overflow.</summary>
    internal static long SaturatedSize(Shape shape)
    {
        long size = 1;
        foreach (int extent in shape.Extents)
        {
            size *= Math.Max(extent, 1);
            if (size > int.MaxValue)
                return int.MaxValue;
        }
        return size;
    }

    static string Format(long value) => value.ToString(CultureInfo.InvariantCulture);
}
