using AotNet;

namespace PaperExperiments.Networks;

// Networks that declare nothing but their layers: initial weights, curvature and averages are AotNet's defaults.

/// <summary>784-256-128-10, ReLU.</summary>
[Network(Batch = 128)]
public sealed partial class Default256Relu
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(256).Relu().Dense(128).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-512-256-10, ReLU.</summary>
[Network(Batch = 128)]
public sealed partial class Default512Relu
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(512).Relu().Dense(256).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-400-360-...-40-10, ReLU.</summary>
[Network(Batch = 128)]
public sealed partial class DefaultTenRelu
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400).Relu();
        for (int width = 360; width > 0; width -= 40)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-400-380-...-20-10, ReLU.</summary>
[Network(Batch = 128)]
public sealed partial class DefaultTwentyRelu
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400).Relu();
        for (int width = 380; width > 0; width -= 20)
            x = x.Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-400-380-...-20-10, ReLU, BatchRms before all layers but the first.</summary>
[Network(Batch = 128)]
public sealed partial class DefaultTwentyReluRms
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400).Relu();
        for (int width = 380; width > 0; width -= 20)
            x = x.BatchRms().Dense(width).Relu();
        return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
    }
}

/// <summary>784-256-128-10, ModU.</summary>
[Network(Batch = 128)]
public sealed partial class Default256ModU
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(256).ModU().Dense(128).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-512-256-10, ModU.</summary>
[Network(Batch = 128)]
public sealed partial class Default512ModU
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(512).ModU().Dense(256).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-400-360-...-40-10, ModU.</summary>
[Network(Batch = 128)]
public sealed partial class DefaultTenModU
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400).ModU();
        for (int width = 360; width > 0; width -= 40)
            x = x.Dense(width).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-400-380-...-20-10, ModU.</summary>
[Network(Batch = 128)]
public sealed partial class DefaultTwentyModU
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400).ModU();
        for (int width = 380; width > 0; width -= 20)
            x = x.Dense(width).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10), label);
    }
}

/// <summary>784-400-380-...-20-10, ModU, BatchRms before all layers but the first.</summary>
[Network(Batch = 128)]
public sealed partial class DefaultTwentyModURms
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400).ModU();
        for (int width = 380; width > 0; width -= 20)
            x = x.BatchRms().Dense(width).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms().Dense(10), label);
    }
}
