using AotNet.Runtime;

namespace AotNet.Training.Tests.Support;

/// <summary>One ReLU between two layers, on one sample: the loss has one kink, and the bias of the first layer says how far it is.</summary>
[Network(Batch = 1)]
public partial class KinkedNetwork
{
    static Objective Define([Shape(3)] Tensor features, [Shape(1)] Targets target) =>
        Objective.MeanSquaredError(features.Dense(1, curvature: Curvature.Off).Relu().Dense(1, curvature: Curvature.Off), target);

    /// <summary>One whose gradient of a tensor's first value is so many times the right one.</summary>
    internal static KinkedNetwork Wrong(string tensor, float factor) => new WrongGradient(tensor, factor);

    sealed class WrongGradient(string tensor, float factor) : KinkedNetwork(seed: 1, threads: 1)
    {
        protected override void BackwardPass(in KernelContext c)
        {
            base.BackwardPass(c);
            Gradients[tensor][0, 0] *= factor;
        }
    }
}
