using AotNet.Generator.Tests.Harness;

namespace AotNet.Generator.Tests.Diagnostics;

/// <summary>What can be wrong with the class and with the signature of Define.</summary>
public class DeclarationDiagnosticTests
{
    const string Define =
        "static Objective Define([Shape(4)] Tensor x, [Classes(3)] Labels y) => Objective.SoftmaxCrossEntropy(x.Dense(3), y);";

    internal static readonly DiagnosticCase[] All =
    [
        new("AOTN1001", "Class 'N' is not partial, but the generator writes its other half; add 'partial' before 'class'",
            $$"""[Network] public sealed class «N» { {{Define}} }"""),
        new("AOTN1002", "Type 'Outer' contains network 'N' but is not partial; add 'partial' to 'Outer' or move the network out of it",
            $$"""static class «Outer» { [Network] partial class N { {{Define}} } }"""),
        new("AOTN1003", "'N' has type parameters, but a network is compiled once for constant shapes; remove the type parameters",
            $$"""[Network] partial class N«<T>» { {{Define}} }"""),
        new("AOTN1003", "'Outer' has type parameters, but a network is compiled once for constant shapes; remove the type parameters",
            $$"""partial class Outer«<T>» { [Network] partial class N { {{Define}} } }"""),
        new("AOTN1004", "Class 'N' is static, but a network is created as an object; remove 'static'",
            $$"""[Network] «static» partial class N { {{Define}} }"""),
        new("AOTN1004", "Class 'N' is abstract, but a network is created as an object; remove 'abstract'",
            $$"""[Network] «abstract» partial class N { {{Define}} }"""),
        new("AOTN1005", "'N' is file-local, but the generator writes its other half in another file; remove 'file'",
            $$"""[Network] «file» partial class N { {{Define}} }"""),
        new("AOTN1005", "'Outer' is file-local, but the generator writes its other half in another file; remove 'file'",
            $$"""«file» partial class Outer { [Network] partial class N { {{Define}} } }"""),
        new("AOTN1006", "Class 'N' derives from 'Parent', but the generated half derives from AotNet.Runtime.CompiledNetwork; "
            + "remove the base class and hold what you need in a field",
            $$"""namespace P { class Parent; [Network] partial class N : IDisposable, «P.Parent» { {{Define}} public void Dispose() { } } }"""),
        new("AOTN1007", "'N' is declared as 'record', but a network is an ordinary class; declare it as 'sealed partial class'",
            $$"""[Network] partial record «N» { {{Define}} }"""),
        new("AOTN1007", "'N' is declared as 'struct', but a network is an ordinary class; declare it as 'sealed partial class'",
            $$"""[Network] partial struct «N» { {{Define}} }"""),
        new("AOTN1007", "'N' is declared as 'interface', but a network is an ordinary class; declare it as 'sealed partial class'",
            $$"""[Network] partial interface «N» { {{Define}} }"""),
        new("AOTN1008", "Class 'N' declares a constructor, but networks are made by the generated Create; "
            + "remove the constructor and move its work to a static method that calls Create",
            $$"""[Network] partial class N«(int a)» { {{Define}} int A => a; }"""),
        new("AOTN1008", "Class 'N' declares a constructor, but networks are made by the generated Create; "
            + "remove the constructor and move its work to a static method that calls Create",
            $$"""[Network] partial class N { {{Define}} «N»() { } }"""),
        new("AOTN1009", "Class 'N' declares 'Outputs', but the generated half has a member of that name; rename it",
            $$"""[Network] partial class N { const int A = 1, «Outputs» = 3; {{Define}} }"""),
        new("AOTN1009", "Class 'N' declares 'TopologyHash', but the generated half has a member of that name; rename it",
            $$"""[Network] partial class N { {{Define}} static Tensor «TopologyHash»(Tensor x) => x; }"""),

        new("AOTN1101", "Class 'N' has no method Define; "
            + "add 'static Objective Define([Shape(...)] Tensor input, [Classes(...)] Labels label)'",
            "[Network] partial class «N» { static int define() => 1; }"),
        new("AOTN1102", "Class 'N' has 2 methods named Define, but one declares the network; rename the others",
            $$"""[Network] partial class N { {{Define}} static void «Define»() { } }"""),
        new("AOTN1103", "Define of 'N' is an instance method, but it is read before any instance exists; add 'static'",
            "[Network] partial class N { Objective «Define»([Shape(4)] Tensor x) => null!; }"),
        new("AOTN1104", "Define returns 'Tensor', but it must return AotNet.Objective; "
            + "change the return type and end with one of the methods of Objective",
            "[Network] partial class N { static «Tensor» Define([Shape(4)] Tensor x) => x; }"),
        new("AOTN1105", "Define has type parameters, but it must be an ordinary static method with a body; remove them",
            "[Network] partial class N { static Objective Define«<T>»([Shape(4)] Tensor x) => null!; }"),
        new("AOTN1105", "Define returns by reference, but it must be an ordinary static method with a body; remove 'ref'",
            "[Network] partial class N { static Objective o = null!; static «ref Objective» Define([Shape(4)] Tensor x) => ref o; }"),
        new("AOTN1105", "Define is async, but it must be an ordinary static method with a body; remove 'async'",
            "[Network] partial class N { static «async» Objective Define([Shape(4)] Tensor x) => null!; }"),
        new("AOTN1105", "Define has no body, but it must be an ordinary static method with a body; give it one that returns an objective",
            "[Network] partial class N { static extern Objective «Define»([Shape(4)] Tensor x); }"),
        new("AOTN1106", "Parameter 'depth' is of type 'int', but Define takes Tensor, Labels and Targets; "
            + "use one of these, or a constant field instead of a parameter",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, «int» depth) => null!; }"),
        new("AOTN1107", "Tensor 'x' has no [Shape], so its size is unknown; add [Shape(28, 28, 1)] before it",
            "[Network] partial class N { static Objective Define(Tensor «x») => null!; }"),
        new("AOTN1107", "Labels 'y' has no [Classes], so its size is unknown; add [Classes(10)] before it",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, Labels «y») => null!; }"),
        new("AOTN1107", "Targets 'y' has no [Shape], so its size is unknown; add [Shape(28, 28, 1)] before it",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, Targets «y») => null!; }"),
        new("AOTN1108", "Tensor 'x' carries [Classes], but a Tensor parameter takes [Shape(28, 28, 1)]; replace the attribute or the type",
            "[Network] partial class N { static Objective Define([«Classes(4)»] Tensor x) => null!; }"),
        new("AOTN1108", "Labels 'y' carries [Shape], but a Labels parameter takes [Classes(10)]; replace the attribute or the type",
            "[Network] partial class N { static Objective Define([Shape(4)] Tensor x, [«Shape(4)»] Labels y) => null!; }"),
        new("AOTN1109", "Define of 'N' has no Tensor parameter, so the network has no input; add one, such as '[Shape(784)] Tensor input'",
            "[Network] partial class N { static Objective «Define»([Classes(4)] Labels y) => null!; }"),
        new("AOTN1110", "The shape of 'x' has no extents; give at least one, such as [Shape(784)]",
            "[Network] partial class N { static Objective Define([«Shape»] Tensor x) => null!; }"),
        new("AOTN1110", "The shape of 'x' has no extents; give at least one, such as [Shape(784)]",
            "[Network] partial class N { static Objective Define([«Shape(null!)»] Tensor x) => null!; }"),
        new("AOTN1111", "Parameter 'x' is declared 'ref', but parameters of Define are plain values; remove 'ref'",
            "[Network] partial class N { static Objective Define([Shape(4)] «ref» Tensor x) => null!; }"),
        new("AOTN1111", "Parameter 'x' is declared 'params', but parameters of Define are plain values; remove 'params'",
            "[Network] partial class N { static Objective Define([Shape(4)] «params» Tensor x) => null!; }"),
    ];

    public static TheoryData<DiagnosticCase> Cases => [.. All];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void IsReportedAtItsSpan(DiagnosticCase test) => test.Check();

    [Fact]
    public void SeveralFindingsOfOneClassAreAllReported()
    {
        Run run = Driver.Run("[Network] abstract class N { static int Define(Tensor x, int y) => 1; }");
        Assert.Equal(["AOTN1001", "AOTN1004", "AOTN1104", "AOTN1106", "AOTN1107"],
            run.Diagnostics.Select(static diagnostic => diagnostic.Id).Order());
    }
}
