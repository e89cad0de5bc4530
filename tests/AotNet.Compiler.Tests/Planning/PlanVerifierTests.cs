using AotNet.Compiler.Planning;
using AotNet.Compiler.Tests.Harness;

namespace AotNet.Compiler.Tests;

/// <summary>Plans broken on purpose: the verifier names what is wrong with each.</summary>
public sealed class PlanVerifierTests
{
    static Plan Sound()
    {
        var b = new NetworkBuilder("N", batch: 8);
        return Planner.Plan(NetworkBuilder.GraphOf(
            b.SoftmaxCrossEntropy(b.Input("x", 20).Dense(24).Tanh().Dense(10), b.Labels(10))));
    }

    [Fact]
    public void ASoundPlanPasses() => PlanVerifier.Verify(Sound());

    [Fact]
    public void OverlapOfLiveBuffers()
    {
        Plan plan = Sound();
        Refused(Move(plan, "dense1", OffsetOf(plan, "tanh1")), "overlap while both are needed");
        Refused(Move(plan, "dense1", OffsetOf(plan, "tanh1") + 16), "overlap while both are needed");
        Refused(Move(plan, "dense1.weight", OffsetOf(plan, "tanh1")), "overlap while both are needed");
    }

    [Fact]
    public void OverlapInTimeAlone()
    {
        Plan plan = Sound();
        // Buffers that share bytes must not share kernels: stretching one's life to the whole step shows it.
        Placement[] places = [.. plan.Memory.Placements];
        (Placement First, Placement Second) shared = (
            from a in places from b in places
            where a.Offset < b.Offset + b.Buffer.Length && b.Offset < a.Offset + a.Buffer.Length && a.Live.Last < b.Live.First
            select (a, b)).First();
        Refused(Replace(plan, shared.First with { Live = new LiveRange(shared.First.Live.First, shared.Second.Live.First) }), "overlap while both are needed");
    }

    [Fact]
    public void ReadBeforeWrite()
    {
        Plan plan = Sound();
        Refused(plan with { Forward = plan.Forward.Reverse().ToEquatableArray() }, "before anything writes it");
        Refused(plan with { Forward = plan.Forward.Skip(1).ToEquatableArray() }, "reads dense1[8x24/32] before anything writes it");
        Refused(plan with { Loss = default }, "before anything writes it");
    }

    [Fact]
    public void UpdateBeforeWrite()
    {
        Plan plan = Sound();
        Buffer gradient = BufferOf(plan, "dense1.weight gradient");
        var update = new Elementwise("early", [gradient], gradient, "{0}", MaskPadding: false);
        Refused(plan with { Forward = plan.Forward.Prepend(update).ToEquatableArray() }, "early reads dense1.weight gradient");
    }

    [Fact]
    public void UseOfWhatWasDropped()
    {
        Plan plan = Recomputing();
        Placement dropped = plan.Memory.Placements.First(static place => place.Live.Pauses);
        var late = new Elementwise("late", [dropped.Buffer], BufferOf(plan, "predictions"), "{0}", MaskPadding: false);
        Refused(plan with { Link = plan.Link.Skip(1).Prepend(late).ToEquatableArray() }, $"late needs {dropped.Buffer} while it has no place");
        Refused(plan with { Backward = plan.Backward.Where(static kernel => !kernel.Repeats).ToEquatableArray() }, "while it has no place");
    }

    [Fact]
    public void RecomputationInPart()
    {
        Plan plan = Recomputing();
        Kernel repeated = plan.Backward.First(static kernel => kernel.Repeats);
        Refused(Repeat(plan, repeated), "is recomputed in part");
    }

    [Fact]
    public void RecomputationFromWhatHasChanged()
    {
        Plan plan = Recomputing();
        Kernel repeated = plan.Backward.First(static kernel => kernel is MatrixProduct { Repeats: true });
        Buffer weight = ((MatrixProduct)repeated).B;
        Kernel update = new Elementwise("update", [weight], weight, "{0}", MaskPadding: false);
        Refused(plan with { Backward = plan.Backward.Skip(1).Prepend(update).ToEquatableArray() }, $"{repeated.Name} runs again after {weight} has changed");
    }

    [Fact]
    public void RecomputationOfWhatLivesBetweenSteps()
    {
        Plan plan = Recomputing();
        Kernel norm = plan.Forward.OfType<BatchNormForward>().First();
        Refused(Repeat(plan, norm with { Repeats = true }), "changes batchnorm1.mean[1x32] again");
    }

