namespace AotNet.Compiler.Planning;

/// <summary>
/// Kernels that follow each other for a few samples at a time, so that what one makes is still in the near caches when the next
/// reads it, and workers meet once for all of them.
/// </summary>
/// <param name="Name">The first and the last of them.</param>
/// <param name="Kernels">Kernels that have one sample after the other, and sums over portions of samples, in their order.</param>
/// <param name="Folded">Buffers that nobody else reads, of which there are only those of the samples that workers are at.</param>
/// <param name="Memory">Where they are, a row for each sample of the batch; null without any. A worker has the rows of its first samples.</param>
public sealed record SampleSequence(string Name, EquatableArray<Kernel> Kernels, EquatableArray<Fold> Folded, Buffer? Memory) : Kernel(Name)
{
    /// <summary>Samples at a time; 0 where they come in portions.</summary>
    public int Samples { get; init; }

    /// <summary>Portions that all samples are cut into, for the sums among the kernels; 0 without such.</summary>
    public int Portions { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Reads
    {
        get
        {
            var made = new HashSet<Buffer>();
            foreach (Kernel kernel in Kernels)
            {
                foreach (Buffer buffer in kernel.Reads.Concat(kernel.Updates).Where(buffer => !made.Contains(buffer)))
                    yield return buffer;
                made.UnionWith(kernel.Writes);
            }
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Buffer> Writes => Kernels.SelectMany(static kernel => kernel.Writes).Distinct()
        .Where(buffer => FoldOf(buffer) is null).Concat(Present(Memory));

    /// <summary>Where a buffer is folded; null where it has a place of its own.</summary>
    internal Fold? FoldOf(Buffer buffer) => Folded.FirstOrDefault(fold => fold.Buffer.Equals(buffer));

    /// <inheritdoc/>
    public override long Flops(int batch) => Kernels.Sum(kernel => kernel.Flops(batch));

    /// <summary>How samples come, in words.</summary>
    internal string Pace => Portions > 0 ? $"in {Literal.Number(Portions)} portions of the samples" : $"{Literal.Number(Samples)} samples at a time";

    /// <inheritdoc/>
    public override string Describe() => $"{Kind} {Name}, {Pace}:"
        + string.Concat(Kernels.Select(static kernel => "\n    " + kernel.Describe()));

    /// <summary>The kernels of a pass one by one, those of sequences too.</summary>
    internal static IEnumerable<Kernel> Flat(IEnumerable<Kernel> kernels) =>
        kernels.SelectMany(static IEnumerable<Kernel> (kernel) => kernel is SampleSequence sequence ? sequence.Kernels : [kernel]);
}

/// <summary>Where a buffer lies among others: in the memory of a sequence, where offsets count for each of the samples that are there together.</summary>
/// <param name="Buffer">Buffer.</param>
/// <param name="Offset">Floats ahead of it.</param>
public sealed record Fold(Buffer Buffer, long Offset);
