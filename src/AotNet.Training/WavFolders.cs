using AotNet.Training.Data;
using AotNet.Training.Data.Files;

namespace AotNet.Training;

/// <summary>
/// Reads WAV files (PCM, 16 bits; several channels are averaged): <c>DIR/CLASS/*.wav</c>, with <c>train/</c> and
/// <c>test/</c> above the classes where there are two parts; a tar archive, plain or gzip, of such a directory; or a
/// manifest, a CSV file with the columns path and label. All are of one sampling rate. A sample has as many values as the
/// network's input: longer recordings lose their end, shorter ones are followed by silence.
/// </summary>
public sealed class WavFolders : MediaFolders
{
    internal override string Name => MediaNames.WavesFormat;

    internal override string Things => "WAV files";

    internal override bool IsWanted(string name) => MediaNames.IsWave(name);

    /// <remarks>The sampling rate is that of the first file that can be read.</remarks>
    internal override DataSchema SchemaOf(FileTree tree, string[] files, string[] classNames)
    {
        using FileCursor cursor = tree.Read(files);
        byte[] buffer = [];
        while (cursor.Next(ref buffer, out _, out int length))
        {
            try
            {
                return new WaveSchema(classNames, WavFile.Read(buffer.AsSpan(0, length)).Rate);
            }
            catch (BadFileException)
            {
                // Decoding says so, if the file may not be left out.
            }
        }
        return new WaveSchema(classNames, 0);
    }

    internal override MediaDecoder CreateDecoder(NetworkInfo network, DataSchema schema) => network.Inputs.Count == 1
        ? new WavDecoder(network.InputFeatures, ((WaveSchema)schema).Rate)
        : throw new UsageException($"WAV files are read for networks of one input, but {network.Name} has {network.Inputs.Count}.");

    internal override Dataset ToDataset(SampleBytes samples, string[] names, int[] labels, string source, NetworkInfo network) => new ShortDataset
    {
        Source = source,
        Count = names.Length,
        Features = network.InputFeatures,
        Values = samples,
        Labels = labels,
        Names = names,
    };
}
