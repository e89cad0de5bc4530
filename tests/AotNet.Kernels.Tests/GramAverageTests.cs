using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Kernels.Tests;

/// <summary>Averages of Gram matrices from step to step, and how far they have moved, against loops in double precision.</summary>
public sealed class GramAverageTests
{
    static readonly int[] Teams = [1, 2, 8];

    /// <summary>Order, and whether there is a border.</summary>
    public static TheoryData<int, bool> Orders => new() { { 1, true }, { 15, false }, { 16, true }, { 33, true }, { 100, false } };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Average(int order, bool bordered)
    {
        const int rows = 6;
        const float past = 0.9f;
        using var arena = new TestArena { Layer = new() { GramPast = past } };
        Buffer gram = arena.Add("gram", order, order), average = arena.Add("average", order, order);
        Buffer? border = bordered ? arena.Add("border", 1, order) : null, kept = bordered ? arena.Add("border average", 1, order) : null;
        arena.Randomize(gram, order, 1);
        if (border is not null)
            arena.Randomize(border, 1, 2);
        arena.Randomize(average, order, 3);
        if (kept is not null)
            arena.Randomize(kept, 1, 4);
        float[] before = arena.Copy(average, order), borderBefore = kept is null ? [] : arena.Copy(kept, 1);
        Everywhere(arena, new AverageGram("average", gram, border, average, kept), rows, Present(average, kept), () =>
        {
            arena.Restore(average, before);
            if (kept is not null)
                arena.Restore(kept, borderBefore);
        }, () =>
        {
            for (int i = 0; i < order; i++)
            {
                for (int j = i; j < order; j++)
                    Assert.Equal((past * before[(i * average.Stride) + j]) + ((1 - past) * arena.At(gram, i, j) / rows), arena.At(average, i, j), 1e-6f);
                for (int j = i & ~15; j < i; j++)
                    Assert.Equal(0, arena.At(average, i, j));
                if (kept is not null)
                    Assert.Equal((past * borderBefore[i]) + ((1 - past) * arena.At(border!, 0, i)), arena.At(kept, 0, i), 1e-6f);
            }
        });
    }

