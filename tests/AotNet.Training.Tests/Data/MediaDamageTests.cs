using System.Formats.Tar;
using System.Runtime.ExceptionServices;
using System.Text;
using AotNet.Training.Data;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

/// <summary>
/// Twelve thousand damaged images, sounds, archives, manifests and CIFAR files, some of which name a file that lies outside:
/// each is read or refused in one sentence that begins with its name; nothing else is thrown, nothing hangs, and the file
/// outside is never read.
/// </summary>
public sealed class MediaDamageTests : IDisposable
{
    /// <summary>Between two looks at whether a reader gets on.</summary>
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks at the same input before it is said to hang. Counted, not timed: while the process is paused there are none.</summary>
    const int MostLooks = 200;

    static readonly NetworkInfo Colour = Infos.OfImages(8, 8, 3, 2), Grey = Infos.OfImages(8, 8, 1, 2), Sound = Infos.Of(6, 2);

    static readonly float[] Secret = [.. UnreadFile.Values.Select(static value => (float)value)];

    readonly TemporaryDirectory directory = new();
    readonly UnreadFile outside = new();

    public void Dispose()
    {
        directory.Dispose();
        outside.Dispose();
    }

    [Theory]
    [InlineData("colour.jpg", 1500)]
    [InlineData("grey.jpg", 1000)]
    [InlineData("colour.png", 1500)]
    [InlineData("unchecked.png", 1500)]
    [InlineData("colour.bmp", 1000)]
    public void Images(string name, int times)
    {
        byte[] valid = name switch
        {
            "colour.jpg" => MediaFiles.ColourJpeg,
            "grey.jpg" => MediaFiles.GreyJpeg,
            "colour.bmp" => MediaFiles.Bmp(8, 8, new byte[192]),
            _ => MediaFiles.RandomPng(8, 8, 3, 1),
        };
        NetworkInfo network = name == "grey.jpg" ? Grey : Colour;
        int read = Repeat("x" + Path.GetExtension(name), times, random =>
        {
            byte[] damaged = DamageTests.Damage(valid, random);
            // Checksums catch nearly all damage to a PNG; with them put right, the decoder sees it.
            return name == "unchecked.png" ? MediaFiles.WithChecksums(damaged) : damaged;
        }, path => new ImageFolders().ReadInputs(path, DataSchema.Indices, new DataRequest(network)));
        Assert.InRange(read, 1, times - 1);
    }

    [Fact]
    public void Sounds()
    {
        byte[] valid = MediaFiles.Wav(8000, 2, [1, -2, 3, -4, 5, 6, 7, 8]);
        Assert.InRange(Repeat("x.wav", 1000, random => DamageTests.Damage(valid, random),
            static path => new WavFolders().ReadInputs(path, DataSchema.Indices, new DataRequest(Sound))), 1, 999);
    }

    [Theory]
    [InlineData("x.tar", 1500)]
    [InlineData("x.tar.gz", 500)]
    public void Archives(string name, int times)
    {
        byte[] tar = MediaFiles.Tar(("train/a/1.jpg", MediaFiles.ColourJpeg), ("train/b/2.png", MediaFiles.RandomPng(8, 8, 3, 2)), ("test/b/3.png", MediaFiles.RandomPng(8, 8, 3, 3)));
        byte[] valid = name == "x.tar" ? tar : TemporaryDirectory.Gzip(tar);
        Assert.InRange(Repeat(name, times, random => DamageTests.Damage(valid, random), ReadImages), 1, times - 1);
    }

    [Fact]
    public void ArchivesWithNamesAndLinksThatLeadOut()
    {
        Assert.Equal(0, Repeat("x.tar", 300, Hostile, ReadImages));
        byte[] Changed(Random random)
        {
            byte[] bytes = Hostile(random);
            // Behind a header and an image of 512 bytes each: the beginning of a name; the kind of an entry and where a link leads.
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                bytes[1024 + random.Next(8) + random.Next(2) * 156] ^= (byte)random.Next(1, 256);
            return bytes;
        }
        // Some become harmless by that.
        Assert.InRange(Repeat("x.tar", 1000, Changed, ReadImages), 1, 999);
    }

    [Fact]
    public void ManifestsWithNamesThatLeadOut()
    {
        directory.Write("1.png", MediaFiles.RandomPng(8, 8, 3, 1));
        directory.Write("2.png", MediaFiles.RandomPng(8, 8, 3, 2));
        byte[] valid = Encoding.UTF8.GetBytes("path,label\n1.png,a\n2.png,b\n");
        byte[] Hostile(Random random) => [.. valid, .. Encoding.UTF8.GetBytes($"{Outside(random)},a\n")];
        Assert.Equal(0, Repeat("x.csv", 300, Hostile, ReadImages));
        Assert.InRange(Repeat("x.csv", 1000, random => DamageTests.Damage(random.Next(2) == 0 ? valid : Hostile(random), random), ReadImages, source: directory.Path), 1, 999);
    }

