using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Planning;
using AotNet.Reference.Curvature;
using AotNet.Reference.Meanings;
using AotNet.Reference.Optimization;

namespace AotNet.Reference;

/// <summary>
/// A network interpreted in double precision, one op after the other: slow, and the declared meaning of every op. Draws
/// no random numbers: weights start at zero for the caller to set, and dropout masks and block orders are handed in.
/// </summary>
public sealed class ReferenceNetwork
{
    readonly Dictionary<string, Matrix> tensors = [];
    readonly Dictionary<string, Moments> moments = [];
    readonly HashSet<string> decaying = [];
    readonly Dictionary<int, AveragedGram> averages = [];
    Dictionary<int, CurvatureForm>? forms;

    /// <summary>A network with all weights and biases zero, gains and running variances one.</summary>
    public ReferenceNetwork(Graph graph)
    {
        Graph = graph;
        foreach (Node node in graph.Nodes.Where(static node => node.Inputs.Count > 0))
        {
            foreach (TensorSpec spec in node.Op.Tensors(graph.Nodes[node.Inputs[0]].Shape))
            {
                string name = node.Name + "." + spec.Name;
                double start = spec.Start == Start.One ? 1 : 0;
                tensors[name] = Matrix.Of(spec.Rows, spec.Columns, (_, _) => start);
                if (spec.Role != TensorRole.Statistic)
                    moments[name] = Optimization.Moments.For(tensors[name]);
                if (spec.Role == TensorRole.Weight)
                    decaying.Add(name);
            }
        }
    }

    /// <summary>What is interpreted.</summary>
    public Graph Graph { get; }

    /// <summary>Learned tensors and running averages under names such as <c>dense1.weight</c>.</summary>
    public IReadOnlyDictionary<string, Matrix> Tensors => tensors;

    /// <summary>Moments of the learned tensors.</summary>
    public IReadOnlyDictionary<string, Moments> Moments => moments;

    /// <summary>Updates done so far.</summary>
    public long UpdatesDone { get; set; }

    /// <summary>Zeros and ones, rows x width, that a dropout node keeps its elements by; all ones unless set.</summary>
    public Func<Node, int, Matrix> DropoutMask { get; set; } = static (node, rows) => Matrix.Of(rows, node.Width, static (_, _) => 1);

    /// <summary>
    /// Order in which a blocked layer's inputs are cut into blocks, given how many inputs there are and how many
    /// homogeneous ones: one more, the last, when the bias takes part. Unless set, that of the golden vectors.
    /// </summary>
    public Func<Node, int, int, int[]> BlockOrder { get; set; } = static (_, inputs, order) => ReversedOrder(inputs, order);

    /// <summary>The inputs from last to first, then the bias if it takes part.</summary>
    public static int[] ReversedOrder(int inputs, int order) =>
        [.. Enumerable.Range(0, inputs).Reverse(), .. Enumerable.Range(inputs, order - inputs)];

    /// <summary>Loss, correct answers and predictions in inference mode; changes nothing.</summary>
    public Evaluation Evaluate(Batch batch) => Run(batch, training: false).Evaluation;

    /// <summary>Both passes while training. Moves running averages, updates nothing else.</summary>
    public Differentiation Differentiate(Batch batch)
    {
        (Evaluation evaluation, OpCall?[] calls) = Run(batch, training: true);
        var residuals = new Matrix?[Graph.Nodes.Count];
        residuals[Graph.Output.Id] = OutputResidual(evaluation.Values[Graph.Output.Id]!, batch.Target);
        var gradients = new Dictionary<string, Matrix>();
        foreach (Node node in Graph.Nodes.Reverse())
        {
            if (calls[node.Id] is not { } call || residuals[node.Id] is not { } residual)
                continue;
            Matrix[] parts = OpMeaning.Of(node.Op).Backward(call, residual);
            for (int i = 0; i < parts.Length; i++)
                residuals[node.Inputs[i]] = residuals[node.Inputs[i]] is { } other ? other + parts[i] : parts[i];
            foreach ((string name, Matrix gradient) in call.Gradients)
                gradients[node.Name + "." + name] = gradient;
        }
        return new Differentiation(evaluation, residuals, gradients);
    }

    /// <summary>One training step: both passes, decorrelation, clipping, update.</summary>
    public StepOutcome Step(Batch batch, UpdateRule rule)
    {
        Differentiation differentiation = Differentiate(batch);
        Dictionary<string, Matrix> gradients = Decorrelate(differentiation, rule);
        double scale = ClipScale(gradients.Values, rule.ClipNorm);
        UpdatesDone++;
        foreach ((string name, Matrix gradient) in gradients)
            Update.Apply(rule, UpdatesDone, decaying.Contains(name), tensors[name], scale * gradient, moments[name]);
        return new StepOutcome(differentiation, gradients);
    }

