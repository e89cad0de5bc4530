using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Emission.Kernels;
using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission;

/// <summary>Writes one instruction set's half of a network: its passes, then the kernels they call.</summary>
sealed class PassEmitter
{
    readonly Plan plan;
    readonly KernelLibrary library;
    readonly Dictionary<int, long> offsets;
    readonly SourceWriter writer = new();
    readonly List<Kernel>? timed;

    PassEmitter(Plan plan, KernelLibrary library, bool timings = false)
    {
        this.plan = plan;
        timed = timings ? TimedKernels(plan) : null;
        this.library = library;
        offsets = plan.Memory.Placements.ToDictionary(static place => place.Buffer.Id, static place => place.Offset);
        // Where whole batches of them would be, if all samples were there together.
        foreach (SampleSequence sequence in plan.Step.OfType<SampleSequence>())
            foreach (Fold fold in sequence.Folded)
                offsets[fold.Buffer.Id] = offsets[sequence.Memory!.Id] + fold.Offset * plan.Graph.Spec.Batch;
    }

    /// <summary>The file of one half, and that of its probes where the plan has some; they share kernels, which are in the first.</summary>
    internal static (string Passes, string? Probes) Emit(Plan plan, InstructionSet instructions, bool timings)
    {
        var library = new KernelLibrary(instructions);
        string passes = new PassEmitter(plan, library, timings).EmitPasses();
        return (passes, plan.Probes is { } probes ? new PassEmitter(probes.Passes, library).EmitProbes() : null);
    }

    /// <summary>The kernels of a training step whose times may be noted, in their order.</summary>
    internal static List<Kernel> TimedKernels(Plan plan) => [.. SampleSequence.Flat([.. plan.Forward, .. plan.Loss, .. plan.Backward])];

    string EmitPasses()
    {
        Open("passes, then the kernels that they call.");
        Pass("Forward", "Inputs to outputs.", plan.Forward);
        Pass("Loss", "Outputs and targets to losses and the outputs' residual.", plan.Loss);
        Pass("Link", "Outputs to predictions.", plan.Link);
        Pass("Backward", "The outputs' residual to parameter gradients.", plan.Backward);
        FirstNonFinite();
        return Close(library.Bodies);
    }

    string EmitProbes()
    {
        int shared = library.Bodies.Count;
        Open("passes that keep every value, then the kernels that only they call.");
        writer.Line("// Both passes, on one worker.");
        writer.Open("internal static void Probe(in KernelContext c)");
        writer.Line("ProbeForward(in c);").Line("ProbeLoss(in c);").Line("ProbeBackward(in c);");
        writer.Close().Line();
        Pass("ProbeForward", "Inputs to outputs.", plan.Forward);
        Pass("ProbeLoss", "Outputs and targets to losses and the outputs' residual.", plan.Loss);
        Pass("ProbeBackward", "The outputs' residual to that of every value.", plan.Backward);
        return Close(library.Bodies.Skip(shared));
    }

    void Open(string content)
    {
        InstructionSet instructions = library.Instructions;
        FileFrame.Header(writer, $"{plan.Graph.Spec.Name}, {instructions.Name} half: {content}");
        FileFrame.Usings(writer, instructions);
        FileFrame.OpenClass(writer, plan.Graph.Spec);
        writer.Line("// Every worker runs each pass; kernels split their output among the workers, who meet after each.");
        writer.Open($"static unsafe partial class {instructions.Name}");
    }

    string Close(IEnumerable<string> bodies)
    {
        foreach (string body in bodies)
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
        string? open = null;
        foreach (Kernel kernel in kernels)
        {
            OpenGuard(Guard(kernel), ref open);
            KernelCall(kernel, "c.Barrier();");
            if (Mark(kernel is SampleSequence sequence ? sequence.Kernels[sequence.Kernels.Count - 1] : kernel) is { } mark)
                writer.Line(mark);
        }
        OpenGuard(null, ref open);
        writer.Close().Line();
    }

    void KernelCall(Kernel kernel, string after)
    {
        if (kernel is SampleSequence sequence)
            writer.Line($"// {kernel.Name}{Work(kernel)}").Line(SampleSequenceTemplate.Call(library, sequence, Address, Comment, Mark));
        else
            writer.Line(Comment(kernel)).Lines(KernelTemplates.Call(library, kernel, Address));
        if (after.Length > 0)
            writer.Line(after);
    }

    string Comment(Kernel kernel) =>
        $"// {kernel.Name}{(kernel.Repeats ? " again" : "")}: {string.Join(", ", kernel.Reads.Concat(kernel.Updates))} -> {string.Join(", ", kernel.Writes)}{Work(kernel)}";

    /// <summary>The statement that notes a kernel's time; null where none are noted.</summary>
    string? Mark(Kernel kernel) =>
        timed?.FindIndex(other => ReferenceEquals(other, kernel)) is { } index and >= 0 ? $"c.Mark({Literal.Number(index)});" : null;

    /// <summary>Neighbouring kernels of one condition share its block.</summary>
    void OpenGuard(string? guard, ref string? open)
    {
        if (guard == open)
            return;
        if (open is not null)
            writer.Close();
        if (guard is not null)
            writer.Open($"if ({guard})");
        open = guard;
    }

    string Work(Kernel kernel)
    {
        long flops = kernel.Flops(plan.Graph.Spec.Batch);
        return flops == 0 ? "" : $" ({(flops / 1e6).ToString("0.###", Literal.Culture)} MFLOP)";
    }

    static string? Guard(Kernel kernel)
    {
        string layer = $"c.Layers[{Literal.Number(kernel.Layer)}]";
        return kernel.Condition switch
        {
            KernelCondition.Decorrelated => layer + ".Decorrelate",
            KernelCondition.GramRenewed => layer + ".RenewsGram",
            KernelCondition.FactorRenewed => layer + ".RenewsFactor",
            KernelCondition.Plain => $"!{layer}.Decorrelate",
            KernelCondition.BiasDecorrelated => layer + ".DecorrelateBias",
            KernelCondition.BiasPlain => $"!{layer}.DecorrelateBias",
            KernelCondition.Measured => layer + ".MeasuresSlope",
            _ => null,
        };
    }

    /// <summary>Repeats the forward pass on one worker and names the first layer whose output is not finite.</summary>
    void FirstNonFinite()
    {
        writer.Line("// The forward pass once more, on one worker, up to the first value that is not finite: its layer.");
        writer.Open("internal static string? FirstNonFinite(in KernelContext c)");
        writer.Line("float* a = c.Arena;").Line("int rows = c.Rows;");
        foreach (Node input in plan.Graph.Inputs)
        {
            foreach (Kernel kernel in SampleSequence.Flat(plan.Forward).Where(kernel => kernel.Name == input.Name))
                KernelCall(kernel, "");
            Check(input, plan.Memory.Placements.First(place => place.Buffer.Kind == BufferKind.Input && place.Buffer.Name == input.Name).Buffer);
        }
        foreach (Node node in plan.Graph.Nodes.Where(static node => node.Op is not (InputOp or TargetOp or FlattenOp or ObjectiveOp)))
        {
            List<Kernel> kernels = SampleSequence.Flat(plan.Forward).Where(kernel => kernel.Name == node.Name).ToList();
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
