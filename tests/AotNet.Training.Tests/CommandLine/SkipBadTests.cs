using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.CommandLine;

/// <summary>Image folders with files that cannot be read, by the verbs.</summary>
public sealed class SkipBadTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.OfImages(8, 8, 3, 2, batch: 2);

    readonly TemporaryDirectory directory = new();
    readonly string data, first, second;

    public SkipBadTests()
    {
        data = directory["data"];
        for (int i = 0; i < 8; i++)
            directory.Write($"data/{"ab"[i % 2]}/{i}.png", MediaFiles.RandomPng(8, 8, 3, i));
        first = directory.Write("data/a/2.png", MediaFiles.RandomPng(8, 8, 3, 2)[..^20]);
        second = directory.Write("data/b/5.png", []);
    }

    public void Dispose() => directory.Dispose();

    string Skipped => $"{data}: 2 of 8 images cannot be read and were skipped, the first: {first}: is truncated: the part that ends a PNG image is missing.";

    [Theory]
    [InlineData("")]
    [InlineData("--quiet")]
    [InlineData("--json")]
    public void WithoutTheFlagABadImageEndsTrainingBeforeItBegins(string flag)
    {
        for (int again = 0; again < 2; again++)
        {
            (int code, _, string error) = Trainer.Run(Network, $"train --data {data} --epochs 1 --run {directory["run"]} {flag}");
            Assert.Equal(ExitCode.Usage, code);
            Assert.Contains($"{first}: is truncated: the part that ends a PNG image is missing; mend or remove it, or leave bad files out with --skip-bad.", error);
            Assert.Single(error.TrimEnd().Split('\n'));
            Assert.False(Directory.Exists(directory["run"]));
        }
        // The first one ends it; once that is mended, it is the next.
        directory.Write("data/a/2.png", MediaFiles.RandomPng(8, 8, 3, 2));
        Assert.Contains($"{second}: is empty; mend", Trainer.Run(Network, $"train --data {data} --epochs 1 --run {directory["run"]} {flag}").Error);
    }

    [Fact]
    public void WithTheFlagTrainingGoesOnWithTheOthersAndSaysHowManyItSkipped()
    {
        string output = Trainer.Succeed(Network, $"train --data {data} --skip-bad --epochs 1 --run {directory["run"]}");
        Assert.Contains(Skipped + Environment.NewLine, output);
        Assert.Contains("data: 6 samples to learn from", output);
        // What was decoded before is no reason to be silent, nor to take the flag as given.
        output = Trainer.Succeed(Network, $"train --data {data} --skip-bad --epochs 1 --run {directory["again"]} --json");
        Assert.Contains("decoded before", output);
        Assert.Contains(Skipped, output);
        (int code, _, string error) = Trainer.Run(Network, $"train --data {data} --epochs 1 --run {directory["other"]}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{first}: is truncated", error);
        // A run keeps it.
        Assert.Contains(Skipped, Trainer.Succeed(Network, $"train --run {directory["run"]} --resume --data {data}"));
    }

    [Theory]
    [InlineData("eval --data")]
    [InlineData("predict --input")]
    public void OtherVerbsTellItBesideTheirResults(string verb)
    {
        Trainer.Succeed(Network, $"train --data {data} --skip-bad --epochs 1 --run {directory["run"]} --quiet");
        string command = $"{verb} {data} --checkpoint {Path.Combine(directory["run"], "checkpoint.safetensors")}";
        (int code, string output, string error) = Trainer.Run(Network, command);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{first}: is truncated", error);
        Assert.Empty(output);
        (code, output, error) = Trainer.Run(Network, command + " --skip-bad");
        Assert.True(code == 0, error);
        Assert.Contains(Skipped, error);
        Assert.DoesNotContain(first, output);
        Assert.Contains(verb.StartsWith("eval", StringComparison.Ordinal) ? "6 samples of" : "data/b/7.png", output);
    }

    [Fact]
    public void WhereEveryImageIsBadNothingIsTrained()
    {
        foreach (string file in Directory.GetFiles(data, "*", SearchOption.AllDirectories))
            File.WriteAllBytes(file, []);
        (int code, _, string error) = Trainer.Run(Network, $"train --data {data} --skip-bad --epochs 1 --run {directory["run"]}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{data}: none of its 8 images can be read; the first: {directory["data/a/0.png"]}: is empty.", error);
    }
}
