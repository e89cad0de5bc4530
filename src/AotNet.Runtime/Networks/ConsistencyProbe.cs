namespace AotNet.Runtime;

/// <summary>
/// Measures what a training step does to each layer with weights: <see cref="Observe"/> the batch, take the step, then
/// <see cref="Measure()"/>. The network does not notice: its own passes run as they are, on its own arena.
/// </summary>
/// <remarks>
/// Observing runs both passes a second time, unfused, with every value kept, in an arena of this probe. Measuring is in
/// double precision on the calling thread; its time is that of a symmetric eigenproblem of the smaller side of each weight
/// matrix, about a second at an order of 800.
/// </remarks>
public sealed unsafe class ConsistencyProbe : IDisposable
{
    /// <summary>The largest smaller side of a weight matrix whose null space is measured, and order whose condition is.</summary>
    public const int LargestOrder = 2048;

    readonly CompiledNetwork network;
    readonly ProbeLayout layout;
    readonly Arena arena;
    int rows;

    internal ConsistencyProbe(CompiledNetwork network, ProbeLayout layout)
    {
        this.network = network;
        this.layout = layout;
        arena = new Arena(layout.ArenaLength * sizeof(float));
    }

    /// <summary>Layers that are measured.</summary>
    public int Layers => layout.Layers.Length;

    /// <summary>Runs both passes on a batch from the network's present state; call it before the step.</summary>
    /// <param name="inputs">As for <see cref="CompiledNetwork.StepBatch(ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float})"/>, like all others.</param>
    /// <param name="labels">Classes.</param>
    /// <param name="targets">Values.</param>
    /// <param name="partners">Second classes; empty for none.</param>
    /// <param name="weights">Weights of the first; empty for none.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is outside its range; nothing was written.</exception>
    public void Observe(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, ReadOnlySpan<float> targets,
        ReadOnlySpan<int> partners = default, ReadOnlySpan<float> weights = default)
    {
        ObjectDisposedException.ThrowIf(arena.Base == null, this);
        rows = network.Observe(arena, layout, inputs, labels, targets, partners, weights);
    }

    /// <summary>The figures of the batch observed last; call it after the step, whose change of the weights is one of them.</summary>
    /// <exception cref="InvalidOperationException">Nothing was observed.</exception>
    public LayerConsistency[] Measure()
    {
        var figures = new LayerConsistency[Layers];
        for (int i = 0; i < figures.Length; i++)
            figures[i] = Measure(i);
        return figures;
    }

    /// <summary>The figures of one layer, for callers that show how far they are.</summary>
    /// <param name="order">0, nearest the input, to <see cref="Layers"/> - 1.</param>
    /// <exception cref="InvalidOperationException">Nothing was observed.</exception>
    public LayerConsistency Measure(int order)
    {
        ObjectDisposedException.ThrowIf(arena.Base == null, this);
        if (rows == 0)
            throw new InvalidOperationException("Observe a batch before measuring.");
        ProbeLayer places = layout.Layers[order];
        TensorInfo weight = network.Info.Tensors[places.Weight];
        bool ones = network.Optimizer.DecorrelateBias && places.HasBias;
        ProbeWindows? windows = places.Windows;
        int residuals = rows * (windows?.Positions ?? 1);
        int gramOrder = (windows?.Order ?? places.Input.Columns) + (ones ? 1 : 0);
        GramSpectrum gram = Gram(places, gramOrder, ones);
        (double damping, int factorAge) = CurvatureInForce(network.Info.Layers[places.Layer].Name);
        double passed = Gain(places.ActivationInputResidual, places.ActivationResidual);
        return new LayerConsistency
        {
            Order = order,
            Layer = network.Info.Layers[places.Layer],
            Inputs = weight.Rows,
            Outputs = weight.Columns,
            Rows = rows,
            TrainingSpeed = Speed(weight, network.Tensors[places.Weight]),
            InputRms = Math.Sqrt(Energy(places.Input, rows) / ((double)rows * (windows?.Values ?? places.Input.Columns))),
            ResidualRms = Math.Sqrt(Energy(places.Residual, residuals) / ((double)residuals * places.Residual.Columns)),
            Propagation = places.InputResidual.Columns == 0 ? double.NaN
                : Math.Sqrt(Energy(places.InputResidual, rows) / Energy(places.Residual, residuals)),
            NormGain = Gain(places.NormInputResidual, places.NormResidual),
            NullSpaceLoss = windows is { Groups: > 1 } ? double.NaN : NullSpaceLoss(weight, places.Residual, residuals),
            Activation = places.Activation,
            ActivationLoss = 1 - passed * passed,
            GramOrder = gramOrder,
            GramCondition = gram.Condition(0),
            DampedCondition = gram.Condition(damping),
            EffectiveRank = gram.EffectiveRank,
            Damping = damping,
            FactorAge = factorAge,
        };
    }

