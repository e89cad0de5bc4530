using AotNet;

namespace PaperExperiments.Networks;

// The authors' network for CIFAR-10: 5x5x32, 5x5x32, 5x5x64, each with a pool of 3x3 every 2 points, then 4x4x64 and 1x1x10.

/// <summary>As their code decorrelates it, by channels and the first layer too, and pools it.</summary>
[Network(Batch = 128, AveragedCurvature = false)]
public sealed partial class CifarAuthors
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image;
        for (int stage = 0; stage < 3; stage++)
            x = x.Conv(stage < 2 ? 32 : 64, kernel: 5, curvature: Curvature.Channels).Relu().MaxPool(3, stride: 2, padding: 1, paper: true);
        x = x.Conv(64, kernel: 4, padding: Padding.Valid, curvature: Curvature.Channels).Relu();
        return Objective.SoftmaxCrossEntropy(x.Conv(10, kernel: 1, curvature: Curvature.Channels).Flatten(), label);
    }
}

/// <summary>With nothing declared but its layers, as in samples/CifarCnn.</summary>
[Network(Batch = 128)]
public sealed partial class CifarDefault
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image;
        for (int stage = 0; stage < 3; stage++)
            x = x.Conv(stage < 2 ? 32 : 64, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 4, padding: Padding.Valid).Relu();
        return Objective.SoftmaxCrossEntropy(x.Conv(10, kernel: 1).Flatten(), label);
    }
}
