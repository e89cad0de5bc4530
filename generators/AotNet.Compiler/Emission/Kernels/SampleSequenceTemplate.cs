using AotNet.Compiler.Planning;

namespace AotNet.Compiler.Emission.Kernels;

/// <summary>
/// Kernels in turn for a few samples at a time, or for a portion: each is called as by a worker alone with those samples, and
/// sums as by the worker whose portion it is.
/// </summary>
static class SampleSequenceTemplate
{
    /// <summary>The statement that runs the sequence.</summary>
    /// <param name="library">Methods of one instruction set.</param>
    /// <param name="sequence">The sequence.</param>
    /// <param name="address">Where a buffer is.</param>
    /// <param name="comment">The comment ahead of a kernel's call.</param>
    /// <param name="mark">The statement behind it that notes its time; null for none.</param>
    internal static string Call(KernelLibrary library, SampleSequence sequence, Func<Buffer, string> address, Func<Kernel, string> comment, Func<Kernel, string?> mark)
    {
        string method = library.Method("sequence|" + sequence.Describe(), NameOf(sequence), (writer, name) =>
        {
            writer.Line($"// {sequence.Name}, {sequence.Pace}: what one makes is still in the near caches when the next reads it.");
            writer.Line(KernelMethod.Attributes);
            writer.Open($"static void {name}(float* a, in KernelContext context)");
            OpenParts(writer, sequence);
            bool? sums = null;
            foreach (Kernel kernel in sequence.Kernels)
            {
                if (sums != kernel is SampleSum)
                    writer.Line((sums = kernel is SampleSum) == true
                        ? $"c = context.OfPortion(portion, {Literal.Number(sequence.Portions)});" : "c = context.OfRows(endSample - sample);");
                writer.Line(comment(kernel));
                writer.Lines(KernelTemplates.Call(library, kernel, buffer => address(buffer) + Shift(sequence, kernel, buffer)));
                if (mark(kernel) is { } statement)
                    writer.Line(statement);
            }
            writer.Close().Close();
        });
        return $"{method}(a, in c);";
    }

    /// <summary>Opens the loop over this worker's parts: declares <c>sample</c>, its first one, <c>endSample</c>, <c>start</c>, the worker's first, and <c>c</c>.</summary>
    static void OpenParts(SourceWriter writer, SampleSequence sequence)
    {
        if (sequence.Portions > 0)
        {
            string portions = Literal.Number(sequence.Portions);
            writer.Line($"WorkerTeam.Split({portions}, context.Worker, context.Workers, out int portion, out int endPortion);");
            writer.Line($"WorkerTeam.Split(context.Rows, portion, {portions}, out int start, out _);");
            writer.Line("KernelContext c;");
            writer.Open("for (; portion < endPortion; portion++)");
            writer.Line($"WorkerTeam.Split(context.Rows, portion, {portions}, out int sample, out int endSample);");
        }
        else
        {
            writer.Line("WorkerTeam.Split(context.Rows, context.Worker, context.Workers, out int start, out int end);");
            writer.Line("KernelContext c;");
            writer.Open($"for (int sample = start, endSample; sample < end; sample = endSample)");
            writer.Line($"endSample = int.Min(sample + {Literal.Number(sequence.Samples)}, end);");
        }
    }

    /// <summary>
    /// What leads from a buffer's place to that of the part's first sample, or where samples are counted from the first of the
    /// call to that of the first; parts of folded buffers all lie where the worker's first one would.
    /// </summary>
    static string Shift(SampleSequence sequence, Kernel kernel, Buffer buffer)
    {
        bool isSum = kernel is SampleSum;
        if (isSum ? kernel.Writes.Contains(buffer) : kernel.SharedOperands!.Contains(buffer))
            return "";
        string floats = Literal.Number((long)buffer.PerSample * buffer.Stride);
        return (sequence.Folded.Contains(buffer), isSum) switch
        {
            (true, true) => $" + (nint)(start - sample) * {floats}",
            (true, false) => $" + (nint)start * {floats}",
            (false, true) => "",
            (false, false) => $" + (nint)sample * {floats}",
        };
    }

    static string NameOf(SampleSequence sequence) =>
        string.Concat(sequence.Name.Split(' ').Select(static word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
}
