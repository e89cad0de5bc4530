using AotNet.Benchmarks.Harness;
using AotNet.Peers.Harness;
using TorchSharp;
using static TorchSharp.torch;

namespace AotNet.Peers.Products;

/// <summary>
/// One product of a dense layer by libtorch, with the weights as ours (inputs x outputs) and as its linear layer has them
/// (outputs x inputs), into a new tensor and, where there is such a call, into one that is there already.
/// </summary>
sealed class TorchProduct : IDisposable
{
    readonly torch.Tensor x, y, weight, linearWeight, bias;
    readonly torch.Tensor xTransposed, yTransposed, weightTransposed;
    readonly ProductKind kind;

    internal TorchProduct(ProductKind kind, int rows, LayerShape layer, ProductPass operands)
    {
        this.kind = kind;
        x = tensor(operands.X, [rows, layer.Inputs]);
        y = tensor(operands.Y, [rows, layer.Outputs]);
        weight = tensor(operands.Weight, [layer.Inputs, layer.Outputs]);
        bias = tensor(operands.Bias);
        (xTransposed, yTransposed, weightTransposed) = (x.t(), y.t(), weight.t());
        linearWeight = weightTransposed.contiguous();
    }

    internal Contestant Contestant => kind switch
    {
        ProductKind.Forward => new Contestant(
            Repeat(() => addmm(bias, x, weight, 1, 1)),
            Repeat(() => nn.functional.linear(x, linearWeight, bias))),
        ProductKind.WeightGradient => new Contestant(
            Repeat(() => mm(xTransposed, y)),
            Repeat(() => mm(yTransposed, x)),
            InPlace(() => weight.addmm_(xTransposed, y, 0, 1))),
        _ => new Contestant(
            Repeat(() => mm(y, weightTransposed)),
            Repeat(() => mm(y, linearWeight)),
            InPlace(() => x.addmm_(y, weightTransposed, 0, 1))),
    };

    public void Dispose()
    {
        foreach (torch.Tensor tensor in (torch.Tensor[])[x, y, weight, linearWeight, bias, xTransposed, yTransposed, weightTransposed])
            tensor.Dispose();
    }

    static Action<int> Repeat(Func<torch.Tensor> product) => times =>
    {
        using IDisposable quiet = inference_mode();
        for (int i = 0; i < times; i++)
            product().Dispose();
    };

    static Action<int> InPlace(Action product) => times =>
    {
        using IDisposable quiet = inference_mode();
        for (int i = 0; i < times; i++)
            product();
    };
}
