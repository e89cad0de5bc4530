namespace AotNet.Compiler.Planning;


/// <summary>
/// What must hold of any plan; a violation is a defect of the compiler, never of a declaration.
/// </summary>
static class PlanVerifier
{
    internal static void Verify(Plan plan)
    {
        CheckRepeats(plan);
        CheckOrder(plan);
        CheckPlacement(plan.Memory);
        CheckLives(plan);
        foreach (SampleSequence sequence in plan.Step.OfType<SampleSequence>())
            CheckSequence(sequence);
        foreach (Kernel kernel in SampleSequence.Flat(plan.Step))
        {
            CheckExtents(kernel);
            Require(kernel.Condition == KernelCondition.Always || kernel.Layer < plan.Curvatures.Count, $"{kernel.Name} belongs to no layer with weights");
        }
    }

    /// <summary>A kernel that runs again finds what the forward pass found, and leaves alone what lives between steps.</summary>
    static void CheckRepeats(Plan plan)
    {
        var changed = new HashSet<int>();
        foreach (Kernel kernel in plan.Backward)
        {
            if (!kernel.Repeats)
            {
                changed.UnionWith(kernel.Updates.Where(static buffer => buffer.Persists).Select(static buffer => buffer.Id));
                continue;
            }
            foreach (Buffer buffer in kernel.Reads)
                Require(!changed.Contains(buffer.Id), $"{kernel.Name} runs again after {buffer} has changed");
            foreach (Buffer buffer in kernel.Updates.Concat(kernel.Writes))
                Require(!buffer.Persists, $"{kernel.Name} changes {buffer} again");
        }
    }

    /// <summary>Every buffer is written before it is read.</summary>
    static void CheckOrder(Plan plan)
    {
        var written = new HashSet<int>(plan.Memory.Placements
            .Where(static place => place.Buffer.Kind is BufferKind.Parameter or BufferKind.Statistic or BufferKind.CurvatureState or BufferKind.Input)
            .Select(static place => place.Buffer.Id));
        foreach (Kernel kernel in SampleSequence.Flat(plan.Step))
        {
            foreach (Buffer buffer in kernel.Reads.Concat(kernel.Updates))
                Require(written.Contains(buffer.Id), $"{kernel.Name} reads {buffer} before anything writes it");
            foreach (Buffer buffer in kernel.Writes)
                written.Add(buffer.Id);
        }
    }

    /// <summary>Kernels of a sequence can be given a few samples, and sums are of its portions.</summary>
    static void CheckSequence(SampleSequence sequence)
    {
        foreach (Kernel kernel in sequence.Kernels)
            Require(kernel is SampleSum sum ? sum.Portions == sequence.Portions : kernel.SharedOperands is not null, $"{kernel.Name} needs all samples at once");
    }

    /// <summary>Buffers needed at the same time share no byte, start at cache lines and lie inside the arena.</summary>
    static void CheckPlacement(MemoryPlan memory)
    {
        foreach (Placement place in memory.Placements)
        {
            Require(place.Offset % MemoryPlanner.Alignment == 0, $"{place.Buffer} is not aligned");
            Require(place.Offset >= 0 && place.Offset + place.Buffer.Length <= memory.Length, $"{place.Buffer} leaves the arena");
            Require(place.Buffer.Stride % 16 == 0 && place.Buffer.Stride >= place.Buffer.Columns, $"{place.Buffer} has a bad stride");
        }
        List<Placement> byOffset = memory.Placements.OrderBy(static place => place.Offset).ToList();
        for (int i = 0; i < byOffset.Count; i++)
        {
            Placement a = byOffset[i];
            for (int j = i + 1; j < byOffset.Count && byOffset[j].Offset < a.Offset + a.Buffer.Length; j++)
            {
                Placement b = byOffset[j];
                Require(!a.Live.Meets(b.Live), $"{a.Buffer} and {b.Buffer} overlap while both are needed");
            }
        }
    }

    /// <summary>No kernel needs a buffer while others may have its bytes, and what is dropped is made again by all that made it.</summary>
    static void CheckLives(Plan plan)
    {
        Dictionary<int, Placement> places = plan.Memory.Placements.ToDictionary(static place => place.Buffer.Id);
        var makers = new Dictionary<int, (int First, int Again)>();
        int number = 0;
        foreach (Kernel kernel in plan.Step)
        {
            foreach (Buffer buffer in kernel.Touched)
                Require(places[buffer.Id].Live.Includes(number), $"{kernel.Name} needs {buffer} while it has no place");
            foreach (Buffer buffer in kernel.Writes.Where(buffer => places[buffer.Id].Live.Pauses))
            {
                makers.TryGetValue(buffer.Id, out (int First, int Again) made);
                makers[buffer.Id] = kernel.Repeats ? (made.First, made.Again + 1) : (made.First + 1, made.Again);
            }
            number++;
        }
        foreach (KeyValuePair<int, (int First, int Again)> made in makers)
            Require(made.Value.First == made.Value.Again, $"{places[made.Key].Buffer} is recomputed in part");
    }

    static void CheckExtents(Kernel kernel)
    {
        if (kernel is MatrixProduct product)
        {
            int limitA = product.TransposesA ? product.A.Columns : product.A.Rows;
            Require(product.M.Constant <= limitA, $"{product.Name} has more rows than its left operand");
            Require(product.K.Constant <= (product.TransposesB ? product.B.Columns : product.B.Rows), $"{product.Name} sums beyond its right operand");
            Require(product.TransposesB ? product.C.Columns <= product.B.Rows : Buffer.RoundUp(product.C.Columns, 16) <= product.B.Stride,
                $"{product.Name} reads beyond its right operand");
        }
        if (kernel is TransposedProduct transposed)
            Require(transposed.A.Columns <= transposed.B.Rows && transposed.C.Columns == transposed.A.Rows && Buffer.RoundUp(transposed.C.Rows, 16) <= transposed.B.Stride,
                $"{transposed.Name} multiplies matrices that do not fit each other");
        if (kernel is NonzeroTerms { X: { } x, Terms: { } lists } terms)
            Require((terms.OfColumns ? x.Rows : x.Columns) < lists.Columns && (terms.OfColumns ? x.Columns : x.Rows) <= lists.Rows * SparsityPlanner.TileExtent,
                $"{terms.Name} lists more terms than there is room for");
        if (kernel is FusibleKernel { Epilogue: { } epilogue } fused)
            Require(epilogue.Operands.Append(epilogue.Output).All(buffer => buffer.Rows == 1 || buffer.Stride == fused.Result.Stride), $"{fused.Name} mixes strides");
        if (kernel is WeightGradient { Weight: { } weight } gradient)
            Require(weight.Stride == gradient.Gradient.Stride, $"{gradient.Name} updates weights of another layout");
        if (kernel is Elementwise element)
            Require(element.Inputs.All(input => input.Stride == element.Output.Stride), $"{element.Name} mixes strides");
    }

    static void Require(bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException("The plan is inconsistent: " + message + ".");
    }
}
