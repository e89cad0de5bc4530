using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes the public half of a network: constants, typed calls, and the choice of instruction set.</summary>
sealed class NetworkEmitter
{
    const string StepReturns = "The mean loss before the update. When it is not finite, nothing is updated and NonFiniteLayer names the layer.";

    readonly Plan plan;
    readonly CompilerOptions options;
    readonly SourceWriter writer = new();
    readonly string name;
    readonly List<Node> inputs;
    readonly HashSet<string> parameterNames;
    readonly bool isClass;

    NetworkEmitter(Plan plan, CompilerOptions options)
    {
        this.plan = plan;
        this.options = options;
        name = Identifier.Escape(plan.Graph.Spec.Name);
        inputs = plan.Graph.Inputs.ToList();
        parameterNames = [.. inputs.Select(static input => input.Name), plan.Graph.Target.Name];
        isClass = ((Graphs.Ops.TargetOp)plan.Graph.Target.Op).IsClass;
    }

    /// <summary>The file of the public half.</summary>
    internal static string Emit(Plan plan, CompilerOptions options) => new NetworkEmitter(plan, options).Emit();

    string Emit()
    {
        FileFrame.Header(writer, $"{plan.Graph.Spec.Name}: the network as it was declared, and its calls.");
        foreach (Node node in plan.Graph.Nodes)
            writer.Line("//   " + PlanPrinter.DescribeNode(node, plan.Graph));
        writer.Line();
        FileFrame.Usings(writer, null);
        FileFrame.OpenClass(writer, plan.Graph.Spec, $" : CompiledNetwork, INetwork<{name}>");
        Constants();
        Creation();
        Call("Step", "float", "Forward, loss, backward, update: one training step on the rows given.",
            StepReturns,
            (rows, _) => $"return {Inherited("RunStep")}({rows}).Loss;", withTarget: true, withOutput: false);
        if (isClass)
            MixedStep();
        Call("Loss", "float", "The mean loss in inference mode; changes nothing.", "The mean loss.",
            (rows, _) => $"return {Inherited("RunEvaluation")}({rows}).Loss;", withTarget: true, withOutput: false);
        Call("Predict", "void", "Predictions in inference mode: probabilities for cross-entropies, values otherwise.", "",
            (rows, output) => $"{Inherited("RunPrediction")}({rows}, {output}, applyLink: true);", withTarget: false, withOutput: true);
        Call("Outputs", "void", "The network's outputs in inference mode, before softmax or sigmoid: logits.", "",
            (rows, output) => $"{Inherited("RunPrediction")}({rows}, {output}, applyLink: false);", withTarget: false, withOutput: true);
        Dispatch();
        LayoutEmitter.Emit(writer, plan, options.Timings);
        FileFrame.CloseClass(writer, plan.Graph.Spec);
        return writer.ToString();
    }

    void Constants()
    {
        NetworkFigures figures = NetworkFigures.Of(plan);
        Constant("int", "MaxRows", "Largest number of rows a call may process.", Literal.Number(plan.Graph.Spec.Batch));
        Constant("long", "ParameterCount", "Learned values.", Literal.Number(figures.Parameters));
        Constant("long", "ForwardFlops", "Floating-point operations of one sample's prediction.", Literal.Number(figures.ForwardFlops));
        Constant("long", "TrainingFlops", "Floating-point operations of one sample's forward and backward pass, without curvature and what is recomputed.", Literal.Number(figures.TrainingFlops));
        Constant("long", "ArenaBytes", "Bytes of the arena.", Literal.Number(plan.Memory.Length * sizeof(float)));
        Constant("string", "TopologyHash", "Identifies the declared topology; checkpoints of another one are refused.", Literal.Text(figures.TopologyHash));
    }

