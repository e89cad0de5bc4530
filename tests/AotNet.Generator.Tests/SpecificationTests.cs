using AotNet.Generator.Tests.Harness;

namespace AotNet.Generator.Tests;

/// <summary>Golden texts of what is read.</summary>
public class SpecificationTests
{
    [Fact]
    public void TheSmallestNetwork() => Check("""
        namespace Samples;

        [Network]
        public sealed partial class Tiny
        {
            static Objective Define([Shape(4)] Tensor input, [Classes(3)] Labels label) =>
                Objective.SoftmaxCrossEntropy(input.Dense(3), label);
        }
        """, """
        Samples.Tiny batch 32 memory 0 block 500 averaged
        %0 = Tensor input 4
        %1 = Labels label 3
        %2 = Dense(%0, 3, 1, 0, 0, 0)
        %3 = SoftmaxCrossEntropy(%2, %1)
        return %3
        """);

    [Fact]
    public void AttributeSettings() => Check("""
        [Network(Batch = 2 * 64, MaxMemory = 1 << 30, CurvatureBlock = 7, CurvatureBudget = 900, AveragedCurvature = true, Contractive = true, Recompute = true, Probes = false)]
        partial class N
        {
            static Objective Define([Shape(28, 28, 1)] Tensor image, [Shape(2)] Targets y) =>
                Objective.Huber(target: y, output: image.Dense(2), delta: 0.5f);
        }
        """, """
        N batch 128 memory 1073741824 block 7 budget 900 averaged contractive recomputed unprobed
        %0 = Tensor image 28x28x1
        %1 = Targets y 2
        %2 = Dense(%0, 2, 1, 0, 0, 0)
        %3 = Huber(%2, %1, 0.5)
        return %3
        """);

    [Fact]
    public void EveryVocabularyMethodWithItsDefaults() => CheckBody("""
        Tensor a = x.Relu().LeakyRelu(-1.5f).ModU().LeakyRelu().Tanh().Sigmoid().Gelu().Silu();
        Tensor b = a.BatchRms().RmsNorm().LayerNorm().BatchNorm().Dropout(0.5f).Flatten();
        return Objective.BinaryCrossEntropy(Tensor.Concat(a, b + a).Dense(3), y);
        """, """
        %2 = Relu(%0)
        %3 = LeakyRelu(%2, -1.5)
        %4 = ModU(%3)
        %5 = LeakyRelu(%4, 0.009999999776482582)
        %6 = Tanh(%5)
        %7 = Sigmoid(%6)
        %8 = Gelu(%7)
        %9 = Silu(%8)
        %10 = BatchRms(%9, 0.10000000149011612, 0, 0)
        %11 = RmsNorm(%10, 9.999999747378752E-06)
        %12 = LayerNorm(%11, 9.999999747378752E-06)
        %13 = BatchNorm(%12, 0.10000000149011612, 9.999999747378752E-06)
        %14 = Dropout(%13, 0.5, 0)
        %15 = Flatten(%14)
        %16 = Add(%15, %9)
        %17 = Concat(%9, %16)
        %18 = Dense(%17, 3, 1, 0, 0, 0)
        %19 = BinaryCrossEntropy(%18, %1)
        return %19
        """);

