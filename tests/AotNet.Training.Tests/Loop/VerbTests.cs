using System.Text.Json;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Loop;

public sealed class VerbTests : IDisposable
{
    static readonly NetworkInfo Flowers = Infos.Of(2, 3);

    readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    /// <summary>A table of three clouds of points, and a checkpoint of a network that learned it.</summary>
    (string Table, string Checkpoint) Learn()
    {
        var random = new Random(3);
        string rows = string.Concat(Enumerable.Range(0, 90).Select(i => FormattableString.Invariant(
            $"{i % 3 * 10 + random.NextDouble():F3},{(i % 3 == 1 ? 1 : 0) + random.NextDouble() * 0.1:F3},{(string[])["rose", "iris", "lily"] switch { var n => n[i % 3] }}\n")));
        string table = directory.Write("flowers.csv", "length,width,kind\n" + rows);
        Trainer.Succeed(Flowers, $"train --data {table} --optimizer sgd --epochs 30 --run {directory["run"]} --quiet");
        return (table, Path.Combine(directory["run"], "checkpoint.safetensors"));
    }

    [Fact]
    public void EvalCountsEachClass()
    {
        (string table, string checkpoint) = Learn();
        JsonElement result = JsonDocument.Parse(Trainer.Succeed(Flowers, $"eval --data {table} --checkpoint {checkpoint} --json")).RootElement;
        Assert.Equal(90, result.GetProperty("samples").GetInt32());
        Assert.Equal(1, result.GetProperty("accuracy").GetDouble());
        Assert.Equal(["iris", "lily", "rose"], result.GetProperty("classes").EnumerateArray().Select(static c => c.GetProperty("name").GetString()));
        Assert.All(result.GetProperty("classes").EnumerateArray(), static c =>
        {
            Assert.Equal(1, c.GetProperty("precision").GetDouble());
            Assert.Equal(1, c.GetProperty("recall").GetDouble());
            Assert.Equal(30, c.GetProperty("samples").GetInt32());
        });
        Assert.Equal([30, 0, 0, 0, 30, 0, 0, 0, 30], result.GetProperty("confusion_matrix").EnumerateArray()
            .SelectMany(static row => row.EnumerateArray()).Select(static cell => cell.GetInt32()));
        Assert.Contains("accuracy  100.00 %", Trainer.Succeed(Flowers, $"eval --data {table} --checkpoint {checkpoint}"));
    }

    [Fact]
    public void AClassNeverNamedHasNoPrecision()
    {
        (_, string checkpoint) = Learn();
        string table = directory.Write("one.csv", "0.5,0.05,rose\n0.4,0.02,rose\n0.4,0.02,lily\n");
        JsonElement[] classes = JsonDocument.Parse(Trainer.Succeed(Flowers, $"eval --data {table} --checkpoint {checkpoint} --json"))
            .RootElement.GetProperty("classes").EnumerateArray().ToArray();
        Assert.Equal(JsonValueKind.Null, classes[0].GetProperty("precision").ValueKind);
        Assert.Equal(JsonValueKind.Null, classes[0].GetProperty("recall").ValueKind);
        Assert.Equal(0, classes[1].GetProperty("recall").GetDouble());
        Assert.Equal(2.0 / 3, classes[2].GetProperty("precision").GetDouble(), 1e-12);
    }

    [Fact]
    public void PredictAnswersRowsWithAndWithoutLabelsAndHeader()
    {
        (_, string checkpoint) = Learn();
        foreach (string text in (string[])["0.5,0.05\n10.5,1.05\n20.5,0.05\n", "length,width\n0.5,0.05\n10.5,1.05\n20.5,0.05\n",
            "width,x,length\n0.05,9,0.5\n1.05,9,10.5\n0.05,9,20.5\n", "0.5,0.05,rose\n10.5,1.05,rose\n20.5,0.05,rose\n"])
        {
            string input = directory.Write("rows.csv", text);
            string[] lines = Trainer.Succeed(Flowers, $"predict --checkpoint {checkpoint} --input {input}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["rose", "iris", "lily"], lines.Select(static line => line.Split(' ')[0]));
            Assert.All(lines, static line => Assert.InRange(double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), 0.5, 1));
        }
        string json = Trainer.Succeed(Flowers, $"predict --checkpoint {checkpoint} --input {directory["rows.csv"]} --json");
        JsonElement[] rows = json.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([0, 1, 2], rows.Select(static row => row.GetProperty("row").GetInt32()));
        Assert.Equal([2, 0, 1], rows.Select(static row => row.GetProperty("class").GetInt32()));
        Assert.Equal("rose", rows[0].GetProperty("name").GetString());
        Assert.Equal(1, rows[0].GetProperty("probabilities").EnumerateArray().Sum(static p => p.GetDouble()), 1e-5);
    }