    /// <summary>A first batch takes the place of what was there, whatever that is.</summary>
    [Theory]
    [MemberData(nameof(Orders))]
    public void The_first_batch_stands_alone(int order, bool bordered)
    {
        const int rows = 6;
        using var arena = new TestArena { Layer = new() { GramPast = 0 } };
        Buffer gram = arena.Add("gram", order, order), average = arena.Add("average", order, order);
        Buffer? border = bordered ? arena.Add("border", 1, order) : null, kept = bordered ? arena.Add("border average", 1, order) : null;
        arena.Randomize(gram, order, 1);
        if (border is not null)
            arena.Randomize(border, 1, 2);
        Everywhere(arena, new AverageGram("average", gram, border, average, kept), rows, Present(average, kept), () =>
        {
            arena.Fill(average, float.NaN);
            if (kept is not null)
                arena.Fill(kept, float.NaN);
        }, () =>
        {
            for (int i = 0; i < order; i++)
            {
                for (int j = i; j < order; j++)
                    Assert.Equal(arena.At(gram, i, j) / rows, arena.At(average, i, j), 1e-6f);
                if (kept is not null)
                    Assert.Equal(arena.At(border!, 0, i), arena.At(kept, 0, i), 1e-6f);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_kept_Gram_has_not_moved(int order, bool bordered)
    {
        using var arena = new TestArena();
        (Buffer average, Buffer? border, Buffer factored, Buffer? factoredBorder, Buffer sums) = Pair(arena, order, bordered);
        Everywhere(arena, new KeepGram("keep", average, border, factored, factoredBorder), 1, Present(factored, factoredBorder), () =>
        {
            arena.Layer = new() { FactorDrift = 1e-6f };
            arena.Fill(factored, 0);
        }, static () => { });
        Everywhere(arena, new GramDrift("drift", average, border, factored, factoredBorder, sums), 1, [sums],
            () => arena.Layer = new() { FactorDrift = 1e-6f, DecorrelateBias = bordered }, () => Assert.False(arena.Layer.RenewsFactor));
    }

    /// <summary>The threshold lies where the Frobenius norms say, border and corner included where the bias takes part.</summary>
    [Theory]
    [InlineData(1, true, true)]
    [InlineData(15, false, false)]
    [InlineData(33, true, true)]
    [InlineData(33, true, false)]
    [InlineData(100, false, false)]
    public void Drift(int order, bool bordered, bool decorrelatesBias)
    {
        using var arena = new TestArena();
        (Buffer average, Buffer? border, Buffer factored, Buffer? factoredBorder, Buffer sums) = Pair(arena, order, bordered);
        double moved = 0, norm = decorrelatesBias ? 1 : 0;
        for (int i = 0; i < order; i++)
        {
            for (int j = i; j < order; j++)
                Count(arena.At(average, i, j), arena.At(factored, i, j), i == j ? 1 : 2);
            if (decorrelatesBias)
                Count(arena.At(border!, 0, i), arena.At(factoredBorder!, 0, i), 2);
        }
        float drift = (float)Math.Sqrt(moved / norm);
        foreach ((float allowed, bool renews) in new[] { (drift * 0.999f, true), (drift * 1.001f, false), (0f, false) })
        {
            Everywhere(arena, new GramDrift("drift", average, border, factored, factoredBorder, sums), 1, [],
                () => arena.Layer = new() { FactorDrift = allowed, DecorrelateBias = decorrelatesBias }, () => Assert.Equal(renews, arena.Layer.RenewsFactor));
        }

        void Count(float now, float before, int times)
        {
            moved += times * Math.Pow((double)now - before, 2);
            norm += times * Math.Pow(before, 2);
        }
    }

    /// <summary>An average and a copy of another, zeros below the diagonal as the averages have them.</summary>
    static (Buffer Average, Buffer? Border, Buffer Factored, Buffer? FactoredBorder, Buffer Sums) Pair(TestArena arena, int order, bool bordered)
    {
        Buffer average = arena.Add("average", order, order), factored = arena.Add("factored", order, order), sums = arena.Add("sums", 2, order);
        Buffer? border = bordered ? arena.Add("border", 1, order) : null, factoredBorder = bordered ? arena.Add("factored border", 1, order) : null;
        foreach (Buffer? buffer in new[] { average, factored, border, factoredBorder })
        {
            if (buffer is not null)
                arena.Randomize(buffer, buffer.Rows, buffer.Id + 1);
        }
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < i; j++)
                arena.At(average, i, j) = arena.At(factored, i, j) = 0;
        }
        return (average, border, factored, factoredBorder, sums);
    }

    static Buffer[] Present(Buffer first, Buffer? second) => second is null ? [first] : [first, second];

    /// <summary>Runs a kernel on every instruction set and team, which must leave the same bits in its results.</summary>
    static void Everywhere(TestArena arena, Kernel kernel, int rows, Buffer[] results, Action prepare, Action check)
    {
        float[][]? first = null;
        foreach (InstructionSet set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int workers in Teams)
            {
                prepare();
                arena.Run(pass, rows, workers);
                check();
                float[][] bits = [.. results.Select(buffer => Upper(arena, buffer))];
                Assert.Equal(first ??= bits, bits);
            }
        }
    }

    // Left of its diagonal block nothing of a Gram is written.
    static float[] Upper(TestArena arena, Buffer buffer) =>
    [
        .. from i in Enumerable.Range(0, buffer.Rows)
           from j in Enumerable.Range(0, buffer.Columns)
           where buffer.Rows != buffer.Columns || j >= i
           select arena.At(buffer, i, j),
    ];
}