    [Fact]
    public void WindowsAndPaddingsInEveryForm() => CheckImage("""
        const int n = 3;
        (int, int) tall = (5, n);
        Tensor a = x.Conv(8, kernel: n).Conv(4, kernel: tall, stride: (2, 1), padding: Padding.Valid, dilation: n - 1,
            bias: false, init: Initializer.Glorot, curvature: Curvature.Patches, name: "second");
        a = a.Conv(4, (1, 1), padding: Padding.Same, groups: 2).DepthwiseConv(3, padding: (0, 2)).DepthwiseConv(kernel: 2, default, 1);
        a = a.MaxPool(2).MaxPool((3, 2), stride: 1, padding: 1, paper: true).AveragePool(2, padding: new Padding()).Upsample((2, 1)).Pad(1);
        a = a.GroupNorm(2).Dropout(0.5f, channels: true);
        return Objective.SoftmaxCrossEntropy(Tensor.Concat(a.GlobalMaxPool(), a.GlobalAveragePool()).Dense(3), y);
        """, """
        N batch 32 memory 0 block 500 averaged
        %0 = Tensor x 32x32x4
        %1 = Labels y 3
        %2 = Conv(%0, 8, '3x3', 0, 0, 0, 1, 1, 0, 0, 0)
        %3 = Conv(%2, 4, '5x3', '2x1', 'Valid', '2x2', 1, 0, 'Glorot', 7, 'second')
        %4 = Conv(%3, 4, '1x1', 0, 'Same', 0, 2, 1, 0, 0, 0)
        %5 = DepthwiseConv(%4, '3x3', 0, '0x2', 0, 1, 0, 0)
        %6 = DepthwiseConv(%5, '2x2', 0, '1x1', 0, 1, 0, 0)
        %7 = MaxPool(%6, '2x2', 0, 0, 0)
        %8 = MaxPool(%7, '3x2', '1x1', '1x1', 1)
        %9 = AveragePool(%8, '2x2', 0, 0)
        %10 = Upsample(%9, '2x1')
        %11 = Pad(%10, '1x1')
        %12 = GroupNorm(%11, 2, 9.999999747378752E-06)
        %13 = Dropout(%12, 0.5, 1)
        %14 = GlobalMaxPool(%13)
        %15 = GlobalAveragePool(%13)
        %16 = Concat(%14, %15)
        %17 = Dense(%16, 3, 1, 0, 0, 0)
        %18 = SoftmaxCrossEntropy(%17, %1)
        return %18
        """);

    [Fact]
    public void SequencesHaveSingleNumbers() => Check("""
        [Network]
        partial class N
        {
            static Objective Define([Shape(40, 2)] Tensor x, [Classes(3)] Labels y) => Objective.SoftmaxCrossEntropy(
                x.Conv1D(8, 5).Conv1D(8, kernel: 3, stride: 2, padding: 1, dilation: 2, groups: 4, name: "narrow").MaxPool((1, 2)).Dense(3), y);
        }
        """, """
        N batch 32 memory 0 block 500 averaged
        %0 = Tensor x 40x2
        %1 = Labels y 3
        %2 = Conv1D(%0, 8, 5, 1, 0, 1, 1, 1, 0, 0, 0)
        %3 = Conv1D(%2, 8, 3, 2, '1x1', 2, 4, 1, 0, 0, 'narrow')
        %4 = MaxPool(%3, '1x2', 0, 0, 0)
        %5 = Dense(%4, 3, 1, 0, 0, 0)
        %6 = SoftmaxCrossEntropy(%5, %1)
        return %6
        """);

    [Fact]
    public void ArgumentsByNameAndEveryInitializer() => CheckBody("""
        Initializer init = Initializer.Glorot;
        x = x.Dense(init: Initializer.Normal(0.02f), outputs: 8, name: "first");
        x = x.Dense(7, false, init, Curvature.Dual).Dense(6, init: Initializer.LeCun, curvature: Curvature.Off);
        x = x.Dense(5, init: Initializer.Orthogonal).Dense(4, init: Initializer.Zero).Dense(4, init: Initializer.He);
        return Objective.MeanSquaredError(x.Dense(3, init: default), y);
        """, """
        %2 = Dense(%0, 8, 1, 'Normal' 0.019999999552965164, 0, 'first')
        %3 = Dense(%2, 7, 0, 'Glorot', 2, 0)
        %4 = Dense(%3, 6, 1, 'LeCun', 4, 0)
        %5 = Dense(%4, 5, 1, 'Orthogonal', 0, 0)
        %6 = Dense(%5, 4, 1, 'Zero', 0, 0)
        %7 = Dense(%6, 4, 1, 'He', 0, 0)
        %8 = Dense(%7, 3, 1, 0, 0, 0)
        %9 = MeanSquaredError(%8, %1)
        return %9
        """);

