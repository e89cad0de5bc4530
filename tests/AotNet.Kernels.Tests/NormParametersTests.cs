using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

/// <summary>Gradients of gains and shifts, samples whole and in portions, against loops in double precision.</summary>
public sealed class NormParametersTests
{
    /// <summary>Batch, positions, channels, portions of the samples.</summary>
    public static TheoryData<int, int, int, int> Cases => new()
    {
        { 1, 1, 1, 1 },
        { 17, 1, 150, 1 },
        { 3, 35, 20, 1 },
        { 3, 1, 10, 2 },
        { 5, 35, 3, 2 },
        { 6, 6, 20, 4 }, // rows side by side, by twos
        { 9, 16, 150, 8 }, // by fours
        { 33, 4, 16, 16 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void LayerNorm(int batch, int positions, int channels, int portions) =>
        Check(batch, positions, channels, portions, sums: 2, static (dY, x, statistics, dGain, dShift, portions) =>
            new RowNormParameters("norm", dY, x, statistics, dGain, dShift) { Portions = portions });

    [Theory]
    [MemberData(nameof(Cases))]
    public void RmsNorm(int batch, int positions, int channels, int portions) =>
        Check(batch, positions, channels, portions, sums: 1, static (dY, x, statistics, dGain, _, portions) =>
            new RowNormParameters("norm", dY, x, statistics, dGain, null) { Portions = portions });

    [Theory]
    [MemberData(nameof(Cases))]
    public void GroupNorm(int batch, int positions, int channels, int portions) =>
        Check(batch, positions, channels, portions, sums: 2, static (dY, x, statistics, dGain, dShift, portions) =>
            new GroupNormParameters("norm", dY, x, statistics, dGain, dShift) { Portions = portions });

    delegate Kernel NormOf(Buffer dY, Buffer x, Buffer statistics, Buffer dGain, Buffer dShift, Buffer? portions);

    static void Check(int batch, int positions, int channels, int portions, int sums, NormOf normOf)
    {
        using var arena = new TestArena();
        Buffer dY = arena.Add("dy", batch * positions, channels) with { PerSample = positions };
        Buffer x = arena.Add("x", batch * positions, channels) with { PerSample = positions };
        Buffer ofRows = arena.Add("statistics of rows", 2, batch * positions), ofSamples = arena.Add("statistics of samples", 2 * batch, channels);
        Buffer dGain = arena.Add("dgain", 1, channels), dShift = arena.Add("dshift", 1, channels);
        Buffer? cut = portions > 1 ? arena.Add("portions", sums * portions, channels) : null;
        Kernel kernel = normOf(dY, x, ofRows, dGain, dShift, cut);
        bool grouped = kernel is GroupNormParameters;
        if (grouped)
            kernel = normOf(dY, x, ofSamples, dGain, dShift, cut);
        arena.Randomize(ofRows, 2, 3);
        arena.Randomize(ofSamples, 2 * batch, 4);
        List<EmittedKernel.Pass> passes = [.. Engines.Available.Select(set => arena.Compile(set, kernel))];
        foreach (int rows in new[] { 1, (batch + 1) / 2, batch })
        {
            arena.Randomize(dY, rows * positions, 5);
            arena.Randomize(x, rows * positions, 6);
            float[]? first = null;
            foreach (EmittedKernel.Pass pass in passes)
                foreach (int workers in new[] { 1, 2, 8 })
                {
                    arena.Fill(dGain, float.NaN);
                    arena.Fill(dShift, float.NaN);
                    if (cut is not null)
                        arena.Fill(cut, float.NaN);
                    arena.Run(pass, rows, workers);
                    for (int column = 0; column < Buffer.RoundUp(channels, 16); column++)
                    {
                        Assert.Equal(MeanOver(row => arena.At(dY, row, column) * Normalised(row, column)), arena.At(dGain, 0, column), 1e-5);
                        if (sums == 2)
                            Assert.Equal(MeanOver(row => arena.At(dY, row, column)), arena.At(dShift, 0, column), 1e-5);
                    }
                    float[] bits = [.. arena.Copy(dGain, 1), .. sums == 2 ? arena.Copy(dShift, 1) : []];
                    Assert.Equal(first ??= bits, bits);
                }

            double MeanOver(Func<int, double> value) => ImageKernels.Sum(rows * positions, value) / rows;
        }

        double Normalised(int row, int column) => grouped
            ? ((double)arena.At(x, row, column) - arena.At(ofSamples, row / positions * 2, column)) * arena.At(ofSamples, row / positions * 2 + 1, column)
            : ((double)arena.At(x, row, column) - arena.At(ofRows, 0, row)) * arena.At(ofRows, 1, row);
    }
}
