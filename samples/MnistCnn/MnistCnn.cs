using AotNet;

/// <summary>
/// 28x28 grey images, ten classes: MNIST. A convolutional network of the class of LeNet-5 (LeCun et al. 1998): two
/// convolutions with pooling, then two dense layers.
/// </summary>
[Network(Batch = 128)]
public sealed partial class MnistCnn
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(16, kernel: 5, curvature: Curvature.Off).Relu().MaxPool(2);
        x = x.Conv(32, kernel: 5, padding: Padding.Valid).Relu().MaxPool(2);
        x = x.Dense(128).Relu().Dropout(0.3f);
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}
