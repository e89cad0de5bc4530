using AotNet.Compiler.Differentiation;
using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>Stage 4: every decision about kernels, layouts and memory.</summary>
public static class Planner
{
    /// <summary>Plans a network's training step.</summary>
    public static Plan Plan(Graph graph)
    {
        var builder = new PlanBuilder(graph, new GradientFlow(graph));
        builder.Build();
        IReadOnlyList<Kernel> repeating = RecomputationPlanner.Plan(builder);
        MemoryPlan recomputed = MemoryPlanner.Plan(graph, builder, repeating);
        // What recomputes runs for whole batches: a value of few samples is none that a backward pass could make again.
        EquatableArray<Kernel> forward = builder.ForwardPass.ToEquatableArray();
        SampleSequencePlanner.Apply(builder);
        MemoryPlan kept = MemoryPlanner.Plan(graph, builder, builder.BackwardPass);
        // Buffers do not always fit together as closely as those needed at one time would.
        if (recomputed.Length >= kept.Length)
            (forward, repeating, recomputed) = (builder.ForwardPass.ToEquatableArray(), builder.BackwardPass, kept);
        var plan = new Plan
        {
            Graph = graph,
            Forward = graph.Spec.Recompute ? forward : builder.ForwardPass.ToEquatableArray(),
            Loss = builder.LossPass.ToEquatableArray(),
            Link = builder.LinkPass.ToEquatableArray(),
            Backward = (graph.Spec.Recompute ? repeating : builder.BackwardPass).ToEquatableArray(),
            Curvatures = builder.Curvatures.OrderBy(static curvature => curvature.Node).ToEquatableArray(),
            Memory = graph.Spec.Recompute ? recomputed : kept,
            Recomputation = RecomputationFigures.Of(graph, kept, recomputed, repeating),
            Probes = graph.Spec.Probes ? ProbePlanner.Plan(graph) : null,
        };
        PlanVerifier.Verify(plan);
        return plan;
    }

    /// <summary>The error of a plan that exceeds the declaration's <c>MaxMemory</c>; null when it fits.</summary>
    public static GraphDiagnostic? CheckMemory(Plan plan)
    {
        long bytes = plan.Memory.Length * sizeof(float);
        long limit = plan.Graph.Spec.MaxMemory;
        return limit == 0 || bytes <= limit
            ? null
            : new GraphDiagnostic(GraphError.ArenaTooLarge, -1, -1, new[] { Literal.Number(bytes), Literal.Number(limit) }.ToEquatableArray());
    }
}
