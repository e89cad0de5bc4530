using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Diagnostics;

/// <summary>What can be wrong with a network class (AOTN10xx) and with the signature of its Define (AOTN11xx).</summary>
static class DeclarationDescriptors
{
    const string Category = "AotNet.Declaration";

    public static readonly DiagnosticDescriptor ClassNotPartial = new(
        "AOTN1001", "Network class is not partial",
        "Class '{0}' is not partial, but the generator writes its other half; add 'partial' before 'class'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1001");

    public static readonly DiagnosticDescriptor ContainingTypeNotPartial = new(
        "AOTN1002", "Type around a network class is not partial",
        "Type '{0}' contains network '{1}' but is not partial; add 'partial' to '{0}' or move the network out of it",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1002");

    public static readonly DiagnosticDescriptor GenericNetwork = new(
        "AOTN1003", "Network class is generic",
        "'{0}' has type parameters, but a network is compiled once for constant shapes; remove the type parameters",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1003");

    public static readonly DiagnosticDescriptor StaticOrAbstractNetwork = new(
        "AOTN1004", "Network class cannot be instantiated",
        "Class '{0}' is {1}, but a network is created as an object; remove '{1}'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1004");

    public static readonly DiagnosticDescriptor FileLocalNetwork = new(
        "AOTN1005", "Network class is local to its file",
        "'{0}' is file-local, but the generator writes its other half in another file; remove 'file'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1005");

    public static readonly DiagnosticDescriptor BaseClass = new(
        "AOTN1006", "Network class has a base class",
        "Class '{0}' derives from '{1}', but the generated half derives from AotNet.Runtime.CompiledNetwork; "
            + "remove the base class and hold what you need in a field",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1006");

    public static readonly DiagnosticDescriptor NotAClass = new(
        "AOTN1007", "Network is not an ordinary class",
        "'{0}' is declared as '{1}', but a network is an ordinary class; declare it as 'sealed partial class'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1007");

    public static readonly DiagnosticDescriptor Constructor = new(
        "AOTN1008", "Network class declares a constructor",
        "Class '{0}' declares a constructor, but networks are made by the generated Create; "
            + "remove the constructor and move its work to a static method that calls Create",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1008");

    public static readonly DiagnosticDescriptor MemberNameTaken = new(
        "AOTN1009", "Member has the name of a generated one",
        "Class '{0}' declares '{1}', but the generated half has a member of that name; rename it",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1009");

    public static readonly DiagnosticDescriptor MissingDefine = new(
        "AOTN1101", "Network class has no Define",
        "Class '{0}' has no method Define; add 'static Objective Define([Shape(...)] Tensor input, [Classes(...)] Labels label)'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1101");

    public static readonly DiagnosticDescriptor SeveralDefines = new(
        "AOTN1102", "Network class has several Defines",
        "Class '{0}' has {1} methods named Define, but one declares the network; rename the others",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1102");

    public static readonly DiagnosticDescriptor DefineNotStatic = new(
        "AOTN1103", "Define is not static",
        "Define of '{0}' is an instance method, but it is read before any instance exists; add 'static'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1103");

    public static readonly DiagnosticDescriptor DefineReturnType = new(
        "AOTN1104", "Define does not return an Objective",
        "Define returns '{0}', but it must return AotNet.Objective; "
            + "change the return type and end with one of the methods of Objective",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1104");

    public static readonly DiagnosticDescriptor DefineForm = new(
        "AOTN1105", "Define is not an ordinary method",
        "Define {0}, but it must be an ordinary static method with a body; {1}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1105");

    public static readonly DiagnosticDescriptor ParameterType = new(
        "AOTN1106", "Parameter of Define has an unknown type",
        "Parameter '{0}' is of type '{1}', but Define takes Tensor, Labels and Targets; "
            + "use one of these, or a constant field instead of a parameter",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1106");

    public static readonly DiagnosticDescriptor ParameterWithoutShape = new(
        "AOTN1107", "Parameter of Define has no shape",
        "{0} '{1}' has no [{2}], so its size is unknown; add {3} before it",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1107");

    public static readonly DiagnosticDescriptor WrongShapeAttribute = new(
        "AOTN1108", "Parameter of Define has the wrong attribute",
        "{0} '{1}' carries [{2}], but a {0} parameter takes {3}; replace the attribute or the type",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1108");

    public static readonly DiagnosticDescriptor NoTensorParameter = new(
        "AOTN1109", "Define has no input",
        "Define of '{0}' has no Tensor parameter, so the network has no input; add one, such as '[Shape(784)] Tensor input'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1109");

    public static readonly DiagnosticDescriptor EmptyShape = new(
        "AOTN1110", "Shape has no extents",
        "The shape of '{0}' has no extents; give at least one, such as [Shape(784)]",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1110");

    public static readonly DiagnosticDescriptor ParameterPassing = new(
        "AOTN1111", "Parameter of Define is not passed by value",
        "Parameter '{0}' is declared '{1}', but parameters of Define are plain values; remove '{1}'",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1111");
}
