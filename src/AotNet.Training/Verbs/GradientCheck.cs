using System.Globalization;
using AotNet.Runtime;
using AotNet.Training.Loop;

namespace AotNet.Training.Verbs;

/// <summary>
/// Compares each parameter's gradient with central differences of the loss, along the gradient itself and along random
/// halves of it: a derivative along a direction needs two losses however many parameters there are, and stands out
/// from single precision's rounding.
/// </summary>
/// <remarks>
/// The loss is that of a training step. BatchRms is an exception unless it has its true gradient: its backward pass holds
/// the denominator constant on purpose, so there the denominators are frozen at those of the step by evaluating in inference mode.
/// </remarks>
sealed class GradientCheck
{
    const int Directions = 3;

    // Kinks of ReLU and ModU that a step crosses cost up to about a per cent; a wrong gradient is off by far more.
    const double RelativeTolerance = 0.02;

    // What the many kinks of a deep network cost has random signs, and so falls as the root of the step; a wrong gradient's
    // error does not. Shorter steps still stand out from rounding, of which then less is allowed for.
    const int Tries = 3;
    const double Shorter = 1.0 / 8, Rounding = 1e-5, LessRounding = 1.0 / 5;

    readonly CompiledNetwork network;
    readonly RandomBatch batch;
    readonly SafetensorsFile start;
    readonly string path;
    readonly bool frozen;

    /// <summary>Takes the network's present state as the point to check at.</summary>
    /// <param name="network">A network; it ends in another state.</param>
    /// <param name="path">A file that may be written.</param>
    /// <exception cref="SelfTestVerb.NotCheckable">The network's training loss has no derivative to compare with.</exception>
    public GradientCheck(CompiledNetwork network, string path)
    {
        this.network = network;
        network.Optimizer = Optimizer.Sgd();
        network.KeepsGradients = true;
        this.path = path;
        start = StateAtStep(0);
        batch = new RandomBatch(network.Info, network.Info.Batch, seed: 7);
        frozen = Has("BatchRms");
        if (frozen && (Has("Dropout") || Has("BatchNorm") || Has("BatchRmsTrueGradient")))
            throw new SelfTestVerb.NotCheckable("BatchRms stands together with Dropout, BatchNorm or its own true gradient");
    }

    /// <summary>The first gradient that is wrong, in words; null when all are right.</summary>
    public string? Run()
    {
        network.ReadState(start);
        network.StepBatch(batch.Inputs, batch.Labels, batch.Targets);
        float[][] gradients = network.Gradients.Select(static tensor => tensor.ToArray()).ToArray();
        if (frozen)
            network.ReadState(StateAtStep(0));
        Restore();
        double loss = Loss();
        Restore();
        for (int i = 0; i < gradients.Length; i++)
        {
            var random = CounterRandom.FromSeed(7, (uint)i);
            for (int direction = 0; direction < Directions; direction++)
            {
                float[] along = Array.ConvertAll(gradients[i], value => direction == 0 || random.NextFloat() < 0.5f ? value : 0);
                if (Compare(network.Parameters[i], along, loss) is { } problem)
                    return problem;
            }
        }
        return null;
    }

    string? Compare(NetworkTensor parameter, float[] along, double loss)
    {
        double slope = Norm(along);
        if (slope < 1e-9)
            return null;
        float[] origin = parameter.ToArray();
        double length = Math.Min(2e-3 / slope, 0.05 * (Norm(origin) + 0.1));
        string? problem = null;
        double rounding = Rounding;
        for (int i = 0; i < Tries; i++)
        {
            string? found = CompareOver(length, rounding);
            if (found is null)
                return null;
            problem ??= found;
            length *= Shorter;
            rounding *= LessRounding;
        }
        return problem;

        string? CompareOver(double length, double rounding)
        {
            double above = LossAt(parameter, origin, along, length / slope);
            double below = LossAt(parameter, origin, along, -length / slope);
            Restore();
            double expected = 2 * length * slope, difference = above - below;
            double tolerance = RelativeTolerance * expected + rounding * (1 + Math.Abs(loss));
            return Math.Abs(difference - expected) <= tolerance ? null
                : FormattableString.Invariant($"{parameter.Name}: the loss changes by {difference:G4} where its gradient says {expected:G4}");
        }
    }

    double LossAt(NetworkTensor parameter, float[] origin, float[] along, double factor)
    {
        Restore();
        parameter.CopyFrom(origin.Select((value, i) => (float)(value + factor * along[i])).ToArray());
        return Loss();
    }

    /// <summary>Puts the parameters back where they began; with frozen statistics, those stay.</summary>
    void Restore()
    {
        if (!frozen)
        {
            network.ReadState(start);
            return;
        }
        foreach (NetworkTensor parameter in network.Parameters)
            parameter.CopyFrom(start.Floats(parameter.Name));
    }

    /// <summary>
    /// The present state under another number of steps: BatchRms divides its running average by a correction that
    /// depends on it, and frozen denominators are those of step 0.
    /// </summary>
    SafetensorsFile StateAtStep(int step)
    {
        var writer = new SafetensorsWriter();
        network.WriteState(writer);
        writer.Metadata["aotnet.step"] = step.ToString(CultureInfo.InvariantCulture);
        writer.WriteTo(path);
        return SafetensorsFile.Read(path);
    }

    double Loss() => frozen
        ? network.EvaluateBatch(batch.Inputs, batch.Labels, batch.Targets).Loss
        : network.StepBatch(batch.Inputs, batch.Labels, batch.Targets).Loss;

    bool Has(string kind) => network.Info.Layers.Any(layer => layer.Kind == kind);

    static double Norm(float[] values) => Math.Sqrt(values.Sum(static value => (double)value * value));
}
