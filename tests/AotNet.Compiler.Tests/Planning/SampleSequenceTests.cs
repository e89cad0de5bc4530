using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Compiler.Tests.Harness;

namespace AotNet.Compiler.Tests;

/// <summary>Which kernels run one after the other for a few samples at a time, and what stays out of that.</summary>
public sealed class SampleSequenceTests
{
    [Fact]
    public void Convolutions_and_pools_follow_each_other()
    {
        Plan plan = PlanOf(Sequenced());
        SampleSequence forward = Assert.Single(plan.Forward.OfType<SampleSequence>());
        Assert.Equal(["conv1", "maxpool1", "conv2", "averagepool1"], forward.Kernels.Select(static kernel => kernel.Name));
        Assert.Equal(["relu1", "modu1"], forward.Folded.Select(static fold => fold.Buffer.Name));
        SampleSequence backward = Assert.Single(plan.Backward.OfType<SampleSequence>());
        Assert.Equal("averagepool1 backward", backward.Kernels[0].Name);
        Assert.Equal(["conv1 dW", "conv1 db"], backward.Kernels.Skip(backward.Kernels.Count - 2).Select(static kernel => kernel.Name));
        Assert.Equal(16, backward.Portions);
    }

    /// <summary>Weights are turned round ahead of the sequence that reads them so; portions are added up behind.</summary>
    [Fact]
    public void What_comes_between_runs_ahead_or_behind()
    {
        string[] kinds = [.. PlanOf(Sequenced()).Backward.Select(static kernel => kernel.Kind)];
        Assert.Equal([nameof(TurnWeights), nameof(SampleSequence), nameof(PortionSum), nameof(PortionSum), nameof(PortionSum), nameof(PortionSum)],
            kinds.SkipWhile(static kind => kind != nameof(TurnWeights)));
    }

    [Theory]
    [InlineData(31, 24, false)] // workers share the samples of a small batch
    [InlineData(32, 24, true)]
    [InlineData(32, 8, false)] // near caches hold a whole batch
    [InlineData(32, 256, false)] // and not even one sample
    public void Only_where_near_caches_hold_some_samples_and_not_all(int batch, int extent, bool forms) =>
        Assert.Equal(forms, PlanOf(Sequenced(batch, extent)).Forward.Any(static kernel => kernel is SampleSequence));

    /// <summary>A product of few rows a sample has its weights from afar once for the batch, and not again for some samples each.</summary>
    [Fact]
    public void Products_of_few_rows_stay_out()
    {
        var b = new NetworkBuilder("FewRows", 32);
        Value x = b.Input("image", 24, 24, 1).Conv(4, "3x3").Relu().MaxPool("2x2").Conv(8, "12x12", padding: "Valid", curvature: Curvature.Off).Relu();
        Plan plan = PlanOf(b.SoftmaxCrossEntropy(x.Dense(2), b.Labels(2)));
        Assert.Equal(["conv1", "maxpool1"], plan.Forward.OfType<SampleSequence>().Single().Kernels.Select(static kernel => kernel.Name));
    }

    [Fact]
    public void None_where_values_are_recomputed() =>
        Assert.DoesNotContain(PlanOf(Recomputed()).Step, static kernel => kernel is SampleSequence);

    [Fact]
    public void Figures_of_recomputation_are_those_of_either_setting() =>
        Assert.Equal(PlanOf(Recomputed() with { Recompute = false }).Recomputation, PlanOf(Recomputed()).Recomputation);

