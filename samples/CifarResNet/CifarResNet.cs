using AotNet;

/// <summary>
/// 32x32 colour images, ten classes: CIFAR-10. ResNet-8 and ResNet-20: three stages of 16, 32 and 64 channels, each of one
/// residual block or of three, with batch normalisation (He et al. 2016).
/// </summary>
[Network(Batch = 128)]
public sealed partial class CifarResNet
{
#if RESNET20
    const int Blocks = 3;
#else
    const int Blocks = 1;
#endif

    static Objective Define([Shape(32, 32, 3)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Conv(16, kernel: 3, bias: false).BatchNorm().Relu();
        for (int stage = 0; stage < 3; stage++)
        {
            for (int block = 0; block < Blocks; block++)
                x = Block(x, channels: 16 << stage, stride: stage > 0 && block == 0 ? 2 : 1);
        }
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(10), label);
    }

    /// <summary>Two convolutions and the way around them, which follows them to fewer points and more channels.</summary>
    static Tensor Block(Tensor x, int channels, int stride)
    {
        // No biases: the mean that BatchNorm takes off would take them along.
        Tensor y = x.Conv(channels, kernel: 3, stride: stride, bias: false).BatchNorm().Relu();
        y = y.Conv(channels, kernel: 3, bias: false).BatchNorm();
        Tensor around = stride == 1 ? x : x.Conv(channels, kernel: 1, stride: stride, bias: false);
        return (y + around).Relu();
    }
}
