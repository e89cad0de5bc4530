using AotNet.Training.Data;
using AotNet.Training.Data.Files;

namespace AotNet.Training.Tests.Support;

/// <summary>A format whose samples are their files' four bytes, named as images are; it counts what it decodes.</summary>
sealed class CountingFormat : MediaFolders
{
    int decoded;

    /// <summary>Files decoded.</summary>
    public int Decoded => decoded;

    /// <summary>Called before a file is decoded, on the thread that does.</summary>
    public Action? BeforeDecoding { get; init; }

    internal override string Name => MediaNames.ImagesFormat;

    internal override string Things => "images";

    internal override bool IsWanted(string name) => MediaNames.IsImage(name);

    internal override DataSchema SchemaOf(FileTree tree, string[] files, string[] classNames) => new(classNames);

    internal override MediaDecoder CreateDecoder(NetworkInfo network, DataSchema schema) =>
        new Decoder(this, string.Join("x", network.Inputs[0].Shape));

    internal override Dataset ToDataset(SampleBytes samples, string[] names, int[] labels, string source, NetworkInfo network) => new ByteDataset
    {
        Source = source,
        Count = names.Length,
        Features = 4,
        Values = samples,
        Labels = labels,
        Names = names,
    };

    sealed class Decoder(CountingFormat format, string settings) : MediaDecoder
    {
        public override int SampleBytes => 4;

        public override string Settings => settings;

        public override void Decode(ReadOnlySpan<byte> file, Span<byte> sample)
        {
            format.BeforeDecoding?.Invoke();
            if (file.Length != 4)
                throw new BadFileException($"has {file.Length} bytes");
            file.CopyTo(sample);
            Interlocked.Increment(ref format.decoded);
        }
    }
}
