using AotNet;

namespace PaperExperiments.Networks;

/// <summary>
/// A layer of 128 on the pixels, left out of the decorrelation as in the authors' runs, then ten hidden layers of 128, all
/// with ReLU, and each but the first after BatchRms.
/// </summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Deep
{
    const int Hidden = 10, Width = 128;

    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(Width, curvature: Curvature.Off).Relu();
        for (int layer = 0; layer < Hidden; layer++)
            x = x.BatchRms(epsilon: Authors.Floor).Dense(Width).Relu();
        return Objective.SoftmaxCrossEntropy(x.BatchRms(epsilon: Authors.Floor).Dense(10), label);
    }
}

/// <summary>The same without BatchRms.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class DeepPlain
{
    const int Hidden = 10, Width = 128;

    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(Width, curvature: Curvature.Off).Relu();
        for (int layer = 0; layer < Hidden; layer++)
            x = x.Dense(Width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}