    static Plan Recomputing()
    {
        var b = new NetworkBuilder("N", batch: 8);
        Value x = b.Input("x", 32);
        for (int i = 0; i < 6; i++)
            x = x.BatchNorm().Gelu().Dense(32);
        return Planner.Plan(NetworkBuilder.GraphOf(b.SoftmaxCrossEntropy(x.Dense(10), b.Labels(10)) with { Recompute = true }));
    }

    /// <summary>The plan with a kernel behind the first that runs again, in place of the one there.</summary>
    static Plan Repeat(Plan plan, Kernel kernel)
    {
        List<Kernel> backward = [.. plan.Backward];
        int place = backward.FindIndex(static other => other.Repeats);
        backward[place + 1] = kernel;
        return plan with { Backward = backward.ToEquatableArray() };
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Misalignment(long shift)
    {
        Plan plan = Sound();
        Refused(Move(plan, "predictions", OffsetOf(plan, "predictions") + shift), "is not aligned");
    }

    [Fact]
    public void OutsideTheArena()
    {
        Plan plan = Sound();
        Refused(Move(plan, "predictions", plan.Memory.Length), "leaves the arena");
        Refused(Move(plan, "predictions", -16), "leaves the arena");
        Refused(plan with { Memory = plan.Memory with { Length = plan.Memory.Length - 32 } }, "leaves the arena");
    }

    [Theory]
    [InlineData(24)]
    [InlineData(16)]
    [InlineData(20)]
    public void BadStride(int stride)
    {
        Plan plan = Sound();
        Placement place = PlaceOf(plan, "dense1");
        Refused(Replace(plan, place with { Buffer = place.Buffer with { Stride = stride } }), "has a bad stride");
    }

    [Fact]
    public void ProductsBeyondTheirOperands()
    {
        Plan plan = Sound();
        MatrixProduct product = plan.Forward.OfType<MatrixProduct>().First();
        Refused(First(plan, product with { K = Extent.Of(21) }), "sums beyond its right operand");
        Refused(First(plan, product with { M = Extent.Of(9) }), "has more rows than its left operand");
        Refused(First(plan, product with { TransposesA = true, M = Extent.Of(21) }), "has more rows than its left operand");
        Buffer narrow = BufferOf(plan, "dense2.weight");
        Refused(First(plan, product with { B = narrow, K = Extent.Of(20) }), "reads beyond its right operand");
    }

    [Fact]
    public void ListsThatDoNotFit()
    {
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(Networks.ZerosLeftOut()));
        NonzeroTerms lists = plan.Forward.OfType<NonzeroTerms>().Single();
        PlanVerifier.Verify(plan);
        Refused(First(plan, lists with { Terms = lists.Terms with { Columns = 16 } }), "lists more terms than there is room for");
        Refused(First(plan, lists with { Terms = lists.Terms with { Rows = 1 } }), "lists more terms than there is room for");
        Refused(First(plan, lists with { OfColumns = true, X = lists.X with { Rows = 17 } }), "lists more terms than there is room for");
    }

    [Fact]
    public void MixedStrides()
    {
        Plan plan = Sound();
        Elementwise tanh = plan.Forward.OfType<Elementwise>().Single();
        var mixed = tanh with { Inputs = new[] { tanh.Inputs[0], BufferOf(plan, "x"), BufferOf(plan, "dense2.bias") }.ToEquatableArray() };
        Refused(plan with { Forward = plan.Forward.Select(kernel => kernel == tanh ? mixed : kernel).ToEquatableArray() }, "mixes strides");
    }

    static void Refused(Plan plan, string reason)
    {
        string message = Assert.Throws<InvalidOperationException>(() => PlanVerifier.Verify(plan)).Message;
        Assert.Contains(reason, message);
    }

    static Placement PlaceOf(Plan plan, string buffer) => plan.Memory.Placements.Single(place => place.Buffer.Name == buffer);

    static Buffer BufferOf(Plan plan, string buffer) => PlaceOf(plan, buffer).Buffer;

    static long OffsetOf(Plan plan, string buffer) => PlaceOf(plan, buffer).Offset;

    static Plan Move(Plan plan, string buffer, long offset) => Replace(plan, PlaceOf(plan, buffer) with { Offset = offset });

    static Plan Replace(Plan plan, Placement changed) => plan with
    {
        Memory = plan.Memory with
        {
            Placements = plan.Memory.Placements
                .Select(place => place.Buffer.Id == changed.Buffer.Id ? changed : place).ToEquatableArray(),
        },
    };

    static Plan First(Plan plan, Kernel kernel) => plan with { Forward = plan.Forward.Skip(1).Prepend(kernel).ToEquatableArray() };
}
