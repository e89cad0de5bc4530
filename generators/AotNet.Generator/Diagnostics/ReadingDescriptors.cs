using Microsoft.CodeAnalysis;

namespace AotNet.Generator.Diagnostics;

/// <summary>What can be wrong in the body of Define and of the helpers it calls (AOTN12xx).</summary>
static class ReadingDescriptors
{
    const string Category = "AotNet.Reading";

    public static readonly DiagnosticDescriptor NotConstant = new(
        "AOTN1201", "Not a constant",
        "'{0}' is not known at compile time: {1}; use literals, const or static readonly fields, and arithmetic over them",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1201");

    public static readonly DiagnosticDescriptor EndlessLoop = new(
        "AOTN1202", "Loop does not end",
        "This loop had not ended when {0} iterations had been unrolled; "
            + "check that its condition becomes false, or make it shorter",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1202");

    public static readonly DiagnosticDescriptor Recursion = new(
        "AOTN1203", "Helper calls itself",
        "'{0}' is called while it is being inlined ({1}), but helpers cannot be recursive; use a loop over constants",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1203");

    public static readonly DiagnosticDescriptor OutsideVocabulary = new(
        "AOTN1204", "Method outside the vocabulary",
        "'{0}' is not part of the declaration language; "
            + "call methods of Tensor and Objective, Math, or static helpers of the network class itself",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1204");

    public static readonly DiagnosticDescriptor UnsupportedStatement = new(
        "AOTN1205", "Statement outside the declaration language",
        "{0} cannot be used in a declaration; use locals, assignments, if, switch, for, foreach, while and return",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1205");

    public static readonly DiagnosticDescriptor UnsupportedExpression = new(
        "AOTN1206", "Expression outside the declaration language",
        "{0} cannot be used in a declaration; use the AotNet vocabulary, static helpers and constant arithmetic",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1206");

    public static readonly DiagnosticDescriptor MissingObjective = new(
        "AOTN1207", "Define gives no objective",
        "Define returns {0} instead of an objective; "
            + "return one of the methods of Objective, such as Objective.SoftmaxCrossEntropy(logits, label)",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1207");

    public static readonly DiagnosticDescriptor Overflow = new(
        "AOTN1208", "Arithmetic overflows",
        "The value of '{0}' does not fit into {1}; use smaller numbers or a wider type",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1208");

    public static readonly DiagnosticDescriptor DivisionByZero = new(
        "AOTN1209", "Division by zero",
        "'{0}' divides by zero; check the divisor's value at this point of the declaration",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1209");

    public static readonly DiagnosticDescriptor TooLarge = new(
        "AOTN1210", "Declaration is too large",
        "The declaration exceeds {0} here; make its loops and helpers smaller",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1210");

    public static readonly DiagnosticDescriptor TooDeep = new(
        "AOTN1211", "Declaration is nested too deeply",
        "Expressions and helpers are nested more than {0} deep here; "
            + "store intermediate results in locals",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1211");

    public static readonly DiagnosticDescriptor Thrown = new(
        "AOTN1212", "Declaration throws",
        "Reading the declaration reaches this throw{0}; correct the arguments that lead here",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1212");

    public static readonly DiagnosticDescriptor IndexOutOfRange = new(
        "AOTN1213", "Index out of range",
        "{0} is outside the {1} elements there are; use an index from 0 to the number of elements less one",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1213");

    public static readonly DiagnosticDescriptor NullValue = new(
        "AOTN1214", "Null where a value is needed",
        "'{0}' is null here, but {1} is needed; assign it before it is used",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink.Base + "aotn1214");
}
