using AotNet;

/// <summary>
/// 28x28 grey images, ten classes: Fashion-MNIST or MNIST. A contractive network, whose widths never grow, with ModU,
/// so that no residual is lost on the way back (Ye et al. 2017).
/// </summary>
[Network(Batch = 128, Contractive = true)]
public sealed partial class FashionMlp
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(512).ModU();
        x = x.BatchRms().Dense(256).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
    }
}
