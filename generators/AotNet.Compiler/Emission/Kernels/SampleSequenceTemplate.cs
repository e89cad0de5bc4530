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
            OpenParts(writer, sequence, sequence.Memory is { } memory ? $"{address(memory)} + (nint)start * {Literal.Number(memory.Stride)}" : null);
            bool? sums = null;
            foreach (Kernel kernel in sequence.Kernels)
            {
                if (sums != kernel is SampleSum)
                    writer.Line((sums = kernel is SampleSum) == true
                        ? $"c = context.OfPortion(portion, {Literal.Number(sequence.Portions)});" : "c = context.OfRows(endSample - sample);");
                writer.Line(comment(kernel));
                writer.Lines(KernelTemplates.Call(library, kernel, buffer => Place(sequence, kernel, buffer, address)));
                if (mark(kernel) is { } statement)
                    writer.Line(statement);
            }
            writer.Close().Close();
        });
        return $"{method}(a, in c);";
    }

    /// <summary>
    /// Opens the loop over this worker's parts: declares <c>sample</c>, its first one, <c>endSample</c>, and <c>c</c>; for all parts
    /// <c>length</c>, samples of the longest, which is the first, and <c>own</c>, where folded buffers are.
    /// </summary>
    static void OpenParts(SourceWriter writer, SampleSequence sequence, string? own)
    {
        if (sequence.Portions > 0)
        {
            string portions = Literal.Number(sequence.Portions);
            writer.Line($"context.Split({portions}, out int portion, out int endPortion);");
            writer.Line($"WorkerTeam.Split(context.Rows, portion, {portions}, out int start, out int length);");
            writer.Line("length -= start;");
            Own();
            writer.Open("for (; portion < endPortion; portion++)");
            writer.Line($"WorkerTeam.Split(context.Rows, portion, {portions}, out int sample, out int endSample);");
        }
        else
        {
            writer.Line("context.Split(context.Rows, out int start, out int end);");
            writer.Line($"int length = int.Min({Literal.Number(sequence.Samples)}, end - start);");
            Own();
            writer.Open($"for (int sample = start, endSample; sample < end; sample = endSample)");
            writer.Line("endSample = int.Min(sample + length, end);");
        }

        void Own()
        {
            if (own is not null)
                writer.Line($"float* own = {own};");
            writer.Line("KernelContext c;");
        }
    }

    /// <summary>
    /// Where a kernel finds a buffer: at the part's first sample, or for sums, which count samples from the first of the call,
    /// where that would be.
    /// </summary>
    static string Place(SampleSequence sequence, Kernel kernel, Buffer buffer, Func<Buffer, string> address)
    {
        bool isSum = kernel is SampleSum;
        string floats = Literal.Number((long)buffer.PerSample * buffer.Stride);
        if (sequence.FoldOf(buffer) is { } fold)
            return $"own{(fold.Offset == 0 ? "" : $" + (nint)length * {Literal.Number(fold.Offset)}")}{(isSum ? $" - (nint)sample * {floats}" : "")}";
        return address(buffer) + (isSum || kernel.SharedOperands!.Contains(buffer) ? "" : $" + (nint)sample * {floats}");
    }

    static string NameOf(SampleSequence sequence) =>
        string.Concat(sequence.Name.Split(' ').Select(static word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
}