    [Fact]
    public void LoopsAreUnrolled() => CheckWidths("""
        for (int width = 64; width >= 16; width /= 2)
            x = x.Dense(width);
        foreach (int width in new[] { 9, 8 })
            x = x.Dense(width);
        foreach (var (width, repeat) in new[] { (7, 1), (6, 2) })
            for (int i = 0; i < repeat; i++)
                x = x.Dense(width);
        foreach (int i in Enumerable.Range(1, 3))
        {
            if (i == 2)
                continue;
            x = x.Dense(i);
        }
        int n = 5;
        while (true)
        {
            x = x.Dense(n);
            if (--n < 4)
                break;
        }
        do
            n++;
        while (n < 100);
        x = x.Dense(n);
        int[] widths = [11, .. new List<int> { 12, 13 }];
        foreach (int width in widths)
            x = x.Dense(width);
        """, 64, 32, 16, 9, 8, 7, 6, 6, 1, 3, 5, 4, 100, 11, 12, 13);

    [Fact]
    public void Choices() => CheckWidths("""
        int n = 3;
        x = x.Dense(n > 2 ? 10 : 20);
        if (n is 3 or > 7 && n != 4)
            x = x.Dense(11);
        else
            x = x.Dense(Console.Read());
        x = x.Dense(n switch { < 0 => 1, 3 when n > 5 => 2, 3 => 12, _ => throw new Exception() });
        switch (n)
        {
            case 1:
                x = x.Dense(1);
                break;
            case 3:
                x = x.Dense(13);
                break;
            default:
                return null!;
        }
        string? name = null;
        x = x.Dense((name ?? "abcd").Length);
        if (name is not null || !(n == 3))
            return null!;
        Tensor? skip = null;
        skip ??= x;
        if (skip != null && skip == x)
            x = skip.Dense(14);
        """, 10, 11, 12, 13, 4, 14);

    [Fact]
    public void CollectionsOfSizes()
    {
        CheckWidths("""
            const int first = 5;
            List<int> widths = new() { first, first + 1 };
            widths.Add(widths[^1] + widths.Count);
            widths.Reverse();
            int[][] stages = [[.. widths], new int[1], { }];
            """.Replace(", { }", ", []") + """
            stages[1][0] += 3;
            foreach (int[] stage in stages)
                foreach (int width in stage)
                    x = x.Dense(width);
            foreach (char c in "ab")
                x = x.Dense(c - 'a' + 1);
            var copy = new List<int>(widths).ToArray();
            (int Low, int High) range = (copy[0], copy.Length);
            (range.Low, int n) = (range.High, range.Low);
            x = x.Dense(range.Low).Dense(n).Dense(range.Item2);
            """, 8, 6, 5, 3, 1, 2, 3, 8, 3);
    }

