using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;

namespace AotNet.Reference.Meanings;

/// <summary>
/// An objective over one sample: its loss, the residual (derivative by the outputs, not divided by the rows), how many
/// answers are correct, and the prediction made from the outputs. Targets are one row per sample: the class alone, the
/// class, a partner's class and the weight of the first, or one value per output.
/// </summary>
abstract class ObjectiveMeaning
{
    internal abstract double Loss(double[] output, double[] target);

    internal abstract double[] Residual(double[] output, double[] target);

    internal virtual int Correct(double[] output, double[] target) => 0;

    internal virtual double[] Prediction(double[] output) => output;

    internal static ObjectiveMeaning Of(Op op) => op switch
    {
        SoftmaxCrossEntropyOp => new SoftmaxMeaning(),
        MeanSquaredErrorOp => new MeanMeaning(static (y, t) => (y - t) * (y - t), static (y, t) => 2 * (y - t)),
        HuberOp huber => MeanMeaning.Huber(SpecialFunctions.AsWritten(huber.Delta)),
        BinaryCrossEntropyOp => new BinaryMeaning(),
        _ => throw new ArgumentException($"{op.Method} is no objective.", nameof(op)),
    };
}

/// <summary>
/// -log softmax(outputs)[class] in nats, of two classes by their weights; correct when the class, of two the one of the
/// larger weight, has the largest output, the first of equals.
/// </summary>
sealed class SoftmaxMeaning : ObjectiveMeaning
{
    internal override double Loss(double[] output, double[] target)
    {
        double largest = output.Max(), normalizer = largest + Math.Log(output.Sum(y => Math.Exp(y - largest)));
        return Classes(target).Sum(part => part.Weight * (normalizer - output[part.Class]));
    }

    internal override double[] Residual(double[] output, double[] target)
    {
        double[] residual = Prediction(output);
        foreach ((int Class, double Weight) part in Classes(target))
            residual[part.Class] -= part.Weight;
        return residual;
    }

    internal override int Correct(double[] output, double[] target) =>
        Array.IndexOf(output, output.Max()) == Classes(target).MaxBy(static part => part.Weight).Class ? 1 : 0;

    internal override double[] Prediction(double[] output)
    {
        double largest = output.Max(), sum = output.Sum(y => Math.Exp(y - largest));
        return [.. output.Select(y => Math.Exp(y - largest) / sum)];
    }

    static (int Class, double Weight)[] Classes(double[] target) =>
        target.Length == 1 ? [((int)target[0], 1)] : [((int)target[0], target[2]), ((int)target[1], 1 - target[2])];
}

/// <summary>The mean over outputs of a function of output and target.</summary>
class MeanMeaning(Func<double, double, double> loss, Func<double, double, double> derivative) : ObjectiveMeaning
{
    internal static MeanMeaning Huber(double delta) => new(
        (y, t) => Math.Abs(y - t) <= delta ? (y - t) * (y - t) / 2 : delta * (Math.Abs(y - t) - delta / 2),
        (y, t) => Math.Clamp(y - t, -delta, delta));

    internal override double Loss(double[] output, double[] target) => output.Zip(target, loss).Sum() / output.Length;

    internal override double[] Residual(double[] output, double[] target) =>
        [.. output.Zip(target, derivative).Select(d => d / output.Length)];
}

/// <summary>
/// Cross-entropy of σ(output) with a target between 0 and 1; an output is correct when it is above 0 exactly where its
/// target is above one half.
/// </summary>
sealed class BinaryMeaning() : MeanMeaning(
    static (y, t) => Math.Max(y, 0) - y * t + Math.Log(1 + Math.Exp(-Math.Abs(y))),
    static (y, t) => SpecialFunctions.Sigmoid(y) - t)
{
    internal override int Correct(double[] output, double[] target) =>
        output.Zip(target).Count(static pair => pair.First > 0 == pair.Second > 0.5);

    internal override double[] Prediction(double[] output) => [.. output.Select(SpecialFunctions.Sigmoid)];
}
