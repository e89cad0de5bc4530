using AotNet.Training.Data;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class CifarTests : IDisposable
{
    static readonly NetworkInfo Ten = Infos.OfImages(32, 32, 3, 10), Fine = Infos.OfImages(32, 32, 3, 100), Coarse = Infos.OfImages(32, 32, 3, 20);

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    static TrainingSets Read(string path, NetworkInfo network) => new CifarBinaries().ReadTraining(path, new DataRequest(network));

    string Refusal(NetworkInfo network) => Assert.Throws<UsageException>(() => Read(directory.Path, network)).Message;

    static (string Name, byte[] Bytes)[] TenFiles =>
    [
        ("cifar-10-batches-bin/batches.meta.txt", "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"u8.ToArray()),
        .. Enumerable.Range(1, 5).Select(static batch => ($"cifar-10-batches-bin/data_batch_{batch}.bin", MediaFiles.Cifar((byte)batch, (byte)(batch + 3)))),
        ("cifar-10-batches-bin/test_batch.bin", MediaFiles.Cifar(9, 0, 4)),
    ];

    [Fact]
    public void DirectoriesAndArchivesGiveTheSame()
    {
        foreach ((string name, byte[] bytes) in TenFiles)
            directory.Write(name, bytes);
        byte[] tar = MediaFiles.Tar(TenFiles);
        foreach (string path in (string[])[directory.Path, directory["cifar-10-batches-bin"], directory.Write("x.tar", tar), directory.Write("y.tgz", TemporaryDirectory.Gzip(tar))])
        {
            Assert.True(new CifarBinaries().Recognizes(path));
            Assert.False(new ImageFolders().Recognizes(path));
            TrainingSets sets = Read(path, Ten);
            Assert.Equal([1, 4, 2, 5, 3, 6, 4, 7, 5, 8], sets.Train.Labels);
            Assert.Equal([9, 0, 4], sets.Test!.Labels);
            Assert.Equal("truck", sets.Schema.ClassNames[9]);
            byte[] sample = ImageFolderTests.Bytes(sets.Train, 3);
            for (int point = 0; point < 1024; point++)
            {
                for (int channel = 0; channel < 3; channel++)
                    Assert.Equal(MediaFiles.CifarValue(5, channel * 1024 + point), sample[point * 3 + channel]);
            }
            Assert.Equal([9, 0, 4], new CifarBinaries().ReadLike(path, sets.Schema, new DataRequest(Ten), DataPart.Test).Labels);
        }
    }

    [Fact]
    public void OfTheHundredClassesANetworkLearnsFineOrCoarseOnes()
    {
        byte[] row = new byte[3074];
        (row[0], row[1]) = (7, 77);
        directory.Write("train.bin", [.. row, .. row]);
        directory.Write("test.bin", row);
        Assert.Equal([77, 77], Read(directory.Path, Fine).Train.Labels);
        Assert.Equal([7], Read(directory.Path, Coarse).Test!.Labels);
        Assert.Contains("100 classes, or 20 coarse ones, but network Toy has 10", Refusal(Ten));
        directory.Write("coarse_label_names.txt", "a\nb\n"u8.ToArray());
        Assert.Contains("has 2 names, expected 20 different ones", Refusal(Coarse));
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        foreach ((string name, byte[] bytes) in TenFiles)
            directory.Write(name, bytes);
        Assert.Contains("has 10 classes, but network Toy has 100", Refusal(Fine));
        Assert.Contains("a picture of CIFAR has 32x32x3 = 3072 values, but network Toy takes 768 (image 16x16x3)", Refusal(Infos.OfImages(16, 16, 3, 10)));
        Assert.Contains("but network Toy takes 3072 (image 3x32x32)", Refusal(Infos.OfImages(3, 32, 32, 10)));
        string batch = directory["cifar-10-batches-bin/data_batch_3.bin"];
        directory.Write("cifar-10-batches-bin/data_batch_3.bin", MediaFiles.Cifar(1)[..3000]);
        Assert.StartsWith($"{batch}: has 3000 bytes, no whole number of samples of 3073", Refusal(Ten));
        directory.Write("cifar-10-batches-bin/data_batch_3.bin", MediaFiles.Cifar(1, 10));
        Assert.StartsWith($"{batch}: sample 1: label 10 is outside 0 to 9", Refusal(Ten));
        File.Delete(batch);
        Assert.Equal($"{batch}: is missing.", Refusal(Ten));
    }

    [Fact]
    public void MoreThanAnArrayHoldsIsRefusedBeforeItIsRead()
    {
        const long length = 3073 * 300_000L;
        // Without content, such files take no room on the disk.
        for (int batch = 1; batch <= 5; batch++)
        {
            using FileStream file = File.Create(directory[$"data_batch_{batch}.bin"]);
            file.SetLength(length);
        }
        string expected = $"data_batch_3.bin: the files up to this one have {3 * length} bytes, more than the 2 GB that are read at once; ";
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Refusal(Ten);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 24);
        Assert.StartsWith(directory[expected], message);

        // An archive tells the lengths of its files in front of each.
        using (FileStream archive = File.Create(directory["set.tar"]))
        {
            for (int batch = 1; batch <= 5; batch++)
            {
                archive.Write(MediaFiles.TarHeader($"data_batch_{batch}.bin", length));
                archive.Position += (length + 511) / 512 * 512;
            }
            archive.SetLength(archive.Position + 1024);
        }
        Assert.StartsWith($"{directory["set.tar"]}: {expected}", Assert.Throws<UsageException>(() => Read(directory["set.tar"], Ten)).Message);
    }
}
