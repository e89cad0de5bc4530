using AotNet;

/// <summary>
/// 32x32 colour images, ten classes: CIFAR-10. The convolutional network of the method's authors (Ye et al. 2017):
/// 5x5x32, 5x5x32, 5x5x64 with pools of 3x3 every 2 points, then 4x4x64 and 1x1x10.
/// </summary>
[Network(Batch = 128)]
public sealed partial class CifarCnn
{
    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(32, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        x = x.Conv(64, kernel: 5).Relu().MaxPool(3, stride: 2, padding: 1);
        // What is left is 4x4 points: one position, whose 64 channels the last convolution reads as a dense layer would.
        x = x.Conv(64, kernel: 4, padding: Padding.Valid).Relu();
        return Objective.SoftmaxCrossEntropy(x.Conv(10, kernel: 1).Flatten(), label);
    }
}
