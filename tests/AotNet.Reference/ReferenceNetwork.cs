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
    readonly Dictionary<string, Matrix> statisticsBefore = [];
    readonly Dictionary<int, KeptCurvature> averages = [];
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

    /// <summary>What adaptation has multiplied every damping by.</summary>
    public double DampingFactor { get; private set; } = 1;

    /// <summary>What the steps since its last measurement are multiplied by, for their divergence.</summary>
    double stepScale = 1;

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
        foreach ((string name, Matrix tensor) in tensors.Where(tensor => !moments.ContainsKey(tensor.Key)))
            statisticsBefore[name] = tensor.Copy();
        (Evaluation evaluation, OpCall?[] calls) = Run(batch, training: true);
        var residuals = new Matrix?[Graph.Nodes.Count];
        residuals[Graph.Output.Id] = OutputResidual(evaluation.Values[Graph.Output.Id]!, batch.Target);
        var allParts = new Matrix[]?[Graph.Nodes.Count];
        var gradients = new Dictionary<string, Matrix>();
        foreach (Node node in Graph.Nodes.Reverse())
        {
            if (calls[node.Id] is not { } call || residuals[node.Id] is not { } residual)
                continue;
            Matrix[] parts = OpMeaning.Of(node.Op).Backward(call, residual);
            allParts[node.Id] = parts;
            for (int i = 0; i < parts.Length; i++)
                residuals[node.Inputs[i]] = residuals[node.Inputs[i]] is { } other ? other + parts[i] : parts[i];
            foreach ((string name, Matrix gradient) in call.Gradients)
                gradients[node.Name + "." + name] = gradient;
        }
        return new Differentiation(evaluation, residuals, gradients) { Parts = allParts };
    }

    /// <summary>One training step: both passes, decorrelation, clipping, update.</summary>
    public StepOutcome Step(Batch batch, UpdateRule rule)
    {
        Differentiation differentiation = Differentiate(batch);
        Dictionary<string, Matrix> gradients = Decorrelate(differentiation, rule);
        List<string[]> directions = Directions(rule);
        if (rule.AdaptsDamping && UpdatesDone % 5 == 0)
            AdaptDamping(batch, rule, differentiation, gradients, directions);
        double movement = Limit(rule, differentiation, gradients, directions);
        if (rule.KlClip == 0)
            stepScale = 1;
        else if (UpdatesDone % rule.GramInterval == 0)
            stepScale = Math.Min(1, Math.Sqrt(rule.KlClip / movement));
        double scale = stepScale * ClipScale(gradients.Values.Select(gradient => stepScale * gradient), rule.ClipNorm);
        UpdatesDone++;
        foreach ((string name, Matrix gradient) in gradients)
            Update.Apply(rule, UpdatesDone, decaying.Contains(name), tensors[name], scale * gradient, moments[name]);
        return new StepOutcome(differentiation, gradients);
    }

    /// <summary>The gradients of a step as the rule wants them, layer by layer.</summary>
    public Dictionary<string, Matrix> Decorrelate(Differentiation differentiation, UpdateRule rule)
    {
        var gradients = new Dictionary<string, Matrix>(differentiation.Gradients);
        foreach (Node node in Graph.Nodes)
        {
            if (node.Op is ConvOp conv)
                DecorrelateConvolution(node, conv, differentiation, gradients, rule);
            if (node.Op is not DenseOp { Curvature: not CurvatureRequest.Off } op)
                continue;
            UpdateRule own = rule.For(node.Name);
            if (!own.Decorrelate)
                continue;
            if (rule.AdaptsDamping)
                own = own with { Damping = own.Damping * DampingFactor };
            bool withBias = op.Bias && rule.DecorrelateBias;
            string weight = node.Name + ".weight", bias = node.Name + ".bias";
            Matrix x = differentiation.Evaluation.Values[node.Inputs[0]]!;
            Matrix inputs = withBias ? x.WithOnes() : x;
            Matrix gradient = withBias ? gradients[weight].WithRow(gradients[bias]) : gradients[weight];
            Matrix solved = op.Curvature != CurvatureRequest.Blocked
                ? Kept(node, op.Curvature == CurvatureRequest.TwoSided).Solve(inputs, differentiation.Residuals[node.Id]!, gradient, own, UpdatesDone)
                : Decorrelation.Blocked(inputs, gradient, gram => Decorrelation.DampingOf(gram, own), BlockOrder(node, x.Columns, inputs.Columns),
                    Graph.Spec.CurvatureBlock);
            gradients[weight] = solved.RowRange(0, x.Columns);
            if (withBias)
                gradients[bias] = solved.RowRange(x.Columns, x.Columns + 1);
        }
        return gradients;
    }

    /// <summary>By channels or by patches, whole or in blocks, as the planner chose; whether by way of the samples makes no difference.</summary>
    void DecorrelateConvolution(Node node, ConvOp op, Differentiation differentiation, Dictionary<string, Matrix> gradients, UpdateRule rule)
    {
        UpdateRule own = rule.For(node.Name);
        if (!IsDecorrelated(node) || !own.Decorrelate)
            return;
        if (rule.AdaptsDamping)
            own = own with { Damping = own.Damping * DampingFactor };
        bool withBias = op.Bias && rule.DecorrelateBias, byChannels = !IsByPatches(node);
        string weight = node.Name + ".weight", bias = node.Name + ".bias";
        Shape input = Graph.Nodes[node.Inputs[0]].Shape;
        int taps = byChannels ? op.WindowOver(input).Taps : 1;
        Matrix values = differentiation.Evaluation.Values[node.Inputs[0]]!;
        Matrix x = byChannels ? ConvolutionDecorrelation.Channels(input, values) : ConvolutionDecorrelation.Patches(op, input, values);
        Matrix inputs = withBias ? x.WithOnes() : x;
        Matrix gradient = ConvolutionDecorrelation.ByChannels(gradients[weight], withBias ? gradients[bias] : null, taps);
        Matrix solved = FormOf(node) is not (CurvatureForm.ChannelsBlocked or CurvatureForm.PatchesBlocked)
            ? Kept(node, FormOf(node) == CurvatureForm.PatchesTwoSided)
                .Solve(inputs, ConvolutionDecorrelation.Channels(node.Shape, differentiation.Residuals[node.Id]!), gradient, own, UpdatesDone)
            : Decorrelation.Blocked(inputs, gradient, gram => Decorrelation.DampingOf(gram, own), BlockOrder(node, x.Columns, inputs.Columns),
                Graph.Spec.CurvatureBlock);
        (gradients[weight], Matrix? solvedBias) = ConvolutionDecorrelation.ByTaps(solved, taps, withBias);
        if (solvedBias is not null)
            gradients[bias] = solvedBias;
    }

    /// <summary>Whether a node is a convolution with curvature.</summary>
    bool IsDecorrelated(Node node) => node.Op is ConvOp && FormOf(node) != CurvatureForm.Off;

    /// <summary>Whether what is decorrelated of a convolution is the values of its patches, not its channels.</summary>
    internal bool IsByPatches(Node node) => FormOf(node) is CurvatureForm.Patches or CurvatureForm.PatchesDual
        or CurvatureForm.PatchesBlocked or CurvatureForm.PatchesTwoSided;

    CurvatureForm FormOf(Node node)
    {
        forms ??= Planner.Plan(Graph).Curvatures.ToDictionary(static curvature => curvature.Node, static curvature => curvature.Form);
        return forms[node.Id];
    }

    /// <summary>The tensors of each decorrelated layer that its direction is made of.</summary>
    List<string[]> Directions(UpdateRule rule) =>
    [
        .. from node in Graph.Nodes
           where (node.Op is DenseOp { Curvature: not CurvatureRequest.Off } || IsDecorrelated(node)) && rule.For(node.Name).Decorrelate
           select node.Op is DenseOp { Bias: true } or ConvOp { Bias: true } && rule.DecorrelateBias ? new[] { node.Name + ".weight", node.Name + ".bias" } : [node.Name + ".weight"],
    ];

    /// <summary>
    /// The loss after a step along D in place of what it promises, (η - η²/2) ⟨D, Ĝ⟩: dampings grow where that is less than a
    /// quarter, and shrink where it is more than three.
    /// </summary>
    void AdaptDamping(Batch batch, UpdateRule rule, Differentiation differentiation, Dictionary<string, Matrix> gradients, List<string[]> directions)
    {
        double rate = rule.Kind is UpdateKind.Sgd or UpdateKind.Sgd2 ? rule.LearningRate : 0.1;
        var kept = tensors.ToDictionary(static tensor => tensor.Key, static tensor => tensor.Value.Copy());
        foreach (string name in statisticsBefore.Keys)
            tensors[name] = statisticsBefore[name].Copy();
        foreach (string name in directions.SelectMany(static names => names))
            tensors[name] = tensors[name] - rate * gradients[name];
        double loss = Run(batch, training: true).Evaluation.Loss;
        foreach ((string name, Matrix tensor) in kept)
            tensors[name] = tensor;
        double promised = (rate - rate * rate / 2) * directions.Sum(names => Slope(names, differentiation, gradients));
        double ratio = (differentiation.Evaluation.Loss - loss) / promised;
        if (promised > 0)
            DampingFactor *= ratio < 0.25 ? Math.Pow(0.9, -5) : ratio > 0.75 ? Math.Pow(0.9, 5) : 1;
    }

    /// <summary>Scales each layer's D to its greatest norm; Σ η² ⟨D, Ĝ⟩ of what they were scaled to.</summary>
    static double Limit(UpdateRule rule, Differentiation differentiation, Dictionary<string, Matrix> gradients, List<string[]> directions)
    {
        double movement = 0;
        foreach (string[] names in directions)
        {
            double norm = rule.LearningRate * Math.Sqrt(names.Sum(name => gradients[name].SquaredNorm()));
            double scale = rule.StepNorm > 0 && norm > rule.StepNorm ? rule.StepNorm / norm : 1;
            movement += Math.Pow(rule.LearningRate * scale, 2) * Slope(names, differentiation, gradients);
            foreach (string name in names)
                gradients[name] = scale * gradients[name];
        }
        return movement;
    }

    /// <summary>⟨D, Ĝ⟩ of a layer.</summary>
    static double Slope(string[] names, Differentiation differentiation, Dictionary<string, Matrix> gradients) =>
        names.Sum(name => gradients[name].Values.Zip(differentiation.Gradients[name].Values, static (d, g) => d * g).Sum());

    /// <summary>The curvature that a layer keeps; where the network keeps none, a new one for each step.</summary>
    KeptCurvature Kept(Node node, bool twoSided)
    {
        if (!Graph.Spec.AveragedCurvature)
            averages.Remove(node.Id);
        if (!averages.TryGetValue(node.Id, out KeptCurvature? kept))
            averages.Add(node.Id, kept = new KeptCurvature(twoSided));
        return kept;
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
