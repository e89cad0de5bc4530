using System.Globalization;
using System.Text.Json;
using AotNet.Runtime;

namespace AotNet.Training.Reporting;

/// <summary>How an optimiser decorrelates a network, layer by layer: what a run prints before its first step.</summary>
/// <param name="network">The network.</param>
/// <param name="optimizer">The optimiser.</param>
sealed class CurvatureTable(NetworkInfo network, Optimizer optimizer)
{
    readonly List<Row> rows = RowsOf(network, optimizer);

    /// <summary>Whether any layer is decorrelated.</summary>
    public bool Any
    {
        get
        {
            bool any = false;
            foreach (Row row in rows)
                any |= row.Form != "off";
            return any;
        }
    }

    /// <summary>The table, its heading first.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Line("layer", "curvature", "order", "damping", "Gram", "factor", "step");
        foreach (Row row in rows)
        {
            yield return row.Form == "off"
                ? Line(row.Layer, "off", "", "", "", "", "")
                : Line(row.Layer, row.Form, row.Order.ToString(CultureInfo.InvariantCulture), DampingText(row.Damping), Every(row.GramInterval),
                    row.Drift is { } drift ? $"when moved {Number(drift)}" : Every(row.FactorInterval),
                    row.Share is { } share ? $"{(row.Drift is null ? "" : "at most ")}{(100 * share).ToString("F1", CultureInfo.InvariantCulture)} %" : "");
        }
    }

    /// <summary>The same as the array <c>curvature</c>.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartArray("curvature");
        foreach (Row row in rows)
        {
            json.WriteStartObject();
            json.WriteString("layer", row.Layer);
            json.WriteString("form", row.Form);
            if (row.Form != "off")
            {
                json.WriteNumber("order", row.Order);
                json.WriteNumber("damping", row.Damping);
                json.WriteString("damping_scale", optimizer.DampingScale == DampingScale.Trace ? "trace" : "absolute");
                json.WriteNumber("gram_interval", row.GramInterval);
                json.WriteNumberOrNull("factor_interval", row.Drift is null ? row.FactorInterval : null);
                json.WriteNumberOrNull("factor_drift", row.Drift);
                json.WriteNumberOrNull("share_of_step", row.Share);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static List<Row> RowsOf(NetworkInfo network, Optimizer optimizer)
    {
        var rows = new List<Row>();
        double step = (double)network.TrainingFlops / 2 * network.Batch;
        foreach (LayerInfo layer in network.Layers)
        {
            if (layer.CurvatureForm is not { } form)
                continue;
            LayerCurvature? own = optimizer.Layers[layer.Name];
            bool on = form != "off" && (own?.Decorrelate ?? optimizer.Decorrelate), keeps = network.AveragedCurvature && !layer.IsBlocked;
            var row = new Row
            {
                Layer = layer.Name,
                Form = on ? form : "off",
                Order = layer.CurvatureOrder,
                Damping = own?.Damping ?? optimizer.Damping,
                GramInterval = keeps ? optimizer.GramInterval : 1,
                FactorInterval = keeps ? Math.Max(optimizer.FactorInterval, optimizer.GramInterval) : 1,
                Drift = keeps && optimizer.FactorDrift > 0 ? optimizer.FactorDrift : null,
            };
            // A factor that waits for its Gram to move is made at each renewal of the Gram at most.
            row.Work = !on || layer.CurvatureWork is not { } work ? null
                : (double)work.Gram / row.GramInterval + (double)work.Factor / (row.Drift is null ? row.FactorInterval : row.GramInterval) + work.Solve;
            step += row.Work ?? 0;
            rows.Add(row);
        }
        foreach (Row row in rows)
            row.Share = row.Work / step;
        return rows;
    }

    string DampingText(float damping) => Number(damping) + (optimizer.DampingScale == DampingScale.Trace ? " of trace" : "");

    static string Every(int interval) => interval == 1 ? "each step" : $"each {interval.ToString(CultureInfo.InvariantCulture)} steps";

    static string Number(float value) => value.ToString("G4", CultureInfo.InvariantCulture);

    string Line(string layer, string form, string order, string damping, string gram, string factor, string share)
    {
        int width = 5, formWidth = 13;
        foreach (Row row in rows)
        {
            width = Math.Max(width, row.Layer.Length);
            formWidth = Math.Max(formWidth, row.Form.Length);
        }
        return $"{layer.PadRight(width)}  {form.PadRight(formWidth)}  {order,5}  {damping,-14}  {gram,-14}  {factor,-16}  {share}".TrimEnd();
    }

    sealed class Row
    {
        public required string Layer { get; init; }

        public required string Form { get; init; }

        public required int Order { get; init; }

        public required float Damping { get; init; }

        public required int GramInterval { get; init; }

        public required int FactorInterval { get; init; }

        /// <summary>How far a Gram must move before it is factored again; null for the interval.</summary>
        public required float? Drift { get; init; }

        /// <summary>Multiply-adds of a step, on average.</summary>
        public double? Work { get; set; }

        /// <summary>As a part of the whole step.</summary>
        public double? Share { get; set; }
    }
}