    /// <summary>Enough layers for recomputation to save memory.</summary>
    static NetworkSpec Recomputed()
    {
        var b = new NetworkBuilder("Recomputed", 32);
        Value x = b.Input("image", 24, 24, 1).Conv(4, "3x3", curvature: Curvature.Off).Relu().MaxPool("2x2");
        for (int i = 0; i < 8; i++)
            x = x.BatchNorm().Conv(16, "3x3", curvature: Curvature.Off).Relu();
        return b.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(2, curvature: Curvature.Off), b.Labels(2)) with { Recompute = true };
    }

    /// <summary>Folded buffers have one place in the arena, where those that are not needed together share bytes.</summary>
    [Fact]
    public void Folded_buffers_share_the_memory_of_their_sequence()
    {
        Plan plan = PlanOf(Sequenced());
        SampleSequence backward = plan.Backward.OfType<SampleSequence>().Single();
        Assert.Equal(["averagepool1 residual", "conv1 residual", "conv2 residual", "maxpool1 residual", "modu1 residual"],
            backward.Kernels.SelectMany(static kernel => kernel.Reads).Where(static buffer => buffer.Kind == BufferKind.Residual)
                .Select(static buffer => buffer.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(4, backward.Folded.Count);
        Assert.DoesNotContain(plan.Memory.Placements, place => backward.FoldOf(place.Buffer) is not null);
        Assert.Contains(plan.Memory.Placements, place => place.Buffer.Equals(backward.Memory));
        foreach (Fold a in backward.Folded)
        {
            Assert.True(a.Offset + a.Buffer.Length / 32 <= backward.Memory!.Stride);
            foreach (Fold b in backward.Folded.Where(b => b != a && backward.Kernels.Any(kernel => Touches(kernel, a) && Touches(kernel, b))))
                Assert.True(a.Offset + a.Buffer.Length / 32 <= b.Offset || b.Offset + b.Buffer.Length / 32 <= a.Offset, $"{a.Buffer} and {b.Buffer} overlap");
        }
        Assert.True(backward.Memory!.Length < backward.Folded.Sum(static fold => fold.Buffer.Length));

        static bool Touches(Kernel kernel, Fold fold) => kernel.Reads.Concat(kernel.Writes).Contains(fold.Buffer);
    }

    /// <summary>A value that somebody else reads is made in its own place.</summary>
    [Fact]
    public void What_others_read_is_not_folded()
    {
        var b = new NetworkBuilder("Read", 32);
        Value x = b.Input("image", 24, 24, 1).Conv(4, "3x3").Tanh(), y = x.MaxPool("2x2");
        Plan plan = PlanOf(b.SoftmaxCrossEntropy(b.Concat(y.GlobalAveragePool(), x.GroupNorm(2).GlobalAveragePool()).Dense(2), b.Labels(2)));
        Assert.DoesNotContain(plan.Forward.OfType<SampleSequence>().Single().Folded, static fold => fold.Buffer.Name == "tanh1");
    }

    [Fact]
    public void A_kernel_that_needs_all_samples_is_refused()
    {
        Plan plan = PlanOf(Sequenced());
        SampleSequence backward = plan.Backward.OfType<SampleSequence>().Single();
        Refused(plan, backward, backward with { Portions = 8 }, "conv2 dW needs all samples at once");
        Kernel total = plan.Backward.First(static kernel => kernel is PortionSum);
        Refused(plan, backward, backward with { Kernels = backward.Kernels.Append(total).ToEquatableArray() }, $"{total.Name} needs all samples at once");
    }

    [Fact]
    public void So_is_one_that_reads_what_comes_later()
    {
        Plan plan = PlanOf(Sequenced());
        SampleSequence backward = plan.Backward.OfType<SampleSequence>().Single();
        Refused(plan, backward, backward with { Kernels = backward.Kernels.Reverse().ToEquatableArray() }, "before anything writes it");
    }

    static void Refused(Plan plan, SampleSequence sequence, SampleSequence broken, string reason)
    {
        Plan wrong = plan with { Backward = plan.Backward.Select(kernel => ReferenceEquals(kernel, sequence) ? broken : kernel).ToEquatableArray() };
        Assert.Contains(reason, Assert.Throws<InvalidOperationException>(() => PlanVerifier.Verify(wrong)).Message, StringComparison.Ordinal);
    }

    static NetworkSpec Sequenced(int batch = 32, int extent = 24) => Networks.Sequenced(batch, extent);

    static Plan PlanOf(NetworkSpec spec) => Planner.Plan(NetworkBuilder.GraphOf(spec));
}
