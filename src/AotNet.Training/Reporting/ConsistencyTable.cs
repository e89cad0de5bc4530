using System.Globalization;
using System.Text;
using AotNet.Runtime;

namespace AotNet.Training.Reporting;

/// <summary>Consistency figures as a table, a line a layer.</summary>
static class ConsistencyTable
{
    static readonly string[] Headings =
    [
        "layer", "weights", "speed", "input", "residual", "res/in", "W gain", "norm gain", "null lost", "act lost", "condition", "rank", "damping", "age",
    ];

    /// <summary>The table of one moment, with a heading, without a line feed at its end.</summary>
    public static string Describe(ConsistencyRecord record)
    {
        var rows = new List<string[]> { Headings };
        foreach (LayerConsistency layer in record.Layers)
            rows.Add(Cells(layer));
        var widths = new int[Headings.Length];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }
        var text = new StringBuilder();
        text.Append(record.Heading);
        foreach (string[] row in rows)
        {
            text.Append('\n');
            for (int i = 0; i < row.Length; i++)
                text.Append(i == 0 ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i] + 2));
        }
        return text.ToString();
    }

    static string[] Cells(LayerConsistency layer) =>
    [
        layer.Layer.Name,
        Count(layer.Inputs) + "x" + Count(layer.Outputs),
        Figure(layer.TrainingSpeed),
        Figure(layer.InputRms),
        Figure(layer.ResidualRms),
        Figure(layer.ResidualToInput),
        Figure(layer.Propagation),
        Figure(layer.NormGain),
        Share(layer.NullSpaceLoss),
        Share(layer.ActivationLoss),
        // Of the system that is solved, where one is.
        Figure(double.IsNaN(layer.DampedCondition) ? layer.GramCondition : layer.DampedCondition),
        Figure(layer.EffectiveRank) + "/" + Count(layer.GramOrder),
        Figure(layer.Damping),
        layer.FactorAge < 0 ? "-" : Count(layer.FactorAge),
    ];

    static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string Figure(double value) => double.IsNaN(value) ? "-" : double.IsInfinity(value) ? "inf" : value.ToString("G3", CultureInfo.InvariantCulture);

    static string Share(double value) => double.IsNaN(value) ? "-" : (value * 100).ToString("F1", CultureInfo.InvariantCulture) + "%";
}
