using AotNet;

namespace PaperExperiments.Networks;

/// <summary>784-128-128-10 with ReLU; the layer on the pixels is left out of the decorrelation.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Mlp
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(image.Dense(128, curvature: Curvature.Off).Relu().Dense(128).Relu().Dense(10), label);
}

/// <summary>The same with every layer decorrelated.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class MlpWhole
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label) =>
        Objective.SoftmaxCrossEntropy(image.Dense(128, curvature: Curvature.Primal).Relu().Dense(128).Relu().Dense(10), label);
}
