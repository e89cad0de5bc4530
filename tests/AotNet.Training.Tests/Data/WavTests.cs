using AotNet.Training.Data;
using AotNet.Training.Data.Files;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class WavTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.Of(6, 2);

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    TrainingSets Read(bool skipBad = false) => new WavFolders().ReadTraining(directory.Path, new DataRequest(Network) { SkipBad = skipBad });

    static float[] Values(Dataset data, int sample)
    {
        var inputs = new float[data.Features];
        data.Gather([sample], Standardization.Uniform(data.Features, 0, 1), inputs);
        return inputs;
    }

    [Fact]
    public void SoundsAreCutOrFollowedBySilenceAndChannelsAveraged()
    {
        directory.Write("a/exact.wav", MediaFiles.Wav(8000, 1, [1, -2, 3, -4, short.MaxValue, short.MinValue]));
        directory.Write("a/long.wav", MediaFiles.Wav(8000, 1, [1, 2, 3, 4, 5, 6, 7, 8]));
        directory.Write("b/short.WAV", MediaFiles.Wav(8000, 1, [9]));
        directory.Write("b/stereo.wav", MediaFiles.Wav(8000, 2, [10, 20, -1, -2, 1, 2, short.MinValue, short.MinValue]));
        TrainingSets sets = Read();
        Assert.Equal(8000, Assert.IsType<WaveSchema>(sets.Schema).Rate);
        Assert.Equal([0, 0, 1, 1], sets.Train.Labels);
        Assert.Equal([1, -2, 3, -4, short.MaxValue, short.MinValue], Values(sets.Train, 0));
        Assert.Equal([1, 2, 3, 4, 5, 6], Values(sets.Train, 1));
        Assert.Equal([9, 0, 0, 0, 0, 0], Values(sets.Train, 2));
        Assert.Equal([15, -2, 2, short.MinValue, 0, 0], Values(sets.Train, 3));
    }

    [Fact]
    public void ValuesAreStandardisedByOneMeanAndDeviation()
    {
        directory.Write("a/1.wav", MediaFiles.Wav(8000, 1, [100, 2000, -300, 44, 5, 6]));
        directory.Write("b/1.wav", MediaFiles.Wav(8000, 1, [-100, 22000, 300, -44, 50, 60]));
        Dataset data = Read().Train;
        Standardization standardization = data.Measure([0, 1]);
        Assert.Single(standardization.Scale.Distinct());
        var inputs = new float[12];
        data.Gather([0, 1], standardization, inputs);
        Assert.Equal(0, inputs.Average(), 1e-5);
        Assert.Equal(1, inputs.Average(static x => x * x), 1e-5);
        data.Gather([0, 1], data.Measure([0, 1], centers: false), inputs);
        Assert.Equal(1, inputs.Average(static x => x * x), 1e-5);
        Assert.Equal(20, inputs[0] / inputs[4], 1e-4);
        Assert.Equal([0, 12000, 0, 0, 27.5f, 33], data.Means([0, 1]));
    }

    public static TheoryData<string, byte[], string> Bad => new()
    {
        { "empty", [], "is no WAV file" },
        { "text", "this is no sound at all"u8.ToArray(), "is no WAV file" },
        { "cut", MediaFiles.Wav(8000, 1, [1, 2, 3])[..^1], "is truncated: a part of it promises 6 bytes and 5 follow" },
        { "no data", MediaFiles.Wav(8000, 1, [1, 2, 3])[..46], "is truncated" },
        { "header only", MediaFiles.Wav(8000, 1, [1, 2, 3])[..36], "holds no sound" },
        { "silent", MediaFiles.Wav(8000, 1, []), "has 0 bytes of sound" },
        { "half a moment", MediaFiles.Wav(8000, 2, [1, 2, 3]), "no whole number of moments of 2 channels" },
        { "no channels", MediaFiles.Wav(8000, 0, [1]), "has 0 channels" },
        { "other rate", MediaFiles.Wav(16000, 1, [1]), "has 16000 samples a second, but the data that the network learns from has 8000" },
        { "float", Changed(MediaFiles.Wav(8000, 1, [1]), 20, 3), "has coding 3 with 16 bits" },
        { "8 bits", Changed(MediaFiles.Wav(8000, 1, [1]), 34, 8), "has coding 1 with 8 bits" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void ABadSoundIsNamedOrSkipped(string kind, byte[] bytes, string expected)
    {
        directory.Write("a/1.wav", MediaFiles.Wav(8000, 1, [1]));
        string bad = directory.Write("a/2.wav", bytes);
        directory.Write("b/1.wav", MediaFiles.Wav(8000, 1, [2]));
        string message = Assert.Throws<UsageException>(() => Read()).Message;
        Assert.StartsWith($"{bad}: ", message);
        Assert.True(message.Contains(expected), $"{kind}: {message}");
        Assert.Equal([0, 1], Read(skipBad: true).Train.Labels);
    }

    [Fact]
    public void FurtherDataMustHaveTheRate()
    {
        directory.Write("a/1.wav", MediaFiles.Wav(8000, 1, [1]));
        Assert.Contains("has 8000 samples a second, but the data that the network learns from has 16000", Assert.Throws<UsageException>(() =>
            new WavFolders().ReadLike(directory.Path, new WaveSchema(["a", "b"], 16000), new DataRequest(Network), DataPart.Test)).Message);
    }

    static byte[] Changed(byte[] bytes, int at, byte value)
    {
        bytes[at] = value;
        return bytes;
    }
}
