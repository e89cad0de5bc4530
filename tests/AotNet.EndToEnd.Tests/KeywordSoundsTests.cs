using System.Buffers.Binary;
using KeywordSounds;

namespace AotNet.EndToEnd.Tests;

/// <summary>samples/KeywordSpotting: the sounds that it makes for itself.</summary>
public sealed class KeywordSoundsTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("aotnet-").FullName;

    /// <summary>Removes what was written.</summary>
    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_seed_means_the_same_files_and_another_seed_others()
    {
        Dictionary<string, byte[]> first = Make("first", seed: 7, train: 2, test: 1), again = Make("again", seed: 7, train: 2, test: 1);
        Assert.Equal(Words.Names.Length * 3, first.Count);
        Assert.Equal(first.Keys.Order(StringComparer.Ordinal), again.Keys.Order(StringComparer.Ordinal));
        Assert.All(first, file => Assert.Equal(file.Value, again[file.Key]));
        Assert.All(Make("other", seed: 8, train: 2, test: 1), file => Assert.NotEqual(first[file.Key], file.Value));
    }

    [Fact]
    public void No_two_files_are_equal_and_more_of_them_change_none()
    {
        Dictionary<string, byte[]> few = Make("few", seed: 1, train: 1, test: 1), more = Make("more", seed: 1, train: 3, test: 2);
        Assert.Equal(more.Count, more.Values.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(few, file => Assert.Equal(file.Value, more[file.Key]));
    }

    [Fact]
    public void Files_are_a_second_of_16_bit_PCM_of_one_channel()
    {
        foreach ((string name, byte[] file) in Make("format", seed: 1, train: 1, test: 1))
        {
            Assert.Matches("^(train|test)/[a-z]+/[0-9]{5}[.]wav$", name);
            Assert.Equal(44 + 2 * Words.Rate, file.Length);
            Assert.Equal("RIFF"u8, file.AsSpan(0, 4));
            Assert.Equal("WAVEfmt "u8, file.AsSpan(8, 8));
            Assert.Equal("data"u8, file.AsSpan(36, 4));
            Assert.Equal((file.Length - 8, 16, Words.Rate, 2 * Words.Rate, 2 * Words.Rate),
                (Number(file, 4), Number(file, 16), Number(file, 24), Number(file, 28), Number(file, 40)));
            // Coding, channels; bytes a moment, bits a value.
            Assert.Equal((1, 1, 2, 16), (Half(file, 20), Half(file, 22), Half(file, 32), Half(file, 34)));
        }
    }

    [Fact]
    public void Words_are_louder_than_the_noise_that_they_stand_in()
    {
        static double Power(string word) => Enumerable.Range(0, 20)
            .Average(i => Words.Make(word, new Noise((ulong)i)).Average(static value => (double)value * value));
        double noise = Power("noise");
        Assert.All(Words.Names.Where(static word => word != "noise"), word => Assert.True(Power(word) > 1.1 * noise, word));
    }

    Dictionary<string, byte[]> Make(string name, int seed, int train, int test)
    {
        string target = Path.Combine(directory, name);
        SoundFolders.Write(target, seed, train, test);
        return Directory.GetFiles(target, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(target, file).Replace('\\', '/'), File.ReadAllBytes);
    }

    static int Number(byte[] file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

    static int Half(byte[] file, int at) => BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(at));
}
