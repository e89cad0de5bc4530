using System.Globalization;
using AotNet.Compiler.Specification;

namespace AotNet.Compiler.Graphs;

/// <summary>Reads the arguments of one call for an op and reports errors at them.</summary>
sealed class CallReader(CallSpec call, int callIndex, ICollection<GraphDiagnostic> diagnostics)
{
    internal CallSpec Call => call;

    internal int Int(int argument) => (int)call.Arguments[argument].Number;

    internal double Float(int argument) => call.Arguments[argument].Number;

    internal bool Bool(int argument) => call.Arguments[argument].Number != 0;

    internal string? Text(int argument) => call.Arguments[argument].Text;

    /// <summary>
    /// A pair of numbers, vertical and horizontal: a <c>Window</c>, or a <c>Padding</c> given in numbers. One number counts
    /// for <paramref name="single"/> and the horizontal one; what was left out is null.
    /// </summary>
    internal (int Vertical, int Horizontal)? Pair(int argument, int? single = null)
    {
        Constant constant = call.Arguments[argument];
        if (constant.Text?.Split('x') is [var vertical, var horizontal])
            return (int.Parse(vertical, CultureInfo.InvariantCulture), int.Parse(horizontal, CultureInfo.InvariantCulture));
        return single is { } other ? (other, (int)constant.Number) : null;
    }

    /// <summary>An integer argument that must be at least <paramref name="least"/>; reports it and returns false when it is not.</summary>
    internal bool AtLeast(int argument, string name, int value, int least)
    {
        if (value < least)
            ReportArgument(GraphError.ArgumentOutOfRange, argument, name, Format(value), $"at least {Format(least)}");
        return value >= least;
    }

    /// <summary>A float argument between two bounds; reports it and returns false when it lies outside.</summary>
    internal bool InRange(int argument, string name, bool inside, string range)
    {
        if (!inside)
            ReportArgument(GraphError.ArgumentOutOfRange, argument, name, Format(Float(argument)), range);
        return inside;
    }

    internal void Report(GraphError error, params string[] values) => Add(error, -1, values);

    internal void ReportOperand(GraphError error, int operand, params string[] values) => Add(error, operand, values);

    internal void ReportArgument(GraphError error, int argument, params string[] values) =>
        Add(error, call.Operands.Count + argument, values);

    internal static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    void Add(GraphError error, int argument, string[] values) =>
        diagnostics.Add(new GraphDiagnostic(error, callIndex, argument, values.ToEquatableArray()));
}
