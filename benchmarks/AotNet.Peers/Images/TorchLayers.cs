using AotNet.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AotNet.Peers.Images;

/// <summary>
/// Layers of libtorch that start from the weights of ours. Images are channels x rows x columns there and weights outputs x
/// inputs x rows x columns; ours are rows x columns x channels and (rows, columns, inputs) x outputs.
/// </summary>
sealed class TorchLayers(CompiledNetwork start) : IDisposable
{
    const string WeightSuffix = ".weight";

    readonly Dictionary<string, Parameter> parameters = [];
    readonly Dictionary<string, torch.Tensor> statistics = [];

    /// <summary>Whether norms go by the batch, and note it, or by what they have noted.</summary>
    internal bool Training { get; set; } = true;

    /// <summary>Those of the layers used so far.</summary>
    internal IEnumerable<Parameter> Parameters => parameters.Values;

    /// <summary>Weights among them.</summary>
    internal IEnumerable<Parameter> Weights => Those(static name => name.EndsWith(WeightSuffix, StringComparison.Ordinal));

    /// <summary>Biases, gains and shifts among them.</summary>
    internal IEnumerable<Parameter> Rows => Those(static name => !name.EndsWith(WeightSuffix, StringComparison.Ordinal));

    public void Dispose()
    {
        foreach (torch.Tensor tensor in parameters.Values.Concat(statistics.Values))
            tensor.Dispose();
    }

    internal torch.Tensor Conv(string layer, torch.Tensor x, int kernel, int stride = 1, int padding = 0, long groups = 1) =>
        nn.functional.conv2d(x, Weight(layer, kernel, kernel), Row(layer, "bias"), [stride, stride], [padding, padding], groups: groups);

    internal torch.Tensor Conv1D(string layer, torch.Tensor x, int kernel, int padding) =>
        nn.functional.conv1d(x, Weight(layer, kernel, columns: null), Row(layer, "bias"), padding: padding);

    /// <summary>A dense layer over features, or over whole images.</summary>
    internal torch.Tensor Dense(string layer, torch.Tensor x)
    {
        long[] image = [.. x.shape.Skip(1)];
        Parameter weight = Made(layer + WeightSuffix, () =>
        {
            NetworkTensor ours = start.Parameters[layer + WeightSuffix];
            torch.Tensor values = tensor(ours.ToArray(), [ours.Rows, ours.Columns]);
            return image.Length == 1 ? values.t() : values.reshape(image[1], image[2], image[0], ours.Columns).permute(3, 2, 0, 1).reshape(ours.Columns, ours.Rows);
        });
        return nn.functional.linear(x.flatten(1), weight, Row(layer, "bias"));
    }

    internal torch.Tensor BatchNorm(string layer, torch.Tensor x) => nn.functional.batch_norm(x, Statistic(layer + ".mean", x.shape[1], 0),
        Statistic(layer + ".variance", x.shape[1], 1), Row(layer, "gain"), Row(layer, "shift"), training: Training);

    IEnumerable<Parameter> Those(Func<string, bool> wanted) => parameters.Where(entry => wanted(entry.Key)).Select(static entry => entry.Value);

    Parameter Weight(string layer, int rows, int? columns) => Made(layer + WeightSuffix, () =>
    {
        NetworkTensor ours = start.Parameters[layer + WeightSuffix];
        int taps = rows * (columns ?? 1);
        torch.Tensor values = tensor(ours.ToArray(), [rows, columns ?? 1, ours.Rows / taps, ours.Columns]).permute(3, 2, 0, 1);
        return columns is null ? values.squeeze(3) : values;
    });

    /// <summary>A bias, gain or shift; null where the layer has none.</summary>
    Parameter? Row(string layer, string name) => start.Parameters.Any(tensor => tensor.Name == $"{layer}.{name}")
        ? Made($"{layer}.{name}", () => tensor(start.Parameters[$"{layer}.{name}"].ToArray()))
        : null;

    torch.Tensor Statistic(string name, long channels, float value)
    {
        if (!statistics.TryGetValue(name, out torch.Tensor? made))
            statistics.Add(name, made = full(channels, value).DetachFromDisposeScope());
        return made;
    }

    Parameter Made(string name, Func<torch.Tensor> values)
    {
        if (!parameters.TryGetValue(name, out Parameter? made))
        {
            using (no_grad())
                made = new Parameter(values().contiguous().clone().DetachFromDisposeScope());
            parameters.Add(name, made);
        }
        return made;
    }
}
