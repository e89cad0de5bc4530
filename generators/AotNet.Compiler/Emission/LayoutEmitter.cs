using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes the plan's tables that the runtime reads: layers, tensors, offsets.</summary>
static class LayoutEmitter
{
    internal static void Emit(SourceWriter writer, Plan plan, bool timings)
    {
        writer.Open("static class NetworkData");
        writer.Open("internal static readonly NetworkLayout Layout = new NetworkLayout");
        Info(writer, plan);
        Offsets(writer, plan);
        if (timings)
            Array(writer, "TimedKernels", "TimedKernel", PassEmitter.TimedKernels(plan).Select(kernel =>
                $"new TimedKernel({Literal.Text(kernel.Name)}, {Literal.Number(kernel.Flops(plan.Graph.Spec.Batch))})"));
        writer.Close(";");
        writer.Close();
    }

    static void Info(SourceWriter writer, Plan plan)
    {
        Graph graph = plan.Graph;
        NetworkFigures figures = NetworkFigures.Of(plan);
        Node target = graph.Target;
        writer.Line("Info = new NetworkInfo").Open();
        writer.Line($"Name = {Literal.Text(graph.Spec.Name)},");
        writer.Line($"TopologyHash = {Literal.Text(figures.TopologyHash)},");
        writer.Line($"Batch = {Literal.Number(graph.Spec.Batch)},");
        Array(writer, "Inputs", "InputInfo", graph.Inputs.Select(static node => $"new InputInfo({Literal.Text(node.Name)}, {Extents(node.Shape)})"));
        writer.Line($"Target = new TargetInfo({Literal.Text(target.Name)}, ObjectiveKind.{graph.Objective.Op.Method}, {Literal.Number(graph.Output.Width)}),");
        writer.Line($"Outputs = {Literal.Number(graph.Output.Width)},");
        writer.Line($"ParameterCount = {Literal.Number(figures.Parameters)},");
        writer.Line($"ForwardFlops = {Literal.Number(figures.ForwardFlops)},");
        writer.Line($"TrainingFlops = {Literal.Number(figures.TrainingFlops)},");
        if (graph.Spec.AveragedCurvature)
            writer.Line("AveragedCurvature = true,");
        writer.Line($"Arena = {Arena(plan)},");
        if (plan.Recomputation is { } recomputation)
            writer.Line($"Recomputation = new RecomputationInfo(InForce: {(graph.Spec.Recompute ? "true" : "false")}, KeptBytes: {Literal.Number(recomputation.Kept)}, "
                + $"RecomputedBytes: {Literal.Number(recomputation.Recomputed)}, Flops: {Literal.Number(recomputation.Flops)}),");
        Array(writer, "Layers", "LayerInfo", graph.Nodes.Where(static node => node.Inputs.Count > 0).Select(node => Layer(plan, node)));
        Array(writer, "Tensors", "TensorInfo", Tensors(plan).Select(static entry => Tensor(entry.Tensor, entry.Place)));
        writer.Line($"Plan = {Literal.Text(PlanPrinter.Print(plan))},");
        writer.Close(",");
    }

    static void Offsets(SourceWriter writer, Plan plan)
    {
        MemoryPlan memory = plan.Memory;
        Graph graph = plan.Graph;
        writer.Line($"ArenaLength = {Literal.Number(memory.Length)},");
        writer.Line($"ParameterLength = {Literal.Number(memory.ParameterLength)},");
        writer.Line($"Gradients = {Literal.Number(memory.Gradients)},");
        writer.Line($"Moments = {Literal.Number(memory.Moments)},");
        writer.Line($"SecondMoments = {Literal.Number(memory.SecondMoments)},");
        Array(writer, "Runs", "ParameterRun", memory.Runs.Select(static run =>
            $"new ParameterRun({Literal.Number(run.Offset)}, {Literal.Number(run.Length)}, {(run.Decays ? "true" : "false")}, InPlaceUpdate.{run.InPlace}, {Literal.Number(run.Layer)})"));
        Array(writer, "Starts", "TensorStart", Tensors(plan).Select(static entry =>
            $"new TensorStart(StartKind.{entry.Tensor.Start.Kind}, {Literal.Float((float)entry.Tensor.Start.Sigma)})"));
        Array(writer, "Inputs", "BufferPlace", graph.Inputs.Select(node => Place(plan, buffer => buffer.Kind == BufferKind.Input && buffer.Name == node.Name)));
        writer.Line($"Target = {Place(plan, buffer => buffer.Kind == BufferKind.Input && buffer.Name == graph.Target.Name)},");
        if (graph.Spec.AveragedCurvature)
            Array(writer, "CurvatureState", "TensorInfo", memory.Placements.Where(static place => place.Buffer.Kind == BufferKind.CurvatureState).Select(static place =>
                $"new TensorInfo({Literal.Text(place.Buffer.Name.Replace(' ', '_'))}, TensorRole.Statistic, {Literal.Number(place.Buffer.Rows)}, "
                + $"{Literal.Number(place.Buffer.Columns)}, {Literal.Number(place.Buffer.Stride)}, {Literal.Number(place.Offset * sizeof(float))})"));
        Kernel loss = plan.Loss[0];
        writer.Line($"Output = {Place(plan, buffer => buffer == loss.Reads.First())},");
        writer.Line($"RowLosses = {Place(plan, buffer => buffer == loss.Writes.Last())},");
        writer.Line($"Predictions = {Place(plan, buffer => buffer == plan.Link[0].Writes.First())},");
    }

