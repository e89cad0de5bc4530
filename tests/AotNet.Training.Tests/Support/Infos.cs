namespace AotNet.Training.Tests.Support;

/// <summary>Descriptions of small networks.</summary>
static class Infos
{
    /// <summary>A network that takes images.</summary>
    public static NetworkInfo OfImages(int height, int width, int channels, int classes, int batch = 8) =>
        Of(height * width * channels, classes, batch: batch) with { Inputs = [new InputInfo("image", [height, width, channels])] };

    /// <summary>A network of the given widths.</summary>
    public static NetworkInfo Of(int features, int width, ObjectiveKind kind = ObjectiveKind.SoftmaxCrossEntropy, int batch = 8,
        string name = "Toy", string hash = "0123456789abcdef") => new()
    {
        Name = name,
        TopologyHash = hash,
        Batch = batch,
        Inputs = [new InputInfo("x", [features])],
        Target = new TargetInfo("y", kind, width),
        Outputs = width,
        ParameterCount = (features + 1) * width,
        ForwardFlops = 2L * features * width,
        TrainingFlops = 6L * features * width,
        Arena = new ArenaInfo(1, 2, 3, 4, 5, 6, 21),
        Layers = [new LayerInfo("dense1", "Dense", [features], [width], (features + 1) * width, "dual", batch)
        {
            CurvatureWork = new CurvatureWork(Gram: 3L * features * width * batch, Factor: 2L * features * width * batch, Solve: 1L * features * width * batch),
        }],
        Tensors = [],
        Plan = "one layer",
    };
}
