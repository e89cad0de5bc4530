using System.Text.Json;
using AotNet.EndToEnd.Tests.Support;

namespace AotNet.EndToEnd.Tests;

/// <summary>Trains, measures and asks the published executables.</summary>
[Collection(Published.Name)]
public sealed class TrainingTests(PublishedSamples samples)
{
    [Theory]
    [InlineData("sgd", "")]
    [InlineData("sgd2", "")]
    [InlineData("adam", "--decorrelate")]
    [InlineData("adamw", "--lr 0.01")]
    [InlineData("rmsprop", "")]
    [InlineData("adagrad", "--lr 0.1")]
    public void EveryOptimiserLearnsTheIrisTable(string optimizer, string flags)
    {
        string run = samples.Fresh("iris");
        Command.Run(samples.TabularMlp,
            $"train --data {PublishedSamples.Iris} --validation 0.2 --optimizer {optimizer} {flags} --epochs 100 --run {run} --quiet").Succeeded();
        JsonElement eval = JsonDocument.Parse(Command.Run(samples.TabularMlp,
            $"eval --data {PublishedSamples.Iris} --checkpoint {run}/checkpoint.safetensors --json").Succeeded()).RootElement;
        Assert.InRange(eval.GetProperty("accuracy").GetDouble(), 0.9, 1);
        string answers = Command.Run(samples.TabularMlp, $"predict --checkpoint {run}/best.safetensors --input -",
            input: "5.0,3.4,1.5,0.2\n6.5,3.0,5.8,2.2\n").Succeeded();
        Assert.Equal(["setosa", "virginica"], answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0]));
    }

    [Fact]
    public void ImagesAreLearned()
    {
        string run = samples.Fresh("images-run");
        Command.Run(samples.FashionMlp, $"train --data {samples.Images} --optimizer sgd2 --epochs 5 --run {run}").Succeeded();
        JsonElement last = JsonDocument.Parse(File.ReadLines(Path.Combine(run, "log.jsonl")).Last()).RootElement;
        Assert.InRange(last.GetProperty("test_accuracy").GetDouble(), 0.9, 1);
        string answers = Command.Run(samples.FashionMlp,
            $"predict --checkpoint {run}/checkpoint.safetensors --input {samples.Images}/t10k-images-idx3-ubyte --json").Succeeded();
        Assert.Equal(300, answers.Count(static c => c == '\n'));
    }

    [Fact]
    public void TheNumberOfThreadsDoesNotMatter()
    {
        byte[]? first = null;
        foreach (int threads in (int[])[1, 2, 3, 8])
        {
            string run = samples.Fresh("threads");
            Command.Run(samples.FashionMlp, $"train --data {samples.Images} --optimizer sgd2 --epochs 1 --threads {threads} --run {run} --quiet").Succeeded();
            byte[] state = File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors"));
            Assert.Equal(first ??= state, state);
        }
    }

    [Fact]
    public void ALossThatIsNotFiniteStopsTheRun()
    {
        string run = samples.Fresh("diverges");
        Outcome outcome = Command.Run(samples.FashionMlp, $"train --data {samples.Images} --optimizer sgd --lr 1e38 --epochs 5 --run {run} --quiet");
        Assert.Equal(4, outcome.Code);
        Assert.Contains("Try a lower --lr", outcome.Error);
        Command.Run(samples.FashionMlp, $"eval --data {samples.Images} --checkpoint {run}/checkpoint.safetensors").Succeeded();
    }

    [Fact]
    public void MalformedDataLeaveNothingBehind()
    {
        string data = samples.Fresh("malformed");
        Directory.CreateDirectory(data);
        foreach (string file in Directory.GetFiles(samples.Images))
            File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        string images = Path.Combine(data, "train-images-idx3-ubyte");
        byte[] whole = File.ReadAllBytes(images);
        foreach (int length in (int[])[0, 3, 15, 16, 1000, whole.Length - 1])
        {
            File.WriteAllBytes(images, whole[..length]);
            string run = samples.Fresh("never");
            Outcome outcome = Command.Run(samples.FashionMlp, $"train --data {data} --run {run}");
            Assert.Equal(2, outcome.Code);
            Assert.Equal(1, outcome.Error.Count(static c => c == '\n'));
            Assert.Contains(images, outcome.Error);
            Assert.False(Directory.Exists(run));
        }
    }
}