    [Fact]
    public void Arithmetic() => CheckWidths("""
        int a = 7, b = 2;
        long big = 5_000_000_000;
        x = x.Dense(a / b).Dense(a % b).Dense(-(-a)).Dense(a << b).Dense(a >> 1).Dense((a & 6) | 1).Dense(a ^ b).Dense(~-9);
        x = x.Dense((int)(big / 1_000_000_000)).Dense((int)(a * 1.5)).Dense((int)MathF.Round(a * 0.7f)).Dense('a' - 'Z');
        a += b;
        x = x.Dense(a);
        a -= 1; a *= 4; a /= 2; a %= 10; a <<= 3; a |= 1; a ^= 2; a &= 0xFF; a >>= 1;
        x = x.Dense(a).Dense(a++).Dense(a).Dense(++a).Dense(a--).Dense(--a);
        byte small = 250;
        small += 5;
        x = x.Dense(small).Dense(Math.Max(3, 4)).Dense(Math.Min(3, 4)).Dense(Math.Abs(-5)).Dense((int)Math.Pow(2, 10)).Dense((int)Math.Log2(8));
        x = x.Dense((int)Math.Sqrt(144)).Dense(Math.Clamp(99, 1, 50)).Dense((int)Math.Ceiling(7 / 2.0));
        x = x.Dense(unchecked((int)0x80000001) >>> 28).Dense(sizeof(int)).Dense((int)DayOfWeek.Friday).Dense(nameof(x).Length);
        """, 3, 1, 7, 28, 3, 7, 5, 8, 5, 10, 5, 7, 9, 25, 25, 26, 27, 27, 25, 255, 4, 3, 5, 1024, 3, 12, 50, 4, 8, 4, 5, 1);

    [Fact]
    public void ConstantsOfThisAndOtherClasses() => Check("""
        static class Sizes
        {
            public const int Hidden = 16;
            public static readonly int[] Widths = [Hidden * 2, Twice(3), Other.Depth];
            static int Twice(int n) => n;
        }
        class Other { public static readonly int Depth = (int)(2.5f * 2) + Sizes.Hidden; }

        [Network]
        partial class N
        {
            const float Slope = 1 / 3f;
            static readonly Initializer Start = Initializer.Normal(Scale);
            static readonly float Scale = MathF.Sqrt(0.25f);
            static int Classes => 3;
            static readonly int[] Widths = { Sizes.Hidden, Other.Depth };

            static Objective Define([Shape(2)] Tensor x, [Classes(3)] Labels y)
            {
                foreach (int width in Widths)
                    x = x.Dense(width, init: Start).LeakyRelu(Slope);
                return Objective.SoftmaxCrossEntropy(x.Dense(Classes), y);
            }
        }
        """, """
        N batch 32 memory 0 block 500 averaged
        %0 = Tensor x 2
        %1 = Labels y 3
        %2 = Dense(%0, 16, 1, 'Normal' 0.5, 0, 0)
        %3 = LeakyRelu(%2, 0.3333333432674408)
        %4 = Dense(%3, 21, 1, 'Normal' 0.5, 0, 0)
        %5 = LeakyRelu(%4, 0.3333333432674408)
        %6 = Dense(%5, 3, 1, 0, 0, 0)
        %7 = SoftmaxCrossEntropy(%6, %1)
        return %7
        """);

    [Fact]
    public void HelpersAreInlined() => Check("""
        [Network]
        partial class N
        {
            static Objective Define([Shape(2)] Tensor x, [Shape(2)] Targets y)
            {
                (Tensor left, Tensor right) = Split(x, 3);
                Tensor z = Block(left, depth: 2) + Block(right);
                return Loss(z, y);
            }

            static (Tensor, Tensor) Split(Tensor x, int width) => (x.Dense(width), x.Dense(width));

            static Tensor Block(Tensor x, int width = 3, int depth = 1)
            {
                if (depth == 0)
                    return x;
                for (int i = 0; ; i++)
                {
                    x = Layer(x, width);
                    if (i + 1 == depth)
                        return x;
                }
            }

            static Tensor Layer(Tensor x, params int[] widths)
            {
                foreach (var width in widths)
                    x = x.Dense(width).Relu();
                return x;
            }

            static Objective Loss(Tensor x, Targets y) => Objective.MeanSquaredError(x.Dense(2), y);
        }
        """, """
        N batch 32 memory 0 block 500 averaged
        %0 = Tensor x 2
        %1 = Targets y 2
        %2 = Dense(%0, 3, 1, 0, 0, 0)
        %3 = Dense(%0, 3, 1, 0, 0, 0)
        %4 = Dense(%2, 3, 1, 0, 0, 0)
        %5 = Relu(%4)
        %6 = Dense(%5, 3, 1, 0, 0, 0)
        %7 = Relu(%6)
        %8 = Dense(%3, 3, 1, 0, 0, 0)
        %9 = Relu(%8)
        %10 = Add(%7, %9)
        %11 = Dense(%10, 2, 1, 0, 0, 0)
        %12 = MeanSquaredError(%11, %1)
        return %12
        """);

