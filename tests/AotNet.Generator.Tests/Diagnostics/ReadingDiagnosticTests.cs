using AotNet.Generator.Tests.Harness;
using static AotNet.Generator.Tests.Harness.DiagnosticCase;

namespace AotNet.Generator.Tests.Diagnostics;

/// <summary>What can be wrong in the body of Define and its helpers.</summary>
public class ReadingDiagnosticTests
{
    const string Statements = " cannot be used in a declaration; use locals, assignments, if, switch, for, foreach, while and return";
    const string Expressions = " cannot be used in a declaration; use the AotNet vocabulary, static helpers and constant arithmetic";
    const string Vocabulary = " is not part of the declaration language; "
        + "call methods of Tensor and Objective, Math, or static helpers of the network class itself";
    const string Constants = "; use literals, const or static readonly fields, and arithmetic over them";

    internal static readonly DiagnosticCase[] All =
    [
        InBody("AOTN1201", "'DateTime.Now' is not known at compile time: it is a property that declarations cannot read" + Constants,
            Result("x.Dense(«DateTime.Now».Day)")),
        InBody("AOTN1201", "'width' is not known at compile time: the field is neither const nor readonly" + Constants,
            Result("x.Dense(«width»)"), "static int width = 3;"),
        InBody("AOTN1201", "'width' is not known at compile time: 'N' has a static constructor that may assign it" + Constants,
            Result("x.Dense(«width»)"), "static readonly int width = 3; static N() { width = 4; }"),
        InBody("AOTN1201", "'BitConverter.IsLittleEndian' is not known at compile time: it has no initialiser in this project" + Constants,
            Result("x.Dense(3, bias: «BitConverter.IsLittleEndian»)")),
        InBody("AOTN1201", "'(IEnumerable<object>)(object)x' is not known at compile time: foreach needs an array, a list, a string or Enumerable.Range" + Constants,
            "foreach (object o in «(IEnumerable<object>)(object)x») { }\n" + Result("x")),
        InBody("AOTN1201", "'n switch { 1 => 2 }' is not known at compile time: no arm of the switch matches" + Constants,
            "int n = 3; int m = «n switch { 1 => 2 }»;\n" + Result("x")),

        InBody("AOTN1202", "This loop had not ended when 10,000 iterations had been unrolled; "
            + "check that its condition becomes false, or make it shorter",
            "int n = 0; while («n >= 0») n = 1;\n" + Result("x")),
        InBody("AOTN1202", "This loop had not ended when 10,000 iterations had been unrolled; "
            + "check that its condition becomes false, or make it shorter",
            "«for» (;;) { }"),
        InBody("AOTN1202", "This loop had not ended when 10,000 iterations had been unrolled; "
            + "check that its condition becomes false, or make it shorter",
            "for (int i = 1; «i > 0»; i = i * 2 % 3) x = x;\n" + Result("x")),
        InBody("AOTN1202", "This loop had not ended when 10,000 iterations had been unrolled; "
            + "check that its condition becomes false, or make it shorter",
            "do { } while («true»);"),
        InBody("AOTN1202", "This loop had not ended when 10,000 iterations had been unrolled; "
            + "check that its condition becomes false, or make it shorter",
            "for (int i = 0; i < 2; i++) foreach (int j in «Enumerable.Range(0, 6_000)») { }\n" + Result("x")),

        InBody("AOTN1203", "'Again' is called while it is being inlined (Again -> Twice -> Again), but helpers cannot be recursive; "
            + "use a loop over constants",
            Result("Again(x, 3)"),
            "static Tensor Again(Tensor x, int n) => n == 0 ? x : Twice(x, n - 1); static Tensor Twice(Tensor x, int n) => «Again(x, n)»;"),
        InBody("AOTN1203", "'Define' is called while it is being inlined (Define -> Define), but helpers cannot be recursive; "
            + "use a loop over constants",
            "return «Define(x, y)»;"),
        InBody("AOTN1203", "'A' is called while it is being inlined (A -> A), but helpers cannot be recursive; use a loop over constants",
            Result("x.Dense(A)"), "static readonly int A = B; static readonly int B = 1 + «A»;"),

        InBody("AOTN1204", "'Console.Read'" + Vocabulary, Result("x.Dense(Console.«Read»())")),
        InBody("AOTN1204", "'Object.ToString'" + Vocabulary, Result("x.Dense(3, name: x.«ToString»())")),
        InBody("AOTN1204", "'Elsewhere.Layer'" + Vocabulary, Result("Elsewhere.«Layer»(x)"),
            outside: "static class Elsewhere { public static Tensor Layer(Tensor x) => x; }"),
        InBody("AOTN1204", "'Math.Sin'" + Vocabulary, Result("x.Dense((int)Math.«Sin»(1.0))")),

        InBody("AOTN1205", "goto" + Statements, "«goto end;» end: " + Result("x")),
        InBody("AOTN1205", "try" + Statements, "«try { } finally { }»\n" + Result("x")),
        InBody("AOTN1205", "using" + Statements, "«using (null) { }»\n" + Result("x")),
        InBody("AOTN1205", "lock" + Statements, "«lock (x) { }»\n" + Result("x")),
        InBody("AOTN1205", "A local function (make it a static method of the class instead)" + Statements,
            "«static int One() => 1;»\n" + Result("x")),
        InBody("AOTN1205", "A ref local" + Statements, "int n = 3; «ref int m = ref n;»\n" + Result("x")),

        InBody("AOTN1206", "A delegate or lambda" + Expressions, "Func<int> f = «() => 1»;\n" + Result("x")),
        InBody("AOTN1206", "'new Random'" + Expressions, "object o = «new Random()»;\n" + Result("x")),
        InBody("AOTN1206", "?." + Expressions, Result("(«x?.Relu()»)!")),
        InBody("AOTN1206", "typeof" + Expressions, "object o = «typeof(int)»;\n" + Result("x")),
        InBody("AOTN1206", "A generic helper" + Expressions, Result("«Same(x)»"), "static T Same<T>(T x) => x;"),
        InBody("AOTN1206", "A helper with ref, in or out parameters" + Expressions, Result("«Same(in x)»"), "static Tensor Same(in Tensor x) => x;"),
        InBody("AOTN1206", "Assigning a field or property" + Expressions, "«field» = 3;\n" + Result("x"), "static int field;"),
        InBody("AOTN1206", "An array of several dimensions" + Expressions, "int[,] a = «new int[2, 2]»;\n" + Result("x")),
        InBody("AOTN1206", "An array of this type" + Expressions, "var a = «new (int, int)[1]»;\n" + Result("x")),
        InBody("AOTN1206", "The type 'decimal'" + Expressions, "int n = 1; decimal a = «n»; x = x.Dense((int)(a / 2));\n" + Result("x")),
        InBody("AOTN1206", "This operator" + Expressions, "decimal a = 1; decimal b = «a + 1»;\n" + Result("x")),

        InBody("AOTN1207", "Define returns null instead of an objective; "
            + "return one of the methods of Objective, such as Objective.SoftmaxCrossEntropy(logits, label)",
            "return «null»!;"),
        InBody("AOTN1207", "Define returns null instead of an objective; "
            + "return one of the methods of Objective, such as Objective.SoftmaxCrossEntropy(logits, label)",
            "Objective? o = null; if (o is null) return «o»!; return o;"),

        InBody("AOTN1208", "The value of 'n * n' does not fit into int; use smaller numbers or a wider type",
            "int n = 1 << 20; int m = «n * n»;\n" + Result("x")),
        InBody("AOTN1208", "The value of 'n *= 2' does not fit into int; use smaller numbers or a wider type",
            "int n = 1; while (n != 0) «n *= 2»;\n" + Result("x")),
        InBody("AOTN1208", "The value of '(byte)n' does not fit into byte; use smaller numbers or a wider type",
            "int n = -1; int m = «(byte)n»;\n" + Result("x")),
        InBody("AOTN1208", "The value of '(int)(1e10 / z)' does not fit into int; use smaller numbers or a wider type",
            "double z = 0; int m = «(int)(1e10 / z)»;\n" + Result("x")),
        InBody("AOTN1208", "The value of '-n' does not fit into long; use smaller numbers or a wider type",
            "long n = long.MinValue; long m = «-n»;\n" + Result("x")),

        InBody("AOTN1209", "'1 / n' divides by zero; check the divisor's value at this point of the declaration",
            "int n = 0; int m = «1 / n»;\n" + Result("x")),
        InBody("AOTN1209", "'n %= z' divides by zero; check the divisor's value at this point of the declaration",
            "int n = 1, z = 0; «n %= z»;\n" + Result("x")),

        InBody("AOTN1210", "The declaration exceeds 1,024 layers here; make its loops and helpers smaller",
            "for (int i = 0; i < 5000; i++) x = «x.Relu()»;\n" + Result("x")),
        InBody("AOTN1210", "The declaration exceeds 10,000 elements in one collection here; make its loops and helpers smaller",
            "int[] a = «new int[int.MaxValue]»;\n" + Result("x")),
        InBody("AOTN1210", "The declaration exceeds 10,000 elements in one collection here; make its loops and helpers smaller",
            "foreach (int i in «Enumerable.Range(0, 1_000_000_000)») x = x.Dense(i);\n" + Result("x")),
        InBody("AOTN1210", "The declaration exceeds 1,000 characters in one string here; make its loops and helpers smaller",
            "string s = \"aaaaaaaa\"; while (s.Length > 0) «s += s»;\n" + Result("x")),

        InBody("AOTN1211", "Expressions and helpers are nested more than 200 deep here; store intermediate results in locals",
            Result("«x" + Relus(14) + "»" + Relus(196))),

        InBody("AOTN1212", "Reading the declaration reaches this throw (too few); correct the arguments that lead here",
            Result("Stack(x, 0)"), """static Tensor Stack(Tensor x, int n) => n > 0 ? x : «throw new ArgumentException("too few")»;"""),
        InBody("AOTN1212", "Reading the declaration reaches this throw; correct the arguments that lead here",
            "«throw new Exception();»"),

        InBody("AOTN1213", "'2' is outside the 2 elements there are; use an index from 0 to the number of elements less one",
            "int[] a = [1, 2]; int b = a[«2»];\n" + Result("x")),
        InBody("AOTN1213", "'^3' is outside the 2 elements there are; use an index from 0 to the number of elements less one",
            "int[] a = [1, 2]; a[«^3»] = 1;\n" + Result("x")),

        InBody("AOTN1214", "'t' is null here, but a value of the network is needed; assign it before it is used",
            "Tensor? t = null; " + Result("«t»!.Relu()")),
        InBody("AOTN1214", "'new Tensor[2]' is null here, but a value of the network is needed; assign it before it is used",
            Result("Tensor.Concat(«new Tensor[2]»)")),
        InBody("AOTN1214", "'a' is null here, but a collection is needed; assign it before it is used",
            "int[] a = null!; foreach (int n in «a») { }\n" + Result("x")),
    ];

    public static TheoryData<DiagnosticCase> Cases => [.. All];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void IsReportedAtItsSpan(DiagnosticCase test) => test.Check();

    static string Relus(int count) => string.Concat(Enumerable.Repeat(".Relu()", count));

    static string Result(string tensor) => $"return Objective.SoftmaxCrossEntropy({tensor}.Dense(3), y);";
}
