using AotNet.Generator.Tests.Harness;

namespace AotNet.Generator.Tests;

/// <summary>Declarations made to exhaust a reader: each must end, with a diagnostic of its own or of the C# compiler.</summary>
public class RobustnessTests
{
    static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Theory]
    [InlineData("x", ".Relu()", 50_000)]
    [InlineData("x", " + x", 50_000)]
    [InlineData("x", ".Dense(3)", 215)]
    public void LongExpressions(string start, string link, int times) =>
        Rejects($"Tensor t = {start}{Repeat(link, times)};", "AOTN1211");

    [Fact]
    public void NotesStandInCodeAsDeepAsMayBeRead()
    {
        Run? run = null;
        // The stack that a compiler's thread has at least.
        var thread = new Thread(() => run = Driver.Run(Source($"x = x{Repeat(".Relu()", 180)};", "")), maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();
        Assert.Empty(run!.Diagnostics);
        Assert.Equal(180, run.Notes.Count(static note => note.Id == "AOTN2104" && note.Location.IsInSource));
    }

    [Fact]
    public void DeepNesting()
    {
        Rejects($"int n = {Repeat("(", 600)}1{Repeat(")", 600)};", null);
        Rejects($"bool b = {Repeat("!", 600)}(x == x);", null);
        Rejects($"Tensor t = {Repeat("Tensor.Concat(", 400)}x{Repeat(")", 400)};", "AOTN1211");
        Rejects($"{Repeat("{ ", 400)} {Repeat("} ", 400)}", "AOTN1211");
        Rejects($"int n = 1; {Repeat("if (n == 0) { } else ", 400)} {{ }}", "AOTN1211");
        Rejects($"int[][] a = {Repeat("[", 40)}{Repeat("]", 40)};", null);
    }

    [Fact]
    public void DeepHelpers()
    {
        string chain = string.Concat(Enumerable.Range(0, 300).Select(static i => $"static Tensor H{i}(Tensor x) => H{i + 1}(x);\n"));
        Rejects("x = H0(x);", "AOTN1211", chain + "static Tensor H300(Tensor x) => x;");
        string fields = string.Concat(Enumerable.Range(0, 300).Select(static i => $"static readonly int F{i} = F{i + 1} + 1;\n"));
        Rejects("int n = F0;", "AOTN1211", fields + "static readonly int F300 = 1;");
    }

    [Fact]
    public void ASmallStackIsEnough()
    {
        Exception? crash = null;
        var thread = new Thread(() =>
        {
            crash = Record.Exception(static () =>
            {
                Rejects($"Tensor t = x{Repeat(".Relu()", 20_000)};", "AOTN1211");
                Rejects($"Tensor t = {Repeat("Tensor.Concat(", 149)}x{Repeat(")", 149)};", "AOTN1211");
            });
        }, maxStackSize: 768 << 10);
        thread.Start();
        thread.Join();
        Assert.Null(crash);
    }

    [Fact]
    public void HelpersThatMultiply()
    {
        string chain = string.Concat(Enumerable.Range(0, 40).Select(static i => $"static int H{i}() => H{i + 1}() + H{i + 1}();\n"));
        Rejects("int n = H0();", "AOTN1210", chain + "static int H40() => 0;");
        string tensors = string.Concat(Enumerable.Range(0, 40).Select(static i => $"static Tensor H{i}(Tensor x) => H{i + 1}(H{i + 1}(x));\n"));
        Rejects("x = H0(x);", "AOTN1210", tensors + "static Tensor H40(Tensor x) => x.Relu();");
    }

    [Fact]
    public void GrowingCollections()
    {
        Rejects("var list = new List<int> { 1 }; while (true) list = [.. list, .. list];", "AOTN1210");
        Rejects("var list = new List<int>(); while (true) { list.Add(1); list.Add(2); }", "AOTN1210");
        Rejects("int[] a = null!; for (int i = 0; i < 9_999; i++) a = new int[9_999];", "AOTN1210");
        Rejects("string s = \"\"; while (true) s += $\"{s}{s}abc\";", "AOTN1210");
        Rejects("int n = Enumerable.Range(0, int.MaxValue).ToArray().Length;", "AOTN1210");
        Rejects("int n = Enumerable.Range(int.MaxValue, 2).ToArray().Length;", "AOTN1210");
        Rejects("var a = new int[-1L];", "AOTN1210");
        Rejects($"int[] a = [{Repeat("1, ", 20_000)}];", "AOTN1210");
    }

    [Fact]
    public void LoopsWithinLoops() => Rejects(
        "for (int i = 0; i < 1000; i++) for (int j = 0; j < 1000; j++) for (int k = 0; k < 1000; k++) { }", "AOTN1202");

    [Fact]
    public void ErrorsInUnrolledLoopsEnd()
    {
        Run run = Rejects("for (int i = 0; i < 10_000; i++) { int a = i / (i - i); int b = DateTime.Now.Day; }", "AOTN1209");
        Assert.Equal(["AOTN1209", "AOTN1201"], run.Diagnostics.Select(static diagnostic => diagnostic.Id));
    }

    [Fact]
    public void IndependentErrorsAreFoundTogether()
    {
        Run run = Rejects("""
            int zero = 0;
            int a = 1 / zero;
            int b = a + 1;
            Tensor t = x.Dense(DateTime.Now.Day);
            t = t.Relu();
            zero = int.MaxValue;
            zero++;
            """, "AOTN1209");
        Assert.Equal(["AOTN1209", "AOTN1201", "AOTN1208"], run.Diagnostics.Select(static diagnostic => diagnostic.Id));
    }

    [Theory]
    [InlineData("int n = 1 << 1000; n = 1 << -1; n >>= 77; n = (int)(1u << 31 >> 127); x = x.Dense(n + 1);")]
    [InlineData("float f = float.NaN; f = f * float.PositiveInfinity; f %= 0; x = x.LeakyRelu(f is > 0 ? 1 : 2);")]
    [InlineData("double d = 1e308 * 10.0f; d = 1 / d - 0.0; x = x.LeakyRelu((float)d);")]
    [InlineData("ulong u = ulong.MaxValue; u ^= 1UL << 63; u >>>= 60; x = x.Dense((int)u);")]
    [InlineData("char c = 'a'; c++; c += (char)1; x = x.Dense(c);")]
    [InlineData("long n = long.MinValue; n %= 7; n = ~n; x = x.Dense((int)n + 3);")]
    [InlineData("bool b = true; b &= false; b |= true; b ^= b; x = b ? x.Dense(1) : x.Dense(2);")]
    public void StrangeArithmeticIsRead(string body)
    {
        Run run = Driver.Run(Source(body, ""));
        Assert.Empty(run.Diagnostics.Select(static diagnostic => diagnostic.ToString()));
        Assert.NotNull(Assert.Single(run.Specifications));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[Network]")]
    [InlineData("[Network] partial class")]
    [InlineData("[Network] partial class N { static Objective Define(")]
    [InlineData("[Network] partial class N { static Objective Define([Shape(] Tensor x) { return")]
    [InlineData("[Network] partial class N { static Objective Define([Shape(\"a\", 1.5, null)] Tensor x, [Classes(3, 4)] Labels y) => 1; }")]
    [InlineData("[Network(Batch = \"a\", Batch = 3, Nothing = 4)] partial class N { static Objective Define([Shape(3)] Tensor x) => x; }")]
    [InlineData("[Network, Network] partial class N { } [Network] partial class N { } [Network] partial class N<T> { } [Network] class n;")]
    [InlineData("namespace A { [Network] partial class B { [Network] partial class Avx2 { } } } namespace A.B { [Network] partial class Avx2 { } }")]
    [InlineData("[Network] partial class N : N { static Objective Define([Shape(3)] Tensor x, [Classes(3)] Labels x) => Define(x, x); }")]
    [InlineData("[Network] file partial class N { } [Network] partial enum E { } [Network] delegate void D(); [assembly: Network]")]
    [InlineData("[Network] partial class N { static Objective Define([Shape(3)] this Tensor x, __arglist) => null!; static Objective Define; }")]
    [InlineData("[Network] partial class N { static Objective Define([Shape(3)] Tensor x) { x = x.Foo().Dense(); x.Dense(bar: 1); y = 3; return Objective.Nothing(x) } }")]
    public void TextThatIsNoProgramDoesNotCrash(string source)
    {
        Run run = Driver.Run(source);
        Assert.Null(run.Result.Exception);
        Assert.All(run.Specifications, Assert.Null);
    }

    [Fact]
    public void AFieldOfAProjectBesideThisOneIsNotReadThroughItsSource()
    {
        var library = Driver.Compile("namespace Library { public static class Sizes { public const int A = 3; public static readonly int B = 4; } }")
            .WithAssemblyName("Library");
        var compilation = Driver.Compile(Source("x = x.Dense(Library.Sizes.A); x = x.Dense(Library.Sizes.B);", ""))
            .AddReferences(library.ToMetadataReference());
        var result = Driver.Create().RunGenerators(compilation).GetRunResult().Results.Single();
        Assert.Null(result.Exception);
        Assert.Equal("AOTN1201", Assert.Single(result.Diagnostics).Id);
    }

    /// <summary>Reads statements and requires the first diagnostic's id; null for an error of the C# compiler.</summary>
    static Run Rejects(string body, string? id, string members = "")
    {
        Run run = Driver.Run(Source(body, members));
        Assert.Null(run.Result.Exception);
        if (id is not null)
            Assert.Equal(id, run.Diagnostics.FirstOrDefault()?.Id);
        else
            Assert.True(run.Diagnostics.Length > 0 || Run.CompilerErrors(run.Compilation).Any() || run.Specifications.Single() is not null);
        return run;
    }

    static string Source(string body, string members) => $$"""
        [Network]
        partial class N
        {
            static Objective Define([Shape(3)] Tensor x, [Classes(3)] Labels y)
            {
                {{body}}
                return Objective.SoftmaxCrossEntropy(x.Dense(3), y);
            }
            {{members}}
        }
        """;
}