    /// <summary>Tensors that live between steps, with their places, in arena order.</summary>
    internal static IEnumerable<(TensorSpec Tensor, Placement Place)> Tensors(Plan plan) =>
        from place in plan.Memory.Placements
        where place.Buffer.Kind is BufferKind.Parameter or BufferKind.Statistic
        orderby place.Offset
        from node in plan.Graph.Nodes
        where node.Inputs.Count > 0 && place.Buffer.Name.StartsWith(node.Name + ".", StringComparison.Ordinal)
        from tensor in node.Op.Tensors(plan.Graph.Nodes[node.Inputs[0]].Shape)
        where place.Buffer.Name == node.Name + "." + tensor.Name
        select (tensor, place);

    static string Tensor(TensorSpec tensor, Placement place) =>
        $"new TensorInfo({Literal.Text(place.Buffer.Name)}, TensorRole.{tensor.Role}, {Literal.Number(tensor.Rows)}, "
        + $"{Literal.Number(tensor.Columns)}, {Literal.Number(place.Buffer.Stride)}, {Literal.Number(place.Offset * sizeof(float))})";

    static string Layer(Plan plan, Node node)
    {
        LayerCurvature? curvature = plan.Curvatures.FirstOrDefault(curvature => curvature.Node == node.Id);
        string form = curvature is null ? "null" : Literal.Text(curvature.FormName);
        CurvatureParts? work = curvature is null or { Form: CurvatureForm.Off } ? null
            : node.Op is ConvOp op ? ConvolutionCurvatureCost.Of(op, plan.Graph.Nodes[node.Inputs[0]].Shape, node.Shape, plan.Graph.Spec).Of(curvature.Form)
            : CurvatureCost.Default.Of(curvature.Form, plan.Graph.Nodes[node.Inputs[0]].Width, node.Width, plan.Graph.Spec.Batch, curvature.Order);
        string cost = work is null ? "" : " { CurvatureWork = new CurvatureWork("
            + $"Gram: {Literal.Number((long)work.Gram)}, Factor: {Literal.Number((long)work.Factor)}, Solve: {Literal.Number((long)work.Solve)}) }}";
        return $"new LayerInfo({Literal.Text(node.Name)}, {Literal.Text(node.Op.Kind)}, {Extents(plan.Graph.Nodes[node.Inputs[0]].Shape)}, "
            + $"{Extents(node.Shape)}, {Literal.Number(NetworkFigures.ParametersOf(plan.Graph, node))}, {form}, {Literal.Number(curvature?.Order ?? 0)}){cost}";
    }

    static string Arena(Plan plan)
    {
        long Bytes(params BufferKind[] kinds) => sizeof(float) * plan.Memory.Placements
            .Where(place => kinds.Contains(place.Buffer.Kind)).Sum(static place => place.Buffer.Length);

        return $"new ArenaInfo(Parameters: {Literal.Number(Bytes(BufferKind.Parameter, BufferKind.Statistic))}, "
            + $"Activations: {Literal.Number(Bytes(BufferKind.Input, BufferKind.Activation, BufferKind.Result))}, "
            + $"Gradients: {Literal.Number(Bytes(BufferKind.Gradient, BufferKind.Residual))}, "
            + $"Curvature: {Literal.Number(Bytes(BufferKind.Curvature, BufferKind.CurvatureState))}, "
            + $"Optimizer: {Literal.Number(2 * sizeof(float) * plan.Memory.ParameterLength)}, "
            + $"Scratch: {Literal.Number(Bytes(BufferKind.Scratch))}, "
            + $"Total: {Literal.Number(plan.Memory.Length * sizeof(float))})";
    }

    internal static string Place(Plan plan, Func<Buffer, bool> matches) =>
        Place(plan, plan.Memory.Placements.First(place => matches(place.Buffer)).Buffer);

    /// <summary>A buffer, or a view of it, in the arena.</summary>
    internal static string Place(Plan plan, Buffer buffer) =>
        $"new BufferPlace({Literal.Number(plan.Memory.OffsetOf(buffer))}, {Literal.Number(buffer.Columns)}, {Literal.Number(buffer.Stride)})";

    static string Extents(Shape shape) => $"new int[] {{ {string.Join(", ", shape.Extents.Select(static extent => Literal.Number(extent)))} }}";

    internal static void Array(SourceWriter writer, string name, string type, IEnumerable<string> items)
    {
        writer.Line($"{name} = new {type}[]").Open();
        foreach (string item in items)
            writer.Line(item + ",");
        writer.Close(",");
    }
}