    /// <summary>Frees the arena.</summary>
    public void Dispose() => arena.Dispose();

    /// <summary>λ of the factor that the step used and steps since that was made; not a number and -1 where there is none.</summary>
    (double Damping, int FactorAge) CurvatureInForce(string name)
    {
        foreach (CurvatureLayer layer in network.CurvatureLayers)
        {
            if (layer.Name == name && layer.FactorAge >= 0)
                return (layer.Damping, (int)layer.FactorAge);
        }
        return (double.NaN, -1);
    }

    GramSpectrum Gram(ProbeLayer places, int order, bool ones)
    {
        if (places.Windows is not { } windows)
            return Math.Min(order, rows) <= LargestOrder ? new GramSpectrum(Values(places.Input, rows, ones), rows, order) : GramSpectrum.Unknown;
        if (order > LargestOrder)
            return GramSpectrum.Unknown;
        double[] inputs = windows.Inputs((float*)arena.Base + places.Input.Offset, rows, ones, out int columns);
        return new GramSpectrum(inputs, columns, order);
    }

    /// <summary>Of many residuals every so many-th, as in the Gram matrices of a step.</summary>
    double NullSpaceLoss(TensorInfo weight, BufferPlace residual, int residuals)
    {
        if (Math.Min(weight.Rows, weight.Columns) > LargestOrder)
            return double.NaN;
        var before = new BufferPlace(weight.Offset / sizeof(float), weight.Columns, weight.Stride);
        int step = ProbeWindows.StepOf(residuals), count = (residuals + step - 1) / step;
        return WeightSpectrum.NullSpaceLoss(Values(before, weight.Rows, ones: false), weight.Rows, weight.Columns,
            Values(residual with { Stride = step * residual.Stride }, count, ones: false), count);
    }

    /// <summary>‖ΔW‖ / ‖W‖: the weights as they were are those that the probe ran with.</summary>
    double Speed(TensorInfo place, NetworkTensor now)
    {
        double change = 0, norm = 0;
        for (int r = 0; r < place.Rows; r++)
        {
            float* before = (float*)(arena.Base + place.Offset) + (nint)r * place.Stride;
            ReadOnlySpan<float> after = now.Row(r);
            for (int c = 0; c < after.Length; c++)
            {
                double old = before[c], difference = after[c] - old;
                change += difference * difference;
                norm += old * old;
            }
        }
        return Math.Sqrt(change / norm);
    }

    /// <summary>‖passed‖ / ‖arrived‖; not a number where either is absent.</summary>
    double Gain(BufferPlace passed, BufferPlace arrived) =>
        passed.Columns == 0 || arrived.Columns == 0 ? double.NaN : Math.Sqrt(Energy(passed, rows) / Energy(arrived, rows));

    double Energy(BufferPlace place, int count)
    {
        double sum = 0;
        for (int r = 0; r < count; r++)
        {
            float* row = (float*)arena.Base + place.Offset + (nint)r * place.Stride;
            for (int c = 0; c < place.Columns; c++)
                sum += (double)row[c] * row[c];
        }
        return sum;
    }

    /// <summary>A matrix in double precision, row after row, each followed by a one where asked for.</summary>
    double[] Values(BufferPlace place, int count, bool ones)
    {
        int width = place.Columns + (ones ? 1 : 0);
        double[] values = new double[checked(count * width)];
        for (int r = 0; r < count; r++)
        {
            float* row = (float*)arena.Base + place.Offset + (nint)r * place.Stride;
            for (int c = 0; c < place.Columns; c++)
                values[r * width + c] = row[c];
            if (ones)
                values[r * width + place.Columns] = 1;
        }
        return values;
    }
}
