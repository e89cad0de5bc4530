namespace AotNet.Generator.Tests.Fuzzing;

/// <summary>Valid declarations that between them use the whole declaration language, on dense layers.</summary>
static class Corpus
{
    public static readonly string[] Declarations =
    [
        """
        namespace Samples;

        /// <summary>A plain multi-layer perceptron.</summary>
        [Network(Batch = 128, MaxMemory = 1L << 40, CurvatureBlock = 250)]
        public sealed partial class Mlp
        {
            static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
            {
                Tensor x = image;
                for (int width = 512; width >= 128; width /= 2)
                    x = x.BatchRms().Dense(width).ModU();
                return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
            }
        }
        """,
        """
        [Network]
        partial class Residual
        {
            const int Depth = 3;
            const float Rate = 1f / 8;
            static readonly int[] Widths = [16, Depth * 8, .. new[] { 12, 8 }];
            static int Outputs_ => Widths[^1] - 6;

            static Objective Define([Shape(4)] Tensor x, [Shape(2)] Targets y)
            {
                foreach (int width in Widths)
                    x = Block(x.Dense(width, name: $"in_{width}"), width, rate: Rate);
                return Loss(x.Dense(Outputs_), y);
            }

            static Tensor Block(Tensor x, int width, float rate, bool norm = true)
            {
                Tensor skip = x;
                for (int i = 0; i < Depth; i++)
                {
                    if (norm && i % 2 == 0)
                        x = x.LayerNorm().RmsNorm(1e-4f);
                    else
                        x = x.BatchNorm(momentum: 0.2f, epsilon: 1e-3f);
                    x = x.Dense(width, bias: i > 0, init: i == 0 ? Initializer.Orthogonal : Initializer.Normal(0.05f)).Gelu();
                }
                return (x + skip).Dropout(rate);
            }

            static Objective Loss(Tensor x, Targets y) => Objective.Huber(x, y, delta: 0.5f);
        }
        """,
        """
        partial class Outer
        {
            [Network(Batch = 1)]
            internal sealed partial class Branches
            {
                static Objective Define([Shape(3)] Tensor a, [Shape(5)] Tensor b, [Shape(3)] Targets y)
                {
                    var parts = new List<Tensor>();
                    int n = 1;
                    while (n < 4)
                    {
                        parts.Add(a.Dense(n, init: Initializer.Glorot).Tanh());
                        n++;
                    }
                    Tensor[] more = new Tensor[2];
                    (more[0], more[1]) = Pair(b, Math.Max(2, n));
                    parts[^1] = parts[parts.Count - 1].Sigmoid().Silu();
                    Tensor joined = Tensor.Concat([.. parts, more[0], more[1]]);
                    joined += joined.LeakyRelu().LeakyRelu(-0.5f).Flatten();
                    return Objective.BinaryCrossEntropy(joined.Dense(3, curvature: Curvature.Blocked, init: Initializer.Zero), y);
                }

                static (Tensor Left, Tensor Right) Pair(Tensor x, int width) => (x.Dense(width).Relu(), x.Dense(width, false, Initializer.LeCun, Curvature.Off));
            }
        }
        """,
        """
        static class Sizes
        {
            public const long Hidden = 3 * (long)1e2 / 10;
            public static readonly float Slope = MathF.Sqrt(0.25f);
        }

        [Network]
        partial class Choices
        {
            enum Kind { Small, Large = 4 }

            static Objective Define([Shape(2, 2)] Tensor x, [Shape(2)] Targets y)
            {
                Kind kind = Kind.Large;
                int n = kind switch { Kind.Small => 1, > Kind.Small and <= Kind.Large when (int)kind > 3 => (int)Sizes.Hidden, _ => throw new Exception("kind") };
                switch (n & 0xF)
                {
                    case 0:
                    case 14:
                        x = x.Flatten().Dense(n).LeakyRelu(Sizes.Slope);
                        break;
                    default:
                        x = x.Dense(1);
                        break;
                }
                int i = 10, j = -3;
                do
                {
                    i -= 2;
                    j <<= 1;
                    if (i == 6)
                        continue;
                    if (i is < 3 or 100 || !(j < 0))
                        break;
                    x = x.Dense(-j % 5 + 1 + (i ^ 3)).Dense(~j);
                }
                while (true);
                foreach (var (width, name) in new[] { (4, "a"), (6 >> 1, "b" + i) })
                    x = x.Dense(width, name: name ?? "c");
                string? none = null;
                Tensor? other = none is null ? x : null;
                other ??= x;
                foreach (int k in Enumerable.Range(1, 2).Reverse())
                    other = other.Dense(checked(k * 2));
                return Objective.MeanSquaredError(other.Dense(outputs: 2), target: y);
            }
        }
        """,
        """
        using static AotNet.Objective;

        [Network] partial class One { static Objective Define([Shape(1)] Tensor x, [Classes(2)] Labels y) => SoftmaxCrossEntropy(x.Dense(2), y); }
        [Network] sealed partial class Two
        {
            private static partial Objective Define([Shape(1)] Tensor x, [Classes(2)] Labels y);
            private static partial Objective Define(Tensor x, Labels y)
            {
                x = Stack(x, 3, 4, 5);
                return Stack(x) is var z ? SoftmaxCrossEntropy(z.Dense(2), y) : null!;
            }
            static Tensor Stack(Tensor x, params int[] widths)
            {
                for (int i = 0; i < widths.Length; ++i)
                    x = x.Dense(widths[i]);
                return x;
            }
        }
        """,
    ];

    /// <summary>Tokens that mutants are spiced with.</summary>
    public static readonly string[] Tokens =
    [
        "0", "1", "-1", "2147483647", "-2147483648", "9223372036854775807", "1e308", "0.5f", "float.NaN", "1000000000", "'a'", "\"s\"", "null", "default",
        "true", "false", "this", "base", "x", "y", "image", "label", "width", "i", "n", "Define", "Block", "Tensor", "Labels", "Objective", "int", "string",
        "var", "object", "dynamic", "static", "partial", "abstract", "async", "await", "ref", "out", "in", "params", "readonly", "const", "unsafe", "new",
        "return", "break", "continue", "goto", "throw", "if", "else", "for", "foreach", "while", "do", "switch", "case", "yield", "lock", "try", "using",
        "class", "struct", "record", "interface", "enum", "delegate", "namespace", "where", "when", "is", "as", "not", "and", "or", "with", "nameof", "typeof",
        "sizeof", "stackalloc", "checked", "unchecked", "(", ")", "[", "]", "{", "}", "<", ">", ";", ",", ".", "..", ":", "::", "?", "?.", "??", "!", "~",
        "+", "-", "*", "/", "%", "<<", ">>", ">>>", "&", "&&", "|", "||", "^", "=", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "<<=", "??=", "++", "--",
        "=>", "->", "@", "$\"\"", "#if", "\"", "/*", "*/", "//", "\\u0041", "é", "\u0000", "\n",
    ];
}
