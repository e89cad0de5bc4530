using AotNet;

namespace PaperExperiments.Networks;

// Contractive networks, whose widths never grow: 784-400-360-...-40-10 (ten hidden layers) and 784-400-380-...-20-10
// (twenty), with ReLU or ModU, with BatchRms before all layers but the first or without. Initial weights keep the scale of
// values from layer to layer: ReLU passes half of their energy on, ModU all of it.

/// <summary>Ten hidden layers, ReLU, BatchRms.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive10ReluRms
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.He, curvature: Curvature.Off).Relu();
        for (int width = 360; width > 0; width -= 40)
            x = x.BatchRms(epsilon: Authors.Floor).Dense(width, init: Initializer.He).Relu();
        return Objective.SoftmaxCrossEntropy(x.BatchRms(epsilon: Authors.Floor).Dense(10, init: Initializer.He), label);
    }
}

/// <summary>Ten hidden layers, ReLU.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive10Relu
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.He, curvature: Curvature.Off).Relu();
        for (int width = 360; width > 0; width -= 40)
            x = x.Dense(width, init: Initializer.He).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10, init: Initializer.He), label);
    }
}

/// <summary>Ten hidden layers, ModU, BatchRms.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive10ModURms
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.LeCun, curvature: Curvature.Off).ModU();
        for (int width = 360; width > 0; width -= 40)
            x = x.BatchRms(epsilon: Authors.Floor).Dense(width, init: Initializer.LeCun).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms(epsilon: Authors.Floor).Dense(10, init: Initializer.LeCun), label);
    }
}

/// <summary>Ten hidden layers, ModU.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive10ModU
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.LeCun, curvature: Curvature.Off).ModU();
        for (int width = 360; width > 0; width -= 40)
            x = x.Dense(width, init: Initializer.LeCun).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10, init: Initializer.LeCun), label);
    }
}

/// <summary>Twenty hidden layers, ReLU, BatchRms.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive20ReluRms
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.He, curvature: Curvature.Off).Relu();
        for (int width = 380; width > 0; width -= 20)
            x = x.BatchRms(epsilon: Authors.Floor).Dense(width, init: Initializer.He).Relu();
        return Objective.SoftmaxCrossEntropy(x.BatchRms(epsilon: Authors.Floor).Dense(10, init: Initializer.He), label);
    }
}

/// <summary>Twenty hidden layers, ReLU.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive20Relu
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.He, curvature: Curvature.Off).Relu();
        for (int width = 380; width > 0; width -= 20)
            x = x.Dense(width, init: Initializer.He).Relu();
        return Objective.SoftmaxCrossEntropy(x.Dense(10, init: Initializer.He), label);
    }
}

/// <summary>Twenty hidden layers, ModU, BatchRms.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive20ModURms
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.LeCun, curvature: Curvature.Off).ModU();
        for (int width = 380; width > 0; width -= 20)
            x = x.BatchRms(epsilon: Authors.Floor).Dense(width, init: Initializer.LeCun).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms(epsilon: Authors.Floor).Dense(10, init: Initializer.LeCun), label);
    }
}

/// <summary>Twenty hidden layers, ModU.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive20ModU
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.LeCun, curvature: Curvature.Off).ModU();
        for (int width = 380; width > 0; width -= 20)
            x = x.Dense(width, init: Initializer.LeCun).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10, init: Initializer.LeCun), label);
    }
}

// Twenty hidden layers of ModU with initial weights of twice the energy that ModU needs, as ReLU has them: what
// docs/consistency.md shows as sick, of which Contractive20ModURms is the first attempt at a cure.

/// <summary>Twenty hidden layers, ModU, BatchRms, initial weights of He.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive20ModURmsHe
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.He, curvature: Curvature.Off).ModU();
        for (int width = 380; width > 0; width -= 20)
            x = x.BatchRms(epsilon: Authors.Floor).Dense(width, init: Initializer.He).ModU();
        return Objective.SoftmaxCrossEntropy(x.BatchRms(epsilon: Authors.Floor).Dense(10, init: Initializer.He), label);
    }
}

/// <summary>Twenty hidden layers, ModU, initial weights of He.</summary>
[Network(Batch = 500, AveragedCurvature = false)]
public sealed partial class Contractive20ModUHe
{
    static Objective Define([Shape(28, 28, 1)] Tensor image, [Classes(10)] Labels label)
    {
        Tensor x = image.Dense(400, init: Initializer.He, curvature: Curvature.Off).ModU();
        for (int width = 380; width > 0; width -= 20)
            x = x.Dense(width, init: Initializer.He).ModU();
        return Objective.SoftmaxCrossEntropy(x.Dense(10, init: Initializer.He), label);
    }
}
