using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes one instruction set's half of a network: its passes, then the kernels they call.</summary>
sealed class PassEmitter
{
    readonly Plan plan;
    readonly KernelLibrary library;
    readonly Dictionary<int, long> offsets;
    readonly SourceWriter writer = new();

    PassEmitter(Plan plan, InstructionSet instructions)
    {
        this.plan = plan;
        library = new KernelLibrary(instructions);
        offsets = plan.Memory.Placements.ToDictionary(static place => place.Buffer.Id, static place => place.Offset);
    }

    /// <summary>The file of one half.</summary>
    internal static string Emit(Plan plan, InstructionSet instructions) => new PassEmitter(plan, instructions).Emit();

    string Emit()
    {
        InstructionSet instructions = library.Instructions;
        FileFrame.Header(writer, $"{plan.Graph.Spec.Name}, {instructions.Name} half: passes, then the kernels that they call.");
        FileFrame.Usings(writer, instructions);
        FileFrame.OpenClass(writer, plan.Graph.Spec);
        writer.Line("// Every worker runs each pass; kernels split their output among the workers, who meet after each.");
        writer.Open($"static unsafe class {instructions.Name}");
        Pass("Forward", "Inputs to outputs.", plan.Forward);
        Pass("Loss", "Outputs and targets to losses and the outputs' residual.", plan.Loss);
        Pass("Link", "Outputs to predictions.", plan.Link);
        Pass("Backward", "The outputs' residual to parameter gradients.", plan.Backward);
        FirstNonFinite();
        foreach (string body in library.Bodies)
            writer.Line().Lines(body.TrimEnd('\n'));
        writer.Close();
        FileFrame.CloseClass(writer, plan.Graph.Spec);
        return writer.ToString();
    }

    void Pass(string name, string summary, IEnumerable<Kernel> kernels)
    {
        writer.Line("// " + summary);
        writer.Open($"internal static void {name}(in KernelContext c)");
        writer.Line("float* a = c.Arena;").Line("int rows = c.Rows;");
        KernelCondition open = KernelCondition.Always;
        foreach (Kernel kernel in kernels)
        {
            OpenGuard(kernel.Condition, ref open);
            KernelCall(kernel, "c.Barrier();");
        }
        OpenGuard(KernelCondition.Always, ref open);
        writer.Close().Line();
    }

    void KernelCall(Kernel kernel, string after)
    {
        writer.Line($"// {kernel.Name}: {string.Join(", ", kernel.Reads.Concat(kernel.Updates))} -> {string.Join(", ", kernel.Writes)}{Work(kernel)}");
        writer.Lines(KernelTemplates.Call(library, kernel, Address));
        if (after.Length > 0)
            writer.Line(after);
    }

    /// <summary>Neighbouring kernels of one condition share its block.</summary>
    void OpenGuard(KernelCondition condition, ref KernelCondition open)
    {
        if (condition == open)
            return;
        if (open != KernelCondition.Always)
            writer.Close();
        if (Guard(condition) is { } guard)
            writer.Open($"if ({guard})");
        open = condition;
    }

    string Work(Kernel kernel)
    {
        long flops = kernel.Flops(plan.Graph.Spec.Batch);
        return flops == 0 ? "" : $" ({(flops / 1e6).ToString("0.###", Literal.Culture)} MFLOP)";
    }

    static string? Guard(KernelCondition condition) => condition switch
    {
        KernelCondition.Decorrelated => "c.Decorrelate",
        KernelCondition.Refreshed => "c.RefreshesCurvature",
        KernelCondition.Plain => "!c.Decorrelate",
        KernelCondition.BiasDecorrelated => "c.DecorrelateBias",
        KernelCondition.BiasPlain => "!c.DecorrelateBias",
        _ => null,
    };

    /// <summary>Repeats the forward pass on one worker and names the first layer whose output is not finite.</summary>
    void FirstNonFinite()
    {
        writer.Line("// The forward pass once more, on one worker, up to the first value that is not finite: its layer.");
        writer.Open("internal static string? FirstNonFinite(in KernelContext c)");
        writer.Line("float* a = c.Arena;").Line("int rows = c.Rows;");
        foreach (Node input in plan.Graph.Inputs)
        {
            foreach (Kernel kernel in plan.Forward.Where(kernel => kernel.Name == input.Name))
                KernelCall(kernel, "");
            Check(input, plan.Memory.Placements.First(place => place.Buffer.Kind == BufferKind.Input && place.Buffer.Name == input.Name).Buffer);
        }
        foreach (Node node in plan.Graph.Nodes.Where(static node => node.Op is not (InputOp or TargetOp or FlattenOp or ObjectiveOp)))
        {
            List<Kernel> kernels = plan.Forward.Where(kernel => kernel.Name == node.Name).ToList();
            foreach (Kernel kernel in kernels)
                KernelCall(kernel, "");
            // A node without kernels of its own is the epilogue of the one before.
            if (kernels.Count > 0)
                Check(node, kernels[kernels.Count - 1].Writes.Last());
        }
        writer.Line($"return {Literal.Text(plan.Graph.Objective.Name)};");
        writer.Close();
    }

    void Check(Node node, Buffer buffer)
    {
        writer.Line($"if (!Finite.All({Address(buffer)}, {ColumnWriter.RowsOf(buffer.PerSample)}, {Literal.Number(buffer.Columns)}, {Literal.Number(buffer.Stride)}))");
        writer.Indent().Line($"return {Literal.Text(node.Name)};").Unindent();
    }

    string Address(Buffer buffer) => $"a + {Literal.Number(offsets[buffer.Id])}";
}
