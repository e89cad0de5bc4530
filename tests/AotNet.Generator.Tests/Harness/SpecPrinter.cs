using System.Globalization;
using System.Text;
using AotNet.Compiler.Specification;

namespace AotNet.Generator.Tests.Harness;

/// <summary>Prints a specification: parameters, then one line a call, values numbered with %.</summary>
static class SpecPrinter
{
    public static string Print(NetworkSpec spec)
    {
        var text = new StringBuilder();
        string space = spec.Namespace.Length > 0 ? spec.Namespace + "." : "";
        text.Append(CultureInfo.InvariantCulture, $"{space}{string.Concat(spec.ContainingTypes.Select(static type => $"[{type}]."))}{spec.Name}");
        text.Append(CultureInfo.InvariantCulture, $" batch {spec.Batch} memory {spec.MaxMemory} block {spec.CurvatureBlock}{(spec.CurvatureBudget == 4096 ? "" : $" budget {spec.CurvatureBudget}")}");
        text.Append(CultureInfo.InvariantCulture, $"{(spec.AveragedCurvature ? " averaged" : "")}{(spec.Contractive ? " contractive" : "")}{(spec.Recompute ? " recomputed" : "")}{(spec.Probes ? "" : " unprobed")}\n");
        for (int i = 0; i < spec.Parameters.Count; i++)
        {
            ParameterSpec parameter = spec.Parameters[i];
            text.Append(CultureInfo.InvariantCulture, $"%{i} = {parameter.Kind} {parameter.Name} {string.Join("x", parameter.Extents)}\n");
        }
        for (int i = 0; i < spec.Calls.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"%{spec.Parameters.Count + i} = {Print(spec.Calls[i])}\n");
        return text.Append(CultureInfo.InvariantCulture, $"return %{spec.Result}\n").ToString();
    }

    static string Print(CallSpec call)
    {
        IEnumerable<string> parts = call.Operands.Select(static value => "%" + value.ToString(CultureInfo.InvariantCulture))
            .Concat(call.Arguments.Select(Print));
        return $"{call.Method}({string.Join(", ", parts)})";
    }

    static string Print(Constant constant)
    {
        string number = constant.Number.ToString("R", CultureInfo.InvariantCulture);
        return constant.Text is null ? number : constant.Number == 0 ? $"'{constant.Text}'" : $"'{constant.Text}' {number}";
    }
}
