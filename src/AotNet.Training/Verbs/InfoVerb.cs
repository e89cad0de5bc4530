using System.Globalization;
using System.Text.Json;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>info</c>. Allocates no network, so that it answers at once.</summary>
static class InfoVerb
{
    /// <summary>Prints what the compiler knows.</summary>
    public static int Run(NetworkInfo network, bool json, TextWriter output)
    {
        output.WriteLine(json ? JsonText.Object(writer => Write(network, writer)) : Describe(network));
        return ExitCode.Success;
    }

    /// <summary>Writes what <c>info --json</c> prints, as members of an object.</summary>
    public static void Write(NetworkInfo network, Utf8JsonWriter json)
    {
        json.WriteString("network", network.Name);
        json.WriteString("topology_hash", network.TopologyHash);
        json.WriteString("instruction_set", InstructionSet.Name);
        json.WriteNumber("batch", network.Batch);
        json.WriteString("objective", network.Target.Kind.ToString());
        json.WriteNumber("outputs", network.Outputs);
        json.WriteNumber("parameters", network.ParameterCount);
        json.WriteNumber("flops_per_sample", network.ForwardFlops);
        json.WriteNumber("training_flops_per_sample", network.TrainingFlops);
        json.WriteStartObject("arena_bytes");
        json.WriteNumber("parameters", network.Arena.Parameters);
        json.WriteNumber("activations", network.Arena.Activations);
        json.WriteNumber("gradients", network.Arena.Gradients);
        json.WriteNumber("curvature", network.Arena.Curvature);
        json.WriteNumber("optimizer", network.Arena.Optimizer);
        json.WriteNumber("scratch", network.Arena.Scratch);
        json.WriteNumber("total", network.Arena.Total);
        json.WriteEndObject();
        if (network.Recomputation is { } recomputation)
        {
            json.WriteStartObject("recomputation");
            json.WriteBoolean("in_force", recomputation.InForce);
            json.WriteNumber("kept_bytes", recomputation.KeptBytes);
            json.WriteNumber("recomputed_bytes", recomputation.RecomputedBytes);
            json.WriteNumber("flops_per_sample", recomputation.Flops);
            json.WriteEndObject();
        }
        json.WriteStartArray("layers");
        foreach (LayerInfo layer in network.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            WriteShape(json, "input", layer.Input);
            WriteShape(json, "output", layer.Output);
            json.WriteNumber("parameters", layer.ParameterCount);
            json.WriteString("curvature_form", layer.CurvatureForm);
            json.WriteNumber("curvature_order", layer.CurvatureOrder);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteShape(Utf8JsonWriter json, string name, IReadOnlyList<int> shape)
    {
        json.WriteStartArray(name);
        foreach (int extent in shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
    }

    static string Describe(NetworkInfo network)
    {
        ArenaInfo arena = network.Arena;
        string[][] rows =
        [
            ["layer", "kind", "input", "output", "parameters", "curvature"],
            .. network.Layers.Select(static layer => new[]
            {
                layer.Name, layer.Kind, Shape(layer.Input), Shape(layer.Output), Number(layer.ParameterCount),
                layer.CurvatureForm is null ? "" : layer.CurvatureOrder > 0 ? $"{layer.CurvatureForm} {layer.CurvatureOrder}" : layer.CurvatureForm,
            }),
        ];
        int[] widths = Enumerable.Range(0, 6).Select(column => rows.Max(row => row[column].Length)).ToArray();
        IEnumerable<string> table = rows.Select(row => string.Concat(row.Select((cell, column) =>
            (column is 4 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])) + "  ")).TrimEnd());
        return string.Join('\n',
        [
            $"{network.Name}, topology {network.TopologyHash}, {InstructionSet.Name}, batch {network.Batch}, {network.Target.Kind}",
            $"{Number(network.ParameterCount)} parameters; FLOPs a sample: {Number(network.ForwardFlops)} to predict, "
                + $"{Number(network.TrainingFlops)} to learn",
            $"arena: {Number(arena.Total)} bytes; parameters {Number(arena.Parameters)}, activations {Number(arena.Activations)}, "
                + $"gradients {Number(arena.Gradients)}, curvature {Number(arena.Curvature)}, optimizer {Number(arena.Optimizer)}, "
                + $"scratch {Number(arena.Scratch)}",
            .. Recomputation(network),
            "",
            .. table,
            "",
            network.Plan.TrimEnd(),
        ]);
    }

    static string[] Recomputation(NetworkInfo network)
    {
        if (network.Recomputation is not { } both)
            return [];
        const string what = "activations, residuals and what else shares bytes by live range";
        string cost = $"{(100.0 * both.Flops / network.TrainingFlops).ToString("0.#", CultureInfo.InvariantCulture)} % more arithmetic";
        return [both.RecomputedBytes == both.KeptBytes ? $"{what}: {Number(both.KeptBytes)} bytes; Recompute saves nothing"
            : both.InForce ? $"{what}: {Number(both.RecomputedBytes)} bytes and {cost} by Recompute; without {Number(both.KeptBytes)} bytes"
            : $"{what}: {Number(both.KeptBytes)} bytes; with Recompute {Number(both.RecomputedBytes)} bytes and {cost}"];
    }

    static string Shape(IReadOnlyList<int> shape) => string.Join('x', shape);

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
