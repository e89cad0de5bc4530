using System.Globalization;
using System.Text.Json;
using AotNet.Runtime;

namespace AotNet.Training.Reporting;

/// <summary>What a step says about each layer with weights: one line of <c>consistency.jsonl</c> for each.</summary>
/// <param name="epoch">Epoch under way, from 1.</param>
/// <param name="step">Steps done, this one included.</param>
/// <param name="layers">Figures, from the layer nearest the input.</param>
/// <param name="batch">Number of the batch, from 1, where several are looked at; else 0.</param>
sealed class ConsistencyRecord(int epoch, long step, IReadOnlyList<LayerConsistency> layers, int batch = 0)
{
    /// <summary>Figures, from the layer nearest the input.</summary>
    public IReadOnlyList<LayerConsistency> Layers => layers;

    /// <summary>What the figures are of.</summary>
    public string Heading => "consistency, epoch " + Text(epoch) + ", step " + step.ToString(CultureInfo.InvariantCulture)
        + (batch > 0 ? ", batch " + Text(batch) : "") + ", " + Text(layers[0].Rows) + " rows";

    /// <summary>Writes the members of one layer. What does not apply, or is not finite, is null.</summary>
    public void WriteTo(Utf8JsonWriter json, LayerConsistency layer)
    {
        json.WriteNumber("epoch", epoch);
        json.WriteNumber("step", step);
        json.WriteNumber("order", layer.Order);
        json.WriteString("layer", layer.Layer.Name);
        json.WriteString("kind", layer.Layer.Kind);
        json.WriteNumber("inputs", layer.Inputs);
        json.WriteNumber("outputs", layer.Outputs);
        json.WriteNumber("rows", layer.Rows);
        if (batch > 0)
            json.WriteNumber("batch", batch);
        Figure(json, "training_speed", layer.TrainingSpeed);
        Figure(json, "input_rms", layer.InputRms);
        Figure(json, "residual_rms", layer.ResidualRms);
        Figure(json, "residual_to_input", layer.ResidualToInput);
        Figure(json, "propagation", layer.Propagation);
        Figure(json, "norm_gain", layer.NormGain);
        Figure(json, "null_space_loss", layer.NullSpaceLoss);
        json.WriteString("activation", layer.Activation);
        Figure(json, "activation_loss", layer.ActivationLoss);
        json.WriteNumber("gram_order", layer.GramOrder);
        Figure(json, "gram_condition", layer.GramCondition);
        Figure(json, "damped_condition", layer.DampedCondition);
        Figure(json, "effective_rank", layer.EffectiveRank);
        json.WriteString("curvature", layer.Layer.CurvatureForm);
        Figure(json, "damping", layer.Damping);
        if (layer.FactorAge >= 0)
            json.WriteNumber("factor_age", layer.FactorAge);
        else
            json.WriteNull("factor_age");
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>In single precision: seven digits are more than a batch can mean.</summary>
    static void Figure(Utf8JsonWriter json, string name, double value)
    {
        float figure = (float)value;
        if (float.IsFinite(figure))
            json.WriteNumber(name, figure);
        else
            json.WriteNull(name);
    }
}
