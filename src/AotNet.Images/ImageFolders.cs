using AotNet.Images;
using AotNet.Training.Data;
using AotNet.Training.Data.Files;

namespace AotNet.Training;

/// <summary>
/// Reads JPEG, PNG and BMP files: <c>DIR/CLASS/*.jpg</c>, with <c>train/</c> and <c>test/</c> above the classes where there
/// are two parts; a tar archive, plain or gzip, of such a directory; or a manifest, a CSV file with the columns path and
/// label. Images have the height and width of the network's input. A network of one channel takes grey images; one of
/// three takes colour, and grey as three equal channels.
/// </summary>
public sealed class ImageFolders : MediaFolders
{
    internal override string Name => MediaNames.ImagesFormat;

    internal override string Things => "images";

    internal override bool IsWanted(string name) => MediaNames.IsImage(name);

    internal override DataSchema SchemaOf(FileTree tree, string[] files, string[] classNames) => new(classNames);

    internal override MediaDecoder CreateDecoder(NetworkInfo network, DataSchema schema) =>
        ImageShape.Of(network) is { Channels: 1 or 3 } shape
            ? new ImageDecoder(shape, network.Name)
            : throw new UsageException($"images are read for networks of one input, height x width x 1 or 3 channels; {network.Name} takes {ImageShape.Describe(network)}.");

    internal override Dataset ToDataset(SampleBytes samples, string[] names, int[] labels, string source, NetworkInfo network) => new ByteDataset
    {
        Source = source,
        Count = names.Length,
        Features = network.InputFeatures,
        Values = samples,
        Labels = labels,
        Names = names,
    };
}
