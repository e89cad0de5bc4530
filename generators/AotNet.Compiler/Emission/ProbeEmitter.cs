using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes what a consistency probe needs of a network: its passes' dispatch, and where each layer's values lie after them.</summary>
static class ProbeEmitter
{
    internal static string Emit(Plan plan, ProbePlan probes, CompilerOptions options)
    {
        var writer = new SourceWriter();
        FileFrame.Header(writer, $"{plan.Graph.Spec.Name}: passes that keep every value, for measuring consistency. No training step calls them.");
        FileFrame.Usings(writer, null);
        FileFrame.OpenClass(writer, plan.Graph.Spec);
        writer.Line("/// <inheritdoc/>");
        writer.Line("protected override void ProbePass(in KernelContext c)");
        NetworkEmitter.Choose(writer, options, "Probe", "");
        writer.Line("/// <inheritdoc/>");
        writer.Line("protected override ProbeLayout? ProbeLayout => ProbeData.Layout;").Line();
        Layout(writer, plan, probes);
        FileFrame.CloseClass(writer, plan.Graph.Spec);
        return writer.ToString();
    }

    static void Layout(SourceWriter writer, Plan plan, ProbePlan probes)
    {
        Plan passes = probes.Passes;
        Graph graph = plan.Graph;
        writer.Open("static class ProbeData");
        writer.Open("internal static readonly ProbeLayout Layout = new ProbeLayout");
        writer.Line($"ArenaLength = {Literal.Number(passes.Memory.Length)},");
        LayoutEmitter.Array(writer, "Inputs", "BufferPlace", graph.Inputs.Select(node =>
            LayoutEmitter.Place(passes, buffer => buffer.Kind == BufferKind.Input && buffer.Name == node.Name)));
        writer.Line($"Target = {LayoutEmitter.Place(passes, buffer => buffer.Kind == BufferKind.Input && buffer.Name == graph.Target.Name)},");
        LayoutEmitter.Array(writer, "Statistics", "long", plan.Memory.Placements
            .Where(static place => place.Buffer.Kind == BufferKind.Statistic).OrderBy(static place => place.Offset)
            .Select(place => Literal.Number(passes.Memory.Placements.First(other => other.Buffer.Name == place.Buffer.Name).Offset)));
        LayoutEmitter.Array(writer, "Layers", "ProbeLayer", probes.Layers.Select(layer => Layer(plan, passes, layer)));
        writer.Close(";");
        writer.Close();
    }

    static string Layer(Plan plan, Plan passes, ProbeLayer layer)
    {
        string Place(Buffer? buffer) => buffer is null ? "default" : LayoutEmitter.Place(passes, buffer);
        string name = plan.Graph.Nodes[layer.Node].Name;
        int index = plan.Graph.Nodes.Take(layer.Node).Count(static node => node.Inputs.Count > 0);
        List<string> tensors = [.. LayoutEmitter.Tensors(plan).Select(static entry => entry.Place.Buffer.Name)];
        return $"new ProbeLayer({Literal.Number(index)}, {Literal.Number(tensors.IndexOf(name + ".weight"))}, {(tensors.Contains(name + ".bias") ? "true" : "false")}, "
            + $"{Place(layer.Input)}, {Place(layer.Residual)}, {Place(layer.InputResidual)}, {Place(layer.NormResidual)}, {Place(layer.NormInputResidual)}, "
            + $"{(layer.Activation is null ? "null" : Literal.Text(layer.Activation))}, {Place(layer.ActivationResidual)}, {Place(layer.ActivationInputResidual)})"
            + (layer.Windows is { } windows ? $" {{ Windows = {Windows(windows)} }}" : "");
    }

    static string Windows(ProbeWindows windows)
    {
        PatchGrid grid = windows.Grid;
        (string Name, int Value)[] extents =
        [
            ("Height", grid.Height), ("Width", grid.Width), ("Channels", grid.Channels), ("SampleStride", grid.SampleStride), ("PositionStride", grid.PositionStride),
            ("KernelHeight", grid.KernelHeight), ("KernelWidth", grid.KernelWidth), ("StrideY", grid.StrideY), ("StrideX", grid.StrideX),
            ("DilationY", grid.DilationY), ("DilationX", grid.DilationX), ("Top", grid.Top), ("Left", grid.Left), ("Rows", grid.Rows), ("Columns", grid.Columns),
            ("Groups", windows.Groups),
        ];
        return $"new ProbeWindows {{ {string.Join(", ", extents.Select(static extent => $"{extent.Name} = {Literal.Number(extent.Value)}"))}, "
            + $"ByPatches = {(windows.ByPatches ? "true" : "false")} }}";
    }
}