    void Constant(string type, string constant, string summary, string value)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line($"public const {type} {constant} = {value};").Line();
    }

    void Creation()
    {
        writer.Line($"{name}(ulong seed, int threads) : base(NetworkData.Layout, seed, threads)").Open().Close().Line();
        writer.Line($"static NetworkInfo INetwork<{name}>.Info => NetworkData.Layout.Info;").Line();
        writer.Line("/// <summary>Allocates the network and draws its initial parameters.</summary>");
        writer.Line("/// <param name=\"seed\">Seed of initial weights and dropout.</param>");
        writer.Line("/// <param name=\"threads\">Threads a call may use, 1 to 256; 0 means one per processor. Results do not depend on it.</param>");
        writer.Line($"public static {name} Create(ulong seed = 0, int threads = 0) => new {name}(seed, threads);").Line();
    }

    /// <summary>The step of mixup, whose rows have two classes. Targets need none: their mixture is a target.</summary>
    void MixedStep()
    {
        string partners = Identifier.Unique("partners", parameterNames), weights = Identifier.Unique("weights", parameterNames);
        Call("Step", "float", $"A training step on mixed samples (mixup): a row's loss is w L({plan.Graph.Target.Name}) + (1 - w) L({partners}).",
            StepReturns,
            (rows, _) => $"return {Inherited("RunStep")}({rows}, {partners}, {weights}).Loss;", withTarget: true, withOutput: false, (partners, weights));
    }

    void Call(string method, string result, string summary, string returns, Func<string, string, string> body,
        bool withTarget, bool withOutput, (string Partners, string Weights)? mix = null)
    {
        string output = Identifier.Unique("output", parameterNames), rows = Identifier.Unique("rows", parameterNames.Append(output));
        string target = Identifier.Escape(plan.Graph.Target.Name);
        int outputs = plan.Graph.Output.Width;
        writer.Line($"/// <summary>{summary}</summary>");
        List<string> parameters = [];
        foreach (Node input in inputs)
        {
            writer.Line($"/// <param name=\"{input.Name}\">rows x {Literal.Number(input.Width)} values, row after row ({input.Shape} each{Layout(input.Shape)}).</param>");
            parameters.Add($"ReadOnlySpan<float> {Identifier.Escape(input.Name)}");
        }
        if (withTarget)
        {
            writer.Line(isClass
                ? $"/// <param name=\"{plan.Graph.Target.Name}\">One class per row, 0 to {Literal.Number(outputs - 1)}.</param>"
                : $"/// <param name=\"{plan.Graph.Target.Name}\">rows x {Literal.Number(outputs)} values.</param>");
            parameters.Add(isClass ? $"ReadOnlySpan<int> {target}" : $"ReadOnlySpan<float> {target}");
        }
        if (mix is { } described)
        {
            writer.Line($"/// <param name=\"{described.Partners}\">A second class per row, 0 to {Literal.Number(outputs - 1)}.</param>");
            writer.Line($"/// <param name=\"{described.Weights}\">w: the first class's weight in each row, 0 to 1.</param>");
            parameters.Add($"ReadOnlySpan<int> {described.Partners}");
            parameters.Add($"ReadOnlySpan<float> {described.Weights}");
        }
        if (withOutput)
        {
            writer.Line($"/// <param name=\"{output}\">rows x {Literal.Number(outputs)}, written.</param>");
            parameters.Add($"Span<float> {output}");
        }
        if (returns.Length > 0)
            writer.Line($"/// <returns>{returns}</returns>");
        writer.Line("/// <exception cref=\"ArgumentException\">A length does not fit, or a label is outside the classes"
            + $"{(mix is null ? "" : ", or a weight outside 0 to 1")}; nothing was written.</exception>");
        writer.Open($"public {result} {method}({string.Join(", ", parameters)})");
        writer.Line($"int {rows} = {Inherited("RowsOf")}({Identifier.Escape(inputs[0].Name)}, {Literal.Number(inputs[0].Width)}, {Literal.Text(inputs[0].Name)});");
        foreach (Node input in inputs.Skip(1))
            writer.Line($"{Inherited("CheckLength")}({Identifier.Escape(input.Name)}.Length, {rows}, {Literal.Number(input.Width)}, {Literal.Text(input.Name)});");
        if (withTarget)
            writer.Line(isClass
                ? $"{Inherited("CheckLabels")}({target}, {rows}, {Literal.Text(plan.Graph.Target.Name)});"
                : $"{Inherited("CheckLength")}({target}.Length, {rows}, {Literal.Number(outputs)}, {Literal.Text(plan.Graph.Target.Name)});");
        if (mix is { } parts)
            writer.Line($"{Inherited("CheckMix")}({parts.Partners}, {parts.Weights}, {rows}, {Literal.Text(parts.Partners)}, {Literal.Text(parts.Weights)});");
        if (withOutput)
            writer.Line($"{Inherited("CheckLength")}({output}.Length, {rows}, {Literal.Number(outputs)}, {Literal.Text(output)});");
        for (int i = 0; i < inputs.Count; i++)
            writer.Line($"{Inherited("LoadInput")}({Literal.Number(i)}, {Identifier.Escape(inputs[i].Name)}, {rows});");
        if (withTarget)
            writer.Line($"{Inherited(isClass ? "LoadLabels" : "LoadTargets")}({target}, {rows});");
        writer.Line(body(rows, output));
        writer.Close().Line();
    }

    static string Layout(Shape shape) => shape.Extents.Count switch
    {
        3 => ": height x width x channels",
        2 => ": length x channels",
        _ => "",
    };

    /// <summary>A method of the base class, which a parameter of the same name would hide.</summary>
    string Inherited(string method) => !parameterNames.Contains(method) ? method
        : method == "CheckLength" ? "global::AotNet.Runtime.CompiledNetwork." + method // static, which base cannot name
        : "base." + method;

    void Dispatch()
    {
        foreach (string pass in new[] { "Forward", "Loss", "Link", "Backward" })
        {
            writer.Line("/// <inheritdoc/>");
            writer.Line($"protected override void {pass}Pass(in KernelContext c)");
            Choose(writer, options, pass, "");
        }
        writer.Line("/// <inheritdoc/>");
        writer.Line("protected override string? FirstNonFinite(in KernelContext c)");
        Choose(writer, options, "FirstNonFinite", "return ");
    }

    /// <summary>The body of a method that calls that of the instruction set at hand.</summary>
    internal static void Choose(SourceWriter writer, CompilerOptions options, string method, string prefix)
    {
        writer.Open();
        switch (options.Instructions)
        {
            case EmittedInstructions.Both:
                // A constant under Native AOT: the other half leaves the binary.
                writer.Line("if (global::System.Runtime.Intrinsics.X86.Avx512F.IsSupported)").Indent();
                writer.Line($"{prefix}Avx512.{method}(in c);").Unindent();
                writer.Line("else").Indent().Line($"{prefix}Avx2.{method}(in c);").Unindent();
                break;
            default:
                writer.Line($"{prefix}{options.Instructions}.{method}(in c);");
                break;
        }
        writer.Close().Line();
    }
}