    /// <summary>The gradients of a step as the rule wants them, layer by layer.</summary>
    public Dictionary<string, Matrix> Decorrelate(Differentiation differentiation, UpdateRule rule)
    {
        var gradients = new Dictionary<string, Matrix>(differentiation.Gradients);
        if (!rule.Decorrelate)
            return gradients;
        foreach (Node node in Graph.Nodes)
        {
            if (node.Op is ConvOp conv)
                DecorrelateConvolution(node, conv, differentiation, gradients, rule);
            if (node.Op is not DenseOp { Curvature: not CurvatureRequest.Off } op)
                continue;
            bool withBias = op.Bias && rule.DecorrelateBias;
            string weight = node.Name + ".weight", bias = node.Name + ".bias";
            Matrix x = differentiation.Evaluation.Values[node.Inputs[0]]!;
            Matrix inputs = withBias ? x.WithOnes() : x;
            Matrix gradient = withBias ? gradients[weight].WithRow(gradients[bias]) : gradients[weight];
            Matrix solved = op.Curvature != CurvatureRequest.Blocked && Graph.Spec.AveragedCurvature
                ? Averaged(node).Solve(inputs, gradient, rule, UpdatesDone)
                : op.Curvature == CurvatureRequest.Blocked
                ? Decorrelation.Blocked(inputs, gradient, rule.Damping, BlockOrder(node, x.Columns, inputs.Columns), Graph.Spec.CurvatureBlock)
                : Decorrelation.Primal(inputs, gradient, rule.Damping);
            gradients[weight] = solved.RowRange(0, x.Columns);
            if (withBias)
                gradients[bias] = solved.RowRange(x.Columns, x.Columns + 1);
        }
        return gradients;
    }

    /// <summary>In the form that the planner chose: by channels or by patches.</summary>
    void DecorrelateConvolution(Node node, ConvOp op, Differentiation differentiation, Dictionary<string, Matrix> gradients, UpdateRule rule)
    {
        forms ??= Planner.Plan(Graph).Curvatures.ToDictionary(static curvature => curvature.Node, static curvature => curvature.Form);
        if (forms[node.Id] is not (CurvatureForm.Channels or CurvatureForm.Patches))
            return;
        bool withBias = op.Bias && rule.DecorrelateBias, byChannels = forms[node.Id] == CurvatureForm.Channels;
        string weight = node.Name + ".weight", bias = node.Name + ".bias";
        Shape input = Graph.Nodes[node.Inputs[0]].Shape;
        int taps = byChannels ? op.WindowOver(input).Taps : 1;
        Matrix values = differentiation.Evaluation.Values[node.Inputs[0]]!;
        Matrix x = byChannels ? ConvolutionDecorrelation.Channels(input, values) : ConvolutionDecorrelation.Patches(op, input, values);
        Matrix inputs = withBias ? x.WithOnes() : x;
        Matrix gradient = ConvolutionDecorrelation.ByChannels(gradients[weight], withBias ? gradients[bias] : null, taps);
        Matrix solved = Graph.Spec.AveragedCurvature
            ? Averaged(node).Solve(inputs, gradient, rule, UpdatesDone)
            : Decorrelation.Primal(inputs, gradient, rule.Damping);
        (gradients[weight], Matrix? solvedBias) = ConvolutionDecorrelation.ByTaps(solved, taps, withBias);
        if (solvedBias is not null)
            gradients[bias] = solvedBias;
    }

    AveragedGram Averaged(Node node)
    {
        if (!averages.TryGetValue(node.Id, out AveragedGram? average))
            averages.Add(node.Id, average = new AveragedGram());
        return average;
    }

    (Evaluation Evaluation, OpCall?[] Calls) Run(Batch batch, bool training)
    {
        var values = new Matrix?[Graph.Nodes.Count];
        var calls = new OpCall?[Graph.Nodes.Count];
        foreach ((Node node, Matrix input) in Graph.Inputs.Zip(batch.Inputs))
            values[node.Id] = input;
        foreach (Node node in Graph.Nodes.Where(static node => node.Op is not (InputOp or TargetOp or ObjectiveOp)))
        {
            OpCall call = new(this, node, [.. node.Inputs.Select(id => values[id]!)], training);
            values[node.Id] = OpMeaning.Of(node.Op).Forward(call);
            calls[node.Id] = call;
        }
        return (Judge(values, batch.Target), calls);
    }

    Evaluation Judge(Matrix?[] values, Matrix target)
    {
        Matrix output = values[Graph.Output.Id]!;
        ObjectiveMeaning objective = ObjectiveMeaning.Of(Graph.Objective.Op);
        var losses = new double[output.Rows];
        var predictions = new Matrix(output.Rows, output.Columns);
        int correct = 0;
        for (int r = 0; r < output.Rows; r++)
        {
            double[] row = Row(output, r), goal = Row(target, r);
            losses[r] = objective.Loss(row, goal);
            correct += objective.Correct(row, goal);
            objective.Prediction(row).CopyTo(predictions.Values, r * output.Columns);
        }
        return new Evaluation(values, losses, correct, predictions);
    }

    Matrix OutputResidual(Matrix output, Matrix target)
    {
        ObjectiveMeaning objective = ObjectiveMeaning.Of(Graph.Objective.Op);
        var residual = new Matrix(output.Rows, output.Columns);
        for (int r = 0; r < output.Rows; r++)
            objective.Residual(Row(output, r), Row(target, r)).CopyTo(residual.Values, r * output.Columns);
        return residual;
    }

    static double ClipScale(IEnumerable<Matrix> gradients, double limit)
    {
        double norm = Math.Sqrt(gradients.Sum(static gradient => gradient.SquaredNorm()));
        return limit > 0 && norm > limit ? limit / norm : 1;
    }

    static double[] Row(Matrix matrix, int row) => matrix.RowRange(row, row + 1).Values;
}
