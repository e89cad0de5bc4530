using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using KeywordSounds;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Convolutional networks as native trainers that decode image and sound files themselves.</summary>
[Collection(SamplesCollection.Name)]
public sealed class MediaSamplesTests(PublishedSamples samples, ITestOutputHelper output)
{
    const int Kills = 8;

    [Fact]
    public void Killed_at_any_moment_and_resumed_a_run_on_changed_images_ends_bit_identical()
    {
        string data = PictureFolders.WriteTo(samples.Fresh("pictures"));
        string[] Train(string run, params string[] more) => ["train", "--data", data, "--epochs", "6", "--checkpoint-every", "2",
            "--augment", "crop:4,flip,brightness:0.1,contrast:0.1,cutout:8,mixup:0.2", "--run", run, "--quiet", .. more];
        // Each run has a directory of its own above it, so that it decodes the images itself.
        string Run() => Path.Combine(samples.Fresh("above"), "run");
        string whole = Run();
        long begin = Stopwatch.GetTimestamp();
        TrainerProcess.Run(samples.CifarCnn, Train(whole)).Expect(0);
        TimeSpan length = Stopwatch.GetElapsedTime(begin);
        byte[] expected = File.ReadAllBytes(RunFiles.Checkpoint(whole));
        var random = new Random(8);
        int between = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            string run = Run();
            TimeSpan moment = length * (kill + random.NextDouble()) / Kills;
            using (Process process = TrainerProcess.StartQuietly(samples.CifarCnn, Train(run)))
            {
                Thread.Sleep(moment);
                process.Kill();
                process.WaitForExit();
            }
            bool begun = File.Exists(RunFiles.Checkpoint(run)), ended = begun && File.ReadAllBytes(RunFiles.Checkpoint(run)).AsSpan().SequenceEqual(expected);
            output.WriteLine($"killed after {moment.TotalMilliseconds:F0} ms of {length.TotalMilliseconds:F0}: {(ended ? "at the end" : begun ? "between" : "before the first checkpoint")}");
            between += begun && !ended ? 1 : 0;
            TrainerProcess.Run(samples.CifarCnn, Train(run, "--resume")).Expect(0);
            Assert.Equal(expected, File.ReadAllBytes(RunFiles.Checkpoint(run)));
            Assert.Equal(6, RunFiles.Log(run).Length);
        }
        Assert.True(between > 0, "No run was killed between its first checkpoint and its last.");
    }

    [Fact]
    public void An_archive_of_images_trains_the_network_to_the_same_bits_as_its_directory()
    {
        string data = PictureFolders.WriteTo(samples.Fresh("pictures")), archive = samples.Fresh("pictures") + ".tar.gz";
        using (FileStream file = File.Create(archive))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            TarFile.CreateFromDirectory(data, gzip, includeBaseDirectory: true);
        string Train(string from)
        {
            string run = samples.Fresh("images");
            TrainerProcess.Run(samples.CifarCnn, "train", "--data", from, "--epochs", "10", "--augment", "flip", "--run", run, "--quiet").Expect(0);
            return run;
        }
        string whole = Train(data);
        RunFiles.AssertEqual(RunFiles.Checkpoint(whole), RunFiles.Checkpoint(Train(archive)));
        JsonElement result = TrainerProcess.Run(samples.CifarCnn, "eval", "--data", archive, "--checkpoint", RunFiles.Checkpoint(whole), "--json").Expect(0).Json();
        double accuracy = result.GetProperty("accuracy").GetDouble();
        output.WriteLine($"accuracy {accuracy:F3}");
        Assert.Equal(PictureFolders.Tested * PictureFolders.Classes, result.GetProperty("samples").GetInt32());
        // Guessing has a tenth of them right.
        Assert.True(accuracy > 0.5, "It has not learned the colours.");
    }

    [Fact]
    public void Sounds_of_its_own_making_are_learned_and_told_apart()
    {
        string data = samples.Fresh("sounds"), run = samples.Fresh("keywords"), checkpoint = RunFiles.Checkpoint(run);
        TrainerProcess.Run(samples.KeywordSpotting, "make-data", data, "--train", "64", "--test", "10").Expect(0);
        TrainerProcess.Run(samples.KeywordSpotting, "train", "--data", data, "--epochs", "10", "--run", run, "--quiet").Expect(0);
        JsonElement result = TrainerProcess.Run(samples.KeywordSpotting, "eval", "--data", data, "--checkpoint", checkpoint, "--json").Expect(0).Json();
        double accuracy = result.GetProperty("accuracy").GetDouble();
        output.WriteLine($"accuracy {accuracy:F3}");
        Assert.Equal(10 * Words.Names.Length, result.GetProperty("samples").GetInt32());
        // Guessing has a sixth of them right.
        Assert.True(accuracy > 0.5, "It has not learned the words.");
        string[] answers = TrainerProcess.Run(samples.KeywordSpotting, "predict", "--input", Path.Combine(data, "test"), "--checkpoint", checkpoint).Expect(0)
            .Output.TrimEnd().Split('\n');
        Assert.Equal(10 * Words.Names.Length, answers.Length);
        // Each line begins with the network's word and ends with the file, which lies in the directory of the right one.
        int right = answers.Count(static line => line.Contains($"/test/{line[..line.IndexOf(' ')]}/", StringComparison.Ordinal));
        Assert.Equal(accuracy, right / (double)answers.Length, 1e-9);
    }
}