    [Fact]
    public void PredictRefusesRowsOfAnotherWidth()
    {
        (_, string checkpoint) = Learn();
        string input = directory.Write("rows.csv", "1,2,3,4\n");
        (int code, _, string error) = Trainer.Run(Flowers, $"predict --checkpoint {checkpoint} --input {input}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("a row has 4 columns, but network Toy takes 2", error);
        Assert.Contains("is a directory", Trainer.Run(Flowers, $"predict --checkpoint {checkpoint} --input {directory.Path}").Error);
    }

    [Fact]
    public void PredictReadsImages()
    {
        NetworkInfo network = Infos.Of(4, 3);
        directory.WritePair("train", 61);
        directory.WritePair("t10k", 30);
        Trainer.Succeed(network, $"train --data {directory.Path} --optimizer sgd --epochs 10 --run {directory["run"]} --quiet");
        string checkpoint = Path.Combine(directory["run"], "checkpoint.safetensors");
        string[] lines = Trainer.Succeed(network, $"predict --checkpoint {checkpoint} --input {directory["t10k-images-idx3-ubyte"]}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        byte[] labels = File.ReadAllBytes(directory["t10k-labels-idx1-ubyte"])[8..];
        Assert.Equal(30, lines.Length);
        Assert.InRange(lines.Where((line, i) => line[0] - '0' == labels[i]).Count(), 27, 30);
    }

    [Fact]
    public void RegressionReportsErrorsInTheTargetsUnits()
    {
        NetworkInfo network = Infos.Of(1, 2, ObjectiveKind.MeanSquaredError);
        string table = directory.Write("line.csv", "x,double,minus\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{2 * i / 40f},{-i / 40f}\n")));
        Trainer.Succeed(network, $"train --data {table} --optimizer sgd --epochs 60 --validation 0.2 --run {directory["run"]} --quiet");
        string checkpoint = Path.Combine(directory["run"], "checkpoint.safetensors");
        JsonElement result = JsonDocument.Parse(Trainer.Succeed(network, $"eval --data {table} --checkpoint {checkpoint} --json")).RootElement;
        Assert.Equal(JsonValueKind.Null, result.GetProperty("accuracy").ValueKind);
        Assert.InRange(result.GetProperty("mse").GetDouble(), 0, 1e-3);
        Assert.InRange(result.GetProperty("r2").GetDouble(), 0.99, 1);
        Assert.Equal(["double", "minus"], result.GetProperty("targets").EnumerateArray().Select(static t => t.GetProperty("target").GetString()));
        string[] answer = Trainer.Succeed(network, $"predict --checkpoint {checkpoint} --input {directory.Write("x.csv", "20\n")}").Trim().Split(',');
        Assert.Equal(1, double.Parse(answer[0], System.Globalization.CultureInfo.InvariantCulture), 0.05);
        JsonElement last = JsonDocument.Parse(File.ReadLines(Path.Combine(directory["run"], "log.jsonl")).Last()).RootElement;
        Assert.Equal(JsonValueKind.Null, last.GetProperty("train_accuracy").ValueKind);
    }

