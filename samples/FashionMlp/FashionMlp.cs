using AotNet;

/// <summary>
/// 28x28 grey images, ten classes: Fashion-MNIST or MNIST. A contractive network, whose widths never grow, with ModU,
/// so that no residual is lost on the way back (Ye et al. 2017).
/// </summary>
[Network(Batch = 128)]
public sealed partial class FashionMlp
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image;
        for (int width = 512; width >= 256; width /= 2) // unrolled: 512, 256
            x = x.BatchRms().Dense(width).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
    }
}