    [Fact]
    public void ListsAndArraysOfTensors() => CheckBody("""
        var parts = new List<Tensor>();
        var twins = new Tensor[2];
        for (int i = 0; i < 2; i++)
        {
            parts.Add(x.Dense(i + 1, name: $"part{i}"));
            twins[i] = parts[i].Relu();
        }
        parts[^1] = parts[0] + twins[0];
        Tensor sum = twins[^1];
        sum += twins[twins.Length - 1];
        Curvature[] forms = new Curvature[1];
        forms[0] += (int)Curvature.Off;
        return Objective.MeanSquaredError(Tensor.Concat([.. parts, sum, Tensor.Concat(parts.ToArray())]).Dense(3, curvature: forms[0]), y);
        """, """
        %2 = Dense(%0, 1, 1, 0, 0, 'part0')
        %3 = Relu(%2)
        %4 = Dense(%0, 2, 1, 0, 0, 'part1')
        %5 = Relu(%4)
        %6 = Add(%2, %3)
        %7 = Add(%5, %5)
        %8 = Concat(%2, %6)
        %9 = Concat(%2, %6, %7, %8)
        %10 = Dense(%9, 3, 1, 0, 4, 0)
        %11 = MeanSquaredError(%10, %1)
        return %11
        """);

    [Fact]
    public void NamesMayBeStringExpressions() => CheckBody("""
        string prefix = "block" + 1;
        string suffix = string.Empty;
        suffix += 'a';
        return Objective.MeanSquaredError(x.Dense(3, name: $"{prefix}_{-2 + 4}{suffix}{true}"), y);
        """, """
        %2 = Dense(%0, 3, 1, 0, 0, 'block1_2aTrue')
        %3 = MeanSquaredError(%2, %1)
        return %3
        """);

    static void Check(string source, string expected) =>
        Assert.Equal(expected + "\n", SpecPrinter.Print(Driver.Run(source).Specification));

    /// <summary>Reads a body over a tensor x of 4 and targets y of 3 features.</summary>
    static void CheckBody(string body, string expected, bool expectClean = true)
    {
        Run run = Driver.Run($$"""
            [Network]
            partial class N
            {
                static Objective Define([Shape(4)] Tensor x, [Shape(3)] Targets y)
                {
                    {{body}}
                }
            }
            """);
        string printed = SpecPrinter.Print(expectClean ? run.Specification : run.Specifications.Single()!);
        Assert.Equal(expected + "\n", string.Join("\n", printed.Split('\n').Skip(3)));
    }

    /// <summary>Reads a body over an image x of 32x32x4 and three classes y.</summary>
    static void CheckImage(string body, string expected) => Check($$"""
        [Network]
        partial class N
        {
            static Objective Define([Shape(32, 32, 4)] Tensor x, [Classes(3)] Labels y)
            {
                {{body}}
            }
        }
        """, expected);

    /// <summary>Reads statements that add dense layers to x, and compares their widths.</summary>
    static void CheckWidths(string statements, params int[] expected)
    {
        Run run = Driver.Run($$"""
            [Network]
            partial class N
            {
                static Objective Define([Shape(4)] Tensor x, [Shape(3)] Targets y)
                {
                    {{statements}}
                    return Objective.MeanSquaredError(x.Dense(3), y);
                }
            }
            """);
        Assert.Equal(expected.Select(static width => (double)width).Append(3),
            run.Specification.Calls.Where(static call => call.Method == "Dense").Select(static call => call.Arguments[0].Number));
    }
}
