namespace AotNet.Compiler.Planning;

/// <summary>
/// Moves cheap element-wise kernels into the kernel whose result they read: values are still in registers there, and a
/// pass over memory is saved. What only the moved kernels read is not stored at all.
/// </summary>
sealed class EpilogueFusion
{
    readonly List<Kernel> step;

    EpilogueFusion(List<Kernel> step) => this.step = step;

    /// <summary>Fuses within each pass of a training step.</summary>
    internal static void Apply(PlanBuilder builder)
    {
        foreach (List<Kernel> pass in new[] { builder.ForwardPass, builder.BackwardPass })
        {
            for (int i = 0; i < pass.Count; i++)
            {
                if (pass[i] is not FusibleKernel { Fuses: true } maker)
                    continue;
                var fusion = new EpilogueFusion([.. builder.Step]);
                List<Kernel> moved = fusion.Followers(maker, pass);
                if (moved.Count == 0)
                    continue;
                pass[i] = fusion.WithEpilogue(maker, moved);
                pass.RemoveAll(moved.Contains);
            }
        }
    }

    /// <summary>The chain of kernels that can run on the maker's registers, each on the result of the one before.</summary>
    List<Kernel> Followers(FusibleKernel maker, List<Kernel> pass)
    {
        var chain = new List<Kernel>();
        int start = step.IndexOf(maker);
        for (Buffer value = maker.Result; ; value = chain[chain.Count - 1].Writes.Single())
        {
            // Only the result itself can be stored beside the end of the chain.
            bool exclusive = Readers(value).Count() == 1 && value.Kind != BufferKind.Result;
            if (chain.Count > 0 && !exclusive)
                return chain;
            Kernel? next = Readers(value).FirstOrDefault();
            if (next is null || !pass.Contains(next) || !IsCheap(next, value) || !IsReady(next, value, start))
                return chain;
            chain.Add(next);
        }
    }

    IEnumerable<Kernel> Readers(Buffer buffer) => step.Where(kernel => kernel.Reads.Contains(buffer) || kernel.Updates.Contains(buffer));

    static bool IsCheap(Kernel kernel, Buffer value) => kernel.Condition == KernelCondition.Always && kernel switch
    {
        Elementwise element => !element.MaskPadding && !element.Expression.Contains("VectorMath") && !element.Inputs.Contains(element.Output),
        ScaleColumns scale => scale.Input == value,
        _ => false,
    };

    /// <summary>Whether everything else that it reads is there before the maker, and nobody else writes its result.</summary>
    bool IsReady(Kernel kernel, Buffer value, int start) =>
        kernel.Reads.Where(operand => operand != value).All(operand => LastWriter(operand) < start)
        && kernel.Writes.All(output => step.Count(other => other.Writes.Contains(output)) == 1);

    int LastWriter(Buffer buffer) => step.FindLastIndex(kernel => kernel.Writes.Contains(buffer));

    FusibleKernel WithEpilogue(FusibleKernel maker, List<Kernel> moved)
    {
        var operands = new List<Buffer>();
        var expressions = new List<string>();
        Buffer value = maker.Result;
        foreach (Kernel kernel in moved)
        {
            (string expression, Buffer[] inputs) = kernel is Elementwise element
                ? (element.Expression, element.Inputs.ToArray())
                : ("{0} * {1}", [value, ((ScaleColumns)kernel).Scale]);
            expressions.Add(string.Format(Literal.Culture, expression, inputs.Select(input => (object)Placeholder(input)).ToArray()));
            value = kernel.Writes.Single();
        }
        return maker with
        {
            Epilogue = new Epilogue(string.Join("\n", expressions), operands.ToEquatableArray(), value,
                maker.Result.Kind == BufferKind.Result || Readers(maker.Result).Any(reader => !moved.Contains(reader))),
        };

        // {0} is the value so far, and operands count from {1}.
        string Placeholder(Buffer input)
        {
            if (input == value)
                return "{0}";
            if (!operands.Contains(input))
                operands.Add(input);
            return $"{{{Literal.Number(operands.IndexOf(input) + 1)}}}";
        }
    }
}
