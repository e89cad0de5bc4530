namespace AotNet.Runtime;

public abstract unsafe partial class CompiledNetwork
{
    /// <summary>Times a factorisation met a non-positive pivot and was repeated with ten times the damping.</summary>
    public long DampingRaised
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < curvatureLayers.Length; i++)
                sum += layers[i].DampingRaised;
            return sum;
        }
    }

    /// <summary>Times a layer's gradient stayed undecorrelated because raising the damping did not help.</summary>
    public long DecorrelationsSkipped
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < curvatureLayers.Length; i++)
                sum += layers[i].DecorrelationsSkipped;
            return sum;
        }
    }

    /// <summary>How each layer with weights is decorrelated and how its curvature stands, in the order in which they run.</summary>
    public IReadOnlyList<CurvatureLayer> CurvatureLayers
    {
        get
        {
            var snapshot = new CurvatureLayer[curvatureLayers.Length];
            for (int i = 0; i < snapshot.Length; i++)
            {
                LayerInfo info = curvatureLayers[i];
                ref readonly LayerCurvatureState layer = ref layers[i];
                bool factored = layer.Decorrelate && layer.FactorStep > 0;
                snapshot[i] = new CurvatureLayer(info.Name, layer.Decorrelate ? info.CurvatureForm! : "off", layer.Decorrelate ? info.CurvatureOrder : 0,
                    factored ? layer.DampingInForce : 0f, factored ? StepCount - layer.FactorStep : -1, layer.DampingRaised, layer.DecorrelationsSkipped);
            }
            return snapshot;
        }
    }

    /// <summary>Whether a layer keeps Gram matrices and factors between steps.</summary>
    bool KeepsFactors(LayerInfo layer) => Info.AveragedCurvature && layer.CurvatureForm != "off" && !layer.IsBlocked;

    /// <summary>Gives each layer what the optimiser says of it.</summary>
    void ConfigureCurvature()
    {
        for (int i = 0; i < curvatureLayers.Length; i++)
        {
            LayerInfo info = curvatureLayers[i];
            LayerCurvature? settings = optimizer.Layers[info.Name];
            ref LayerCurvatureState layer = ref layers[i];
            layer.Decorrelate = info.CurvatureForm != "off" && (settings?.Decorrelate ?? optimizer.Decorrelate);
            layer.DecorrelateBias = layer.Decorrelate && optimizer.DecorrelateBias;
            layer.DampsByTrace = optimizer.DampingScale == DampingScale.Trace;
            layer.Damping = (settings?.Damping ?? optimizer.Damping) * DampingFactor;
        }
    }

    /// <summary>Decides which averages and factors the next step renews: at their intervals, and where there are none yet.</summary>
    void PrepareCurvature()
    {
        for (int i = 0; i < curvatureLayers.Length; i++)
        {
            ref LayerCurvatureState layer = ref layers[i];
            layer.RenewsGram = layer.RenewsFactor = layer.Decorrelate;
            layer.Failed = false;
            layer.MeasuresSlope = layer.Decorrelate && (MeasuresDivergence || TriesStep);
            if (!layer.Decorrelate || !KeepsFactors(curvatureLayers[i]))
                continue;
            layer.RenewsGram = layer.Grams == 0 || StepCount % optimizer.GramInterval == 0;
            // An equal Gram with equal damping has the factor that there is.
            bool changed = layer.RenewsGram || layer.Grams != layer.FactorGrams || layer.Damping != layer.FactorDamping;
            layer.FactorDrift = optimizer.FactorDrift;
            layer.RenewsFactor = layer.Grams == 0 || (optimizer.FactorDrift > 0
                ? layer.RenewsGram && (!layer.KeepsFactored || layer.Damping != layer.FactorDamping)
                : changed && StepCount % optimizer.FactorInterval == 0);
            // The window grows with the batches in it, so that the first one counts in full and needs no correction.
            layer.GramPast = MathF.Min((float)layer.Grams / (layer.Grams + 1), optimizer.GramAverage);
        }
    }

    /// <summary>Takes note of what the step renewed.</summary>
    void FinishCurvature()
    {
        for (int i = 0; i < curvatureLayers.Length; i++)
        {
            ref LayerCurvatureState layer = ref layers[i];
            if (layer.RenewsGram && KeepsFactors(curvatureLayers[i]))
                layer.Grams++;
            if (!layer.RenewsFactor)
                continue;
            layer.FactorStep = StepCount + 1;
            layer.FactorGrams = layer.Grams;
            layer.FactorDamping = layer.Damping;
            layer.KeepsFactored = layer.FactorDrift > 0;
            // What no damping could factor may not be finite, and would stay in the average for good.
            if (layer.Failed)
                layer.Grams = 0;
        }
    }
}