    [Fact]
    public void Cifar()
    {
        foreach (int batch in (int[])[1, 2, 3, 4])
            directory.Write($"data_batch_{batch}.bin", MediaFiles.Cifar(1));
        byte[] valid = MediaFiles.Cifar(3, 9);
        Assert.InRange(Repeat("data_batch_5.bin", 500, random => DamageTests.Damage(valid, random), path =>
            new CifarBinaries().ReadTraining(directory.Path, new DataRequest(Infos.OfImages(32, 32, 3, 10))).Train), 1, 499);
    }

    static Dataset ReadImages(string path) => new ImageFolders().ReadTraining(path, new DataRequest(Colour)).Train;

    /// <summary>A way to write the name of the file outside.</summary>
    string Outside(Random random)
    {
        string relative = Path.GetRelativePath(directory.Path, outside.Path);
        return random.Next(6) switch
        {
            0 => outside.Path,
            1 => "/" + outside.Path,
            2 => relative,
            3 => "./a/../" + relative,
            4 => relative.Replace('/', '\\'),
            _ => string.Concat(Enumerable.Repeat("../", 20)) + outside.Path[1..],
        };
    }

    /// <summary>An archive with an entry, or several, by which a careless reader would come to the file outside.</summary>
    byte[] Hostile(Random random)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            AddImage("train/a/1.png", 1);
            switch (random.Next(4))
            {
                case 0:
                    AddImage(Outside(random), 2);
                    break;
                case 1:
                    AddLink(TarEntryType.SymbolicLink, "train/b/2.png", Outside(random));
                    break;
                case 2:
                    AddLink(TarEntryType.HardLink, "train/b/2.png", Outside(random));
                    break;
                default:
                    AddLink(TarEntryType.SymbolicLink, "train/c", outside.Directory);
                    AddImage("train/c/" + Path.GetFileName(outside.Path), 2);
                    break;
            }
            AddImage("train/b/3.png", 3);

            void AddImage(string name, int seed) => Add(TarEntryType.RegularFile, name, entry => entry.DataStream = new MemoryStream(MediaFiles.RandomPng(8, 8, 3, seed)));
            void AddLink(TarEntryType type, string name, string target) => Add(type, name, entry => entry.LinkName = target);
            void Add(TarEntryType type, string name, Action<TarEntry> fill)
            {
                // Of the clock's time the archive of a seed would be another each time.
                var entry = new GnuTarEntry(type, name) { ModificationTime = DateTimeOffset.UnixEpoch };
                fill(entry);
                writer.WriteEntry(entry);
            }
        }
        return stream.ToArray();
    }

    /// <summary>Gives how many of the inputs that seeds make were read. Whatever fails, the seed of the input is told.</summary>
    int Repeat(string name, int times, Func<Random, byte[]> make, Func<string, Dataset> read, string? source = null)
    {
        int succeeded = 0, seed = 0;
        ExceptionDispatchInfo? problem = null;
        var reader = new Thread(() =>
        {
            try
            {
                for (; seed < times; Volatile.Write(ref seed, seed + 1))
                    succeeded += IsRead(directory.Write(name, make(new Random(seed))), read, source) ? 1 : 0;
            }
            catch (Exception error)
            {
                problem = ExceptionDispatchInfo.Capture(new InvalidOperationException($"{name} of seed {seed}: {error.Message}", error));
            }
        }) { IsBackground = true };
        reader.Start();
        for (int looks = 0, before = -1; !reader.Join(Look); before = Volatile.Read(ref seed))
        {
            looks = before == Volatile.Read(ref seed) ? looks + 1 : 0;
            Assert.True(looks < MostLooks, $"{name} of seed {before}: is read for {MostLooks * Look.TotalSeconds} s and goes on.");
        }
        problem?.Throw();
        outside.AssertUnread();
        return succeeded;
    }

    static bool IsRead(string path, Func<string, Dataset> read, string? source)
    {
        Dataset data;
        try
        {
            data = read(path);
        }
        catch (UsageException problem)
        {
            Assert.StartsWith(source ?? path, problem.Message);
            Assert.DoesNotContain('\n', problem.Message);
            return false;
        }
        Assert.NotEqual(0, data.Count);
        var inputs = new float[data.Features];
        for (int sample = 0; sample < data.Count; sample++)
        {
            data.Gather([sample], Standardization.Uniform(data.Features, 0, 1), inputs);
            Assert.DoesNotContain(inputs, static value => !float.IsFinite(value));
            Assert.False(inputs.SequenceEqual(Secret), "It holds the file that lies outside.");
        }
        return true;
    }
}
