using System.Text.Json;
using Xunit.Abstractions;

namespace AotNet.EndToEnd.Tests;

/// <summary>Whole uses of the trainer: learn, evaluate, predict; and what it refuses.</summary>
[Collection(SamplesCollection.Name)]
public sealed class TrainingTests(PublishedSamples samples, ITestOutputHelper output)
{
    [Fact]
    public void FashionMlp_learns_Fashion_MNIST_with_SGD2()
    {
        string run = samples.Fresh("fashion");
        TrainerProcess.Run(samples.FashionMlp, "train", "--data", PublishedSamples.FashionMnist, "--optimizer", "sgd2", "--epochs", "3", "--run", run).Expect(0);
        JsonElement[] log = RunFiles.Log(run);
        Assert.Equal(3, log.Length);
        foreach (string field in (string[])["epoch", "step", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "learning_rate", "samples_per_second", "seconds"])
            Assert.Equal(JsonValueKind.Number, log[0].GetProperty(field).ValueKind);
        double accuracy = log[^1].GetProperty("test_accuracy").GetDouble();
        output.WriteLine($"test accuracy after 3 epochs: {accuracy:P2}");
        Assert.InRange(accuracy, 0.84, 1);

        JsonElement eval = TrainerProcess.Run(samples.FashionMlp, "eval", "--data", PublishedSamples.FashionMnist,
            "--checkpoint", RunFiles.Checkpoint(run), "--json").Expect(0).Json();
        Assert.Equal(accuracy, eval.GetProperty("accuracy").GetDouble(), 6);
        Assert.Equal(log[^1].GetProperty("test_loss").GetDouble(), eval.GetProperty("loss").GetDouble(), 5);
        Assert.Equal(10_000, eval.GetProperty("samples").GetInt32());
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("sgd2")]
    [InlineData("adam")]
    [InlineData("adamw", "--decorrelate")]
    [InlineData("rmsprop")]
    [InlineData("adagrad", "--decorrelate")]
    public void TabularMlp_learns_the_iris_table(string optimizer, string? flag = null)
    {
        string run = samples.Fresh("iris");
        string[] more = flag is null ? [] : [flag];
        TrainerProcess.Run(samples.TabularMlp, ["train", "--data", PublishedSamples.Iris, "--label", "species", "--optimizer", optimizer,
            "--lr", optimizer switch { "sgd2" => "0.5", "sgd" => "0.1", _ => "0.02" }, "--epochs", "60", "--run", run, "--quiet", .. more]).Expect(0);
        JsonElement eval = TrainerProcess.Run(samples.TabularMlp, "eval", "--data", PublishedSamples.Iris, "--checkpoint", RunFiles.Checkpoint(run), "--json")
            .Expect(0).Json();
        Assert.InRange(eval.GetProperty("accuracy").GetDouble(), 0.94, 1);
    }

    [Fact]
    public void Predict_needs_nothing_but_the_checkpoint()
    {
        string run = samples.Fresh("predict");
        TrainerProcess.Run(samples.TabularMlp, "train", "--data", PublishedSamples.Iris, "--label", "species", "--epochs", "60", "--run", run, "--quiet").Expect(0);
        ProcessResult result = TrainerProcess.RunWith("5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n", samples.Directory, samples.TabularMlp,
            "predict", "--checkpoint", RunFiles.Checkpoint(run), "--input", "-", "--json").Expect(0);
        string[] names = [.. result.Output.Trim().Split('\n').Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("name").GetString()!)];
        Assert.Equal(2, names.Length);
        Assert.Contains("setosa", names[0], StringComparison.Ordinal);
        Assert.Contains("virginica", names[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learn")]
    [InlineData("train")]
    [InlineData("train", "--data", "/nowhere/at/all")]
    [InlineData("train", "--data", ".", "--lr", "fast")]
    [InlineData("train", "--data", ".", "--colour", "red")]
    [InlineData("eval", "--data", ".", "--checkpoint", "/nowhere")]
    public void Bad_arguments_get_one_sentence_and_exit_code_2(params string[] arguments)
    {
        string run = samples.Fresh("refused");
        if (arguments[0] == "train")
            arguments = [.. arguments, "--run", run];
        ProcessResult result = TrainerProcess.RunWith("", samples.Directory, samples.FashionMlp, arguments).Expect(2);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void A_truncated_data_file_leaves_no_run_directory()
    {
        string data = Directory.CreateDirectory(samples.Fresh("truncated")).FullName, run = samples.Fresh("refused");
        foreach (string file in Directory.GetFiles(PublishedSamples.FashionMnist))
            File.WriteAllBytes(Path.Combine(data, Path.GetFileName(file)), File.ReadAllBytes(file)[..4000]);
        ProcessResult result = TrainerProcess.Run(samples.FashionMlp, "train", "--data", data, "--run", run).Expect(2);
        output.WriteLine(result.Error);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        string run = samples.Fresh("other");
        TrainerProcess.Run(samples.TabularMlp, "train", "--data", PublishedSamples.Iris, "--label", "species", "--epochs", "1", "--run", run, "--quiet").Expect(0);
        ProcessResult result = TrainerProcess.Run(samples.FashionMlp, "eval", "--data", PublishedSamples.FashionMnist, "--checkpoint", RunFiles.Checkpoint(run)).Expect(2);
        Assert.Contains("topology", result.Error, StringComparison.OrdinalIgnoreCase);
    }
}
