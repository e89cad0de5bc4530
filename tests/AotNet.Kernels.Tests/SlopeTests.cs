using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

/// <summary>How steep the loss is along a layer's direction, in both forms, against loops in double precision.</summary>
public sealed class SlopeTests
{
    static readonly int[] Teams = [1, 2, 8];

    /// <summary>Rows, inputs, outputs, whether there is a bias, whether it takes part.</summary>
    public static TheoryData<int, int, int, bool, bool> Shapes => new()
    {
        { 1, 1, 1, false, false }, { 3, 17, 10, true, true }, { 4, 16, 16, true, false }, { 9, 30, 33, true, true }, { 18, 5, 70, false, false },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Along(int rows, int inputs, int outputs, bool bias, bool decorrelatesBias)
    {
        using var arena = new TestArena { Layer = new() { DecorrelateBias = decorrelatesBias } };
        Buffer x = Random(arena, "x", rows, inputs), residual = Random(arena, "residual", rows, outputs);
        Buffer direction = Random(arena, "direction", inputs, outputs), sums = arena.Add("sums", 1, rows);
        Buffer? biasDirection = bias ? Random(arena, "bias direction", 1, outputs) : null;
        double expected = 0;
        for (int row = 0; row < rows; row++)
            for (int j = 0; j < outputs; j++)
            {
                double along = bias && decorrelatesBias ? arena.At(biasDirection!, 0, j) : 0;
                for (int i = 0; i < inputs; i++)
                    along += (double)arena.At(x, row, i) * arena.At(direction, i, j);
                expected += along * arena.At(residual, row, j) / rows;
            }
        Check(arena, new SlopeAlong("slope", x, residual, direction, biasDirection, sums), rows, expected);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Between(int rows, int inputs, int outputs, bool bias, bool decorrelatesBias)
    {
        using var arena = new TestArena { Layer = new() { DecorrelateBias = decorrelatesBias } };
        Buffer gradient = Random(arena, "gradient", inputs, outputs), direction = Random(arena, "direction", inputs, outputs);
        Buffer? biasGradient = bias ? Random(arena, "bias gradient", 1, outputs) : null;
        Buffer? biasDirection = bias ? Random(arena, "bias direction", 1, outputs) : null;
        double expected = Dot(gradient, direction) + (bias && decorrelatesBias ? Dot(biasGradient!, biasDirection!) : 0);
        Check(arena, new SlopeBetween("slope", gradient, biasGradient, direction, biasDirection), rows, expected);

        double Dot(Buffer first, Buffer second)
        {
            double sum = 0;
            for (int i = 0; i < first.Rows; i++)
                for (int j = 0; j < first.Columns; j++)
                    sum += (double)arena.At(first, i, j) * arena.At(second, i, j);
            return sum;
        }
    }

    static Buffer Random(TestArena arena, string name, int rows, int columns)
    {
        Buffer buffer = arena.Add(name, rows, columns);
        arena.Randomize(buffer, rows, buffer.Id + 1);
        return buffer;
    }

    static void Check(TestArena arena, Kernel kernel, int rows, double expected)
    {
        double? first = null;
        foreach (InstructionSet set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int workers in Teams)
            {
                arena.Layer.Slope = double.NaN;
                arena.Run(pass, rows, workers);
                Assert.Equal(expected, arena.Layer.Slope, 1e-5);
                Assert.Equal(first ??= arena.Layer.Slope, arena.Layer.Slope);
            }
        }
    }
}
