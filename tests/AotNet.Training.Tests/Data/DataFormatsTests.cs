using AotNet.Training.Data;
using AotNet.Training.Data.Formats;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Data;

public sealed class DataFormatsTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.OfImages(2, 2, 3, 2);
    static readonly DataFormats All = new(new ImageFolders(), new CifarBinaries(), new WavFolders());

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void WhatLiesAtAPathIsRecognised()
    {
        directory.Write("images/train/a/1.jpg", [1]);
        directory.Write("sounds/a/1.wav", [1]);
        directory.Write("cifar/test_batch.bin", [1]);
        directory.Write("images.csv", "path,label\na/1.jpg,a\n");
        directory.Write("sounds.csv", "\"a/1.wav\";a\n");
        directory.Write("table.csv", "a,b\n1,2\n");
        directory.Write("images.tar", MediaFiles.Tar(("x/readme", [1]), ("x/a/1.png", [1])));
        directory.Write("sounds.tgz", TemporaryDirectory.Gzip(MediaFiles.Tar(("x/a/1.wav", [1]))));
        directory.Write("photo.JPG", [1]);
        directory.WritePair("train", 5);
        directory.WritePair("t10k", 5, gzip: true);
        foreach ((string name, string format) in (ReadOnlySpan<(string, string)>)
        [
            ("images", "images"), ("sounds", "wav"), ("cifar", "cifar"), ("images.csv", "images"), ("sounds.csv", "wav"), ("table.csv", "csv"),
            ("images.tar", "images"), ("sounds.tgz", "wav"), ("photo.JPG", "images"), ("", "idx"), ("t10k-images-idx3-ubyte.gz", "idx"),
        ])
        {
            Assert.Equal((name, format), (name, All.Detect(directory[name], Network).Name));
        }
        Assert.Equal("csv", All.Choose("csv", directory["images.csv"], Network).Name);
    }

    [Theory]
    [InlineData("images")]
    [InlineData("images.csv")]
    [InlineData("images.tar.gz")]
    [InlineData("photo.png")]
    [InlineData("sound.wav")]
    public void AProgramThatCannotReadItSaysWhatToAdd(string name)
    {
        directory.Write("images/a/1.jpg", [1]);
        foreach (string file in (string[])["images.tar.gz", "photo.png", "sound.wav"])
            directory.Write(file, [1]);
        directory.Write("images.csv", "path,label\na/1.jpg,a\n");
        foreach (string verb in (string[])["train --data", "train --format images --data"])
        {
            (int code, _, string error) = Trainer.Run(FakeNetwork.Factory(Network) with { Formats = DataFormats.BuiltIn }, $"{verb} {directory[name]}".Split(' '));
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains(verb.Contains("--format") ? "--format: found 'images', expected one of idx, csv. A program" : directory[name], error);
            Assert.Contains("TrainerHost.Run<Toy>(args, new ImageFolders()) of the package AotNet.Images", error);
            Assert.Contains("new CifarBinaries()", error);
            Assert.Contains("new WavFolders()", error);
        }
    }

    [Fact]
    public void NothingIsRecognisedAsNothing()
    {
        Assert.Contains("there is no such file", Assert.Throws<UsageException>(() => All.Detect(directory["none"], Network)).Message);
        directory.Write("other/readme.txt", [1]);
        Assert.Contains("holds no train-images-idx3-ubyte file, plain or .gz, nor images, cifar, wav", Assert.Throws<UsageException>(() => All.Detect(directory["other"], Network)).Message);
        Assert.Same(CsvFormat.Instance, All.Detect(directory["other/readme.txt"], Network));
        Assert.Contains("found 'png', expected one of idx, csv, images, cifar, wav", Assert.Throws<UsageException>(() => All.Named("png", Network)).Message);
    }

    [Fact]
    public void WhatLiesBehindALinkIsLookedAtOnlyWhereTheLinkIsNamed()
    {
        directory.Write("elsewhere/a/1.png", [1]);
        directory.Write("elsewhere/test_batch.bin", [1]);
        Directory.CreateSymbolicLink(directory["named"], directory["elsewhere"]);
        Directory.CreateDirectory(directory["data"]);
        Directory.CreateSymbolicLink(directory["data/inner"], directory["elsewhere"]);
        foreach ((DataFormat format, string name) in (ReadOnlySpan<(DataFormat, string)>)[(new ImageFolders(), "images"), (new CifarBinaries(), "cifar")])
        {
            var formats = new DataFormats(format);
            Assert.Equal(name, formats.Detect(directory["named"], Network).Name);
            string message = Assert.Throws<UsageException>(() => formats.Detect(directory["data"], Network)).Message;
            Assert.StartsWith($"{directory["data/inner"]}: is a link to a directory, which is not followed", message);
        }
        Assert.Contains("data/inner: is a link to a directory", Trainer.Run(Network, $"train --data {directory["data"]}").Error);
    }

    [Fact]
    public void LabelColumnsAreOfTables()
    {
        directory.Write("images/a/1.png", MediaFiles.RandomPng(2, 2, 3, 1));
        Assert.Contains("--label: images data have no columns", Trainer.Run(Network, $"train --data {directory["images"]} --label kind").Error);
    }
}