    [Fact]
    public void MultiLabelCountsEachLabel()
    {
        NetworkInfo network = Infos.Of(2, 2, ObjectiveKind.BinaryCrossEntropy);
        string table = directory.Write("labels.csv", "a,b,big,even\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i % 2},{(i > 19 ? 1 : 0)},{1 - i % 2}\n")));
        Trainer.Succeed(network, $"train --data {table} --optimizer sgd --epochs 100 --run {directory["run"]} --quiet");
        string checkpoint = Path.Combine(directory["run"], "checkpoint.safetensors");
        JsonElement result = JsonDocument.Parse(Trainer.Succeed(network, $"eval --data {table} --checkpoint {checkpoint} --json")).RootElement;
        Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0.95, 1);
        JsonElement even = result.GetProperty("labels")[1];
        Assert.Equal("even", even.GetProperty("label").GetString());
        Assert.Equal(20, even.GetProperty("samples").GetInt32());
        Assert.Equal(1, even.GetProperty("recall").GetDouble());
    }

    [Fact]
    public void ACheckpointOfAnotherNetworkOrDamagedIsRefused()
    {
        (string table, string checkpoint) = Learn();
        NetworkInfo other = Infos.Of(2, 3, hash: "ffffffffffffffff");
        (int code, _, string error) = Trainer.Run(other, $"eval --data {table} --checkpoint {checkpoint}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("this checkpoint is refused", error);
        byte[] bytes = File.ReadAllBytes(checkpoint);
        foreach (int length in (int[])[0, 1, 7, 8, 100, bytes.Length - 1])
        {
            File.WriteAllBytes(checkpoint, bytes[..length]);
            Assert.Equal(ExitCode.Usage, Trainer.Run(Flowers, $"eval --data {table} --checkpoint {checkpoint}").Code);
            Assert.Equal(ExitCode.Usage, Trainer.Run(Flowers, $"train --resume --run {directory["run"]}").Code);
        }
    }

    [Fact]
    public void InfoHoldsEveryFieldOfTheContract()
    {
        JsonElement info = JsonDocument.Parse(Trainer.Succeed(Flowers, "info --json")).RootElement;
        foreach (string name in (string[])["network", "topology_hash", "instruction_set", "parameters", "flops_per_sample", "arena_bytes", "layers"])
            Assert.True(info.TryGetProperty(name, out _), name);
        foreach (string name in (string[])["parameters", "activations", "gradients", "curvature", "scratch"])
            Assert.Equal(JsonValueKind.Number, info.GetProperty("arena_bytes").GetProperty(name).ValueKind);
        JsonElement layer = info.GetProperty("layers")[0];
        foreach (string name in (string[])["name", "kind", "input", "output", "parameters", "curvature_form", "curvature_order"])
            Assert.True(layer.TryGetProperty(name, out _), name);
        Assert.Contains("one layer", Trainer.Succeed(Flowers, "info"));
        Assert.DoesNotContain("Recompute", Trainer.Succeed(Flowers, "info"));
    }

    [Theory]
    [InlineData(false, 3_000_000, 1_000_000, "by live range: 3,000,000 bytes; with Recompute 1,000,000 bytes and 24.5 % more arithmetic\n")]
    [InlineData(true, 3_000_000, 1_000_000, "by live range: 1,000,000 bytes and 24.5 % more arithmetic by Recompute; without 3,000,000 bytes\n")]
    [InlineData(true, 3_000_000, 3_000_000, "by live range: 3,000,000 bytes; Recompute saves nothing\n")]
    public void InfoSaysWhatRecomputationSaves(bool inForce, long kept, long recomputed, string line)
    {
        NetworkInfo network = Flowers with { TrainingFlops = 2000, Recomputation = new RecomputationInfo(inForce, kept, recomputed, Flops: 490) };
        Assert.Contains(line, Trainer.Succeed(network, "info"));
        JsonElement both = JsonDocument.Parse(Trainer.Succeed(network, "info --json")).RootElement.GetProperty("recomputation");
        Assert.Equal(inForce, both.GetProperty("in_force").GetBoolean());
        Assert.Equal(kept, both.GetProperty("kept_bytes").GetInt64());
        Assert.Equal(recomputed, both.GetProperty("recomputed_bytes").GetInt64());
        Assert.Equal(490, both.GetProperty("flops_per_sample").GetInt64());
    }

    [Fact]
    public void BenchHoldsEveryFieldOfTheContract()
    {
        JsonElement bench = JsonDocument.Parse(Trainer.Succeed(Flowers, "bench --seconds 0.2 --threads 1 --optimizer sgd --json")).RootElement;
        Assert.InRange(bench.GetProperty("fma_peak_gflops").GetDouble(), 0.01, 1e5);
        foreach (string part in (string[])["predict", "step"])
        {
            foreach (string name in (string[])["samples_per_second", "gflops", "fraction_of_peak"])
                Assert.Equal(JsonValueKind.Number, bench.GetProperty(part).GetProperty(name).ValueKind);
        }
        Assert.True(bench.TryGetProperty("allocated_bytes", out _));
        Assert.True(bench.TryGetProperty("collections", out _));
    }

    [Fact]
    public void SelfTestFindsTheStandInsAllocations()
    {
        (int code, string output, _) = Trainer.Run(Flowers, "self-test");
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("FAILED  100 steps allocate no managed memory", output);
        Assert.Contains("passed  save and load", output);
    }
}
