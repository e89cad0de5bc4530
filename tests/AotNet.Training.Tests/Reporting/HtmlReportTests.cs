using System.Text.Json;
using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.Reporting;

/// <summary>What runs write for their report, and what the report holds of it. How it looks is tested in a browser, end to end.</summary>
public sealed class HtmlReportTests : IDisposable
{
    const string Hostile = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>&\"'";

    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();
    readonly string run;

    public HtmlReportTests()
    {
        directory.WritePair("train", 61);
        directory.WritePair("t10k", 30);
        run = directory["run"];
    }

    public void Dispose() => directory.Dispose();

    string Train(string flags) => Trainer.Succeed(Network, $"train --data {directory.Path} --optimizer sgd {flags}");

    string InRun(string file) => Path.Combine(run, file);

    /// <summary>The data behind a report's page: an object with the names and the runs.</summary>
    static JsonElement DataOf(string report)
    {
        string html = File.ReadAllText(report);
        const string begin = "<script type=\"application/json\" id=\"data\">", end = "</script>\n</body>\n</html>\n";
        int start = html.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.True(start > begin.Length);
        Assert.EndsWith(end, html);
        return JsonDocument.Parse(html[start..^end.Length]).RootElement;
    }

    JsonElement Run() => DataOf(InRun("report.html")).GetProperty("runs")[0];

    [Fact]
    public void EveryRunEndsWithAReportOfItself()
    {
        Train($"--epochs 3 --run {run}");
        JsonElement data = DataOf(InRun("report.html"));
        Assert.Equal(run, data.GetProperty("names")[0].GetString());
        JsonElement only = Assert.Single(data.GetProperty("runs").EnumerateArray());
        Assert.Equal(File.ReadAllLines(InRun("log.jsonl")), only.GetProperty("log").EnumerateArray().Select(static line => line.GetRawText()));
        Assert.Equal(File.ReadAllText(InRun("run.json")), only.GetProperty("facts")[0].GetRawText());
        Assert.Equal(File.ReadAllText(InRun("evaluation.json")), only.GetProperty("evaluation")[0].GetRawText());
        Assert.Empty(only.GetProperty("consistency").EnumerateArray());
    }

    [Fact]
    public void ThePageNeedsNothingButItself()
    {
        Train($"--epochs 1 --run {run}");
        string html = File.ReadAllText(InRun("report.html"));
        Assert.StartsWith("<!DOCTYPE html>", html);
        Assert.Contains("default-src 'none'", html);
        Assert.Contains("uPlot=function", html);
        Assert.Contains("Copyright (c) 2022 Leon Sorokin", html);
        Assert.DoesNotContain("<link rel=\"stylesheet\"", html);
        Assert.DoesNotContain(" src=\"", html);
    }

    [Fact]
    public void FactsSayWhatTheRunIs()
    {
        Train($"--epochs 2 --threads 3 --run {run}");
        JsonElement facts = JsonDocument.Parse(File.ReadAllText(InRun("run.json"))).RootElement;
        Assert.Equal("Toy", facts.GetProperty("network").GetString());
        Assert.Equal(3, facts.GetProperty("threads").GetInt32());
        Assert.Equal(61, facts.GetProperty("train_samples").GetInt32());
        Assert.Equal(30, facts.GetProperty("test_samples").GetInt32());
        Assert.Equal(8, facts.GetProperty("steps_per_epoch").GetInt32());
        Assert.Equal("2", facts.GetProperty("flags").GetProperty("epochs").GetString());
        Assert.Equal("dense1", facts.GetProperty("info").GetProperty("layers")[0].GetProperty("name").GetString());
        Assert.Contains(facts.GetProperty("instruction_set").GetString(), (string[])["avx2", "avx512"]);
    }

    [Fact]
    public void TheEvaluationIsThatOfTheLastEpoch()
    {
        Train($"--epochs 3 --run {run} --validation 0.2");
        JsonElement evaluation = JsonDocument.Parse(File.ReadAllText(InRun("evaluation.json"))).RootElement;
        JsonElement eval = JsonDocument.Parse(Trainer.Succeed(Network,
            $"eval --data {directory.Path} --checkpoint {InRun("checkpoint.safetensors")} --json")).RootElement;
        Assert.Equal(3, evaluation.GetProperty("epoch").GetInt32());
        Assert.Equal("test", evaluation.GetProperty("set").GetString());
        Assert.Equal(30, evaluation.GetProperty("samples").GetInt32());
        Assert.Equal(eval.GetProperty("confusion_matrix").GetRawText(), evaluation.GetProperty("confusion_matrix").GetRawText());
    }

    [Fact]
    public void NothingHeldOutGivesNoEvaluation()
    {
        Trainer.Succeed(Network, $"train --data {directory["train-images-idx3-ubyte"]} --epochs 1 --optimizer sgd --run {run}");
        Assert.False(File.Exists(InRun("evaluation.json")));
        Assert.Empty(Run().GetProperty("evaluation").EnumerateArray());
    }

    [Fact]
    public void RegressionIsEvaluatedByTarget()
    {
        NetworkInfo network = Infos.Of(1, 2, ObjectiveKind.MeanSquaredError);
        string table = directory.Write("line.csv", "x,double,minus\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{2 * i / 40f},{-i / 40f}\n")));
        Trainer.Succeed(network, $"train --data {table} --optimizer sgd --epochs 2 --validation 0.2 --run {run} --quiet");
        Assert.Equal(JsonValueKind.Null, Run().GetProperty("log")[0].GetProperty("train_accuracy").ValueKind);
        Assert.Equal(["double", "minus"], Run().GetProperty("evaluation")[0].GetProperty("targets").EnumerateArray()
            .Select(static target => target.GetProperty("target").GetString()));
    }

    [Fact]
    public void AResumedRunReportsAllItsEpochs()
    {
        Train($"--epochs 2 --run {run}");
        Train($"--epochs 5 --run {run} --resume");
        Assert.Equal([1, 2, 3, 4, 5], Run().GetProperty("log").EnumerateArray().Select(static line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal(16, Run().GetProperty("facts")[0].GetProperty("resumed_step").GetInt32());
        Assert.Equal(5, Run().GetProperty("evaluation")[0].GetProperty("epoch").GetInt32());
    }

    [Fact]
    public void ARunWhoseLossIsNotFiniteIsReportedUpToThere()
    {
        FakeNetwork.NanAtStep.Value = 13;
        (int code, _, _) = Trainer.Run(Network, $"train --data {directory.Path} --optimizer sgd --epochs 3 --run {run}");
        FakeNetwork.NanAtStep.Value = null;
        Assert.Equal(ExitCode.NonFinite, code);
        Assert.Single(Run().GetProperty("log").EnumerateArray());
    }

    [Fact]
    public void AKilledRunIsReportedByTheVerb()
    {
        FakeNetwork.AfterStep.Value = static done =>
        {
            if (done == 20)
                throw new InvalidOperationException("killed");
        };
        Trainer.Run(Network, $"train --data {directory.Path} --optimizer sgd --epochs 3 --run {run}");
        FakeNetwork.AfterStep.Value = null;
        File.AppendAllText(InRun("log.jsonl"), "{\"epoch\":3,\"st");
        Assert.False(File.Exists(InRun("report.html")));
        Assert.Equal(InRun("report.html"), Trainer.Succeed(Network, $"report {run}").Trim());
        Assert.Equal([1, 2], Run().GetProperty("log").EnumerateArray().Select(static line => line.GetProperty("epoch").GetInt32()));
    }

    [Fact]
    public void SeveralRunsAreReportedInTheOrderGiven()
    {
        Train($"--epochs 1 --run {directory["b"]}");
        Train($"--epochs 2 --run {directory["a"]}");
        string page = directory["both.html"];
        Trainer.Succeed(Network, $"report {directory["b"]} {directory["a"]} --output {page}");
        Assert.Equal([directory["b"], directory["a"]], DataOf(page).GetProperty("names").EnumerateArray().Select(static name => name.GetString()));
        Assert.Equal([1, 2], DataOf(page).GetProperty("runs").EnumerateArray().Select(static one => one.GetProperty("log").GetArrayLength()));
        Trainer.Succeed(Network, $"report --output {page} {directory["a"]}");
        Assert.Equal(1, DataOf(page).GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public void ConsistencyIsTakenUpWhereItWasMeasured()
    {
        Train($"--epochs 1 --run {run}");
        File.WriteAllText(InRun("consistency.jsonl"), "{\"epoch\":1,\"step\":1,\"order\":0,\"layer\":\"dense1\"}\n{\"epoch\":1,\"step\":8,\"order\":0,\"layer\":\"dense1\"}\n");
        Trainer.Succeed(Network, $"report {run}");
        Assert.Equal([1, 8], Run().GetProperty("consistency").EnumerateArray().Select(static line => line.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void NamesCannotBecomeMarkup()
    {
        string table = directory.Write("flowers.csv", "length,width,kind\n" + string.Concat(Enumerable.Range(0, 30)
            .Select(i => $"{i % 3},{i % 2},{(i % 3 == 0 ? "rose" : i % 3 == 1 ? "iris" : '"' + Hostile.Replace("\"", "\"\"") + '"')}\n")));
        string hostileRun = directory["a<b>&\"'"];
        (int code, _, string error) = Trainer.Run(Infos.Of(2, 3), ["train", "--data", table, "--validation", "0.5", "--optimizer", "sgd", "--epochs", "1", "--run", hostileRun]);
        Assert.True(code == 0, error);
        string html = File.ReadAllText(Path.Combine(hostileRun, "report.html"));
        int data = html.IndexOf("id=\"data\"", StringComparison.Ordinal);
        Assert.DoesNotContain('<', html[data..^"</script>\n</body>\n</html>\n".Length]);
        JsonElement root = DataOf(Path.Combine(hostileRun, "report.html"));
        Assert.Equal(hostileRun, root.GetProperty("names")[0].GetString());
        Assert.Contains(Hostile, root.GetProperty("runs")[0].GetProperty("evaluation")[0].GetProperty("classes").EnumerateArray()
            .Select(static one => one.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("log.jsonl", "{\"epoch\":1}\n{\"epoch\":oops}\n{\"epoch\":3}\n", "log.jsonl: line 2 is no JSON object: '{\"epoch\":oops}'; remove the line")]
    [InlineData("log.jsonl", "[1]\n{\"epoch\":3}\n", "log.jsonl: line 1 is no JSON object: '[1]'")]
    [InlineData("log.jsonl", "{\"epoch\":1} {}\n{\"epoch\":3}\n", "log.jsonl: line 1 is no JSON object")]
    [InlineData("consistency.jsonl", "{}\n{\"layer\":NaN}\n{}\n", "consistency.jsonl: line 2 is no JSON object")]
    public void AnUnreadableLineIsNamedAndTheOldReportStays(string file, string content, string expected)
    {
        Train($"--epochs 1 --run {run}");
        byte[] before = File.ReadAllBytes(InRun("report.html"));
        File.WriteAllText(InRun(file), content);
        (int code, _, string error) = Trainer.Run(Network, $"report {run}");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(expected, error);
        Assert.Equal(before, File.ReadAllBytes(InRun("report.html")));
        Assert.Empty(Directory.GetFiles(run, "*.tmp"));
    }

    [Fact]
    public void ARunDoesNotFailForItsReport()
    {
        Train($"--epochs 1 --run {run}");
        string first = File.ReadAllText(InRun("log.jsonl"));
        File.WriteAllText(InRun("log.jsonl"), "edited\n");
        string output = Train($"--epochs 2 --run {run} --resume");
        Assert.Contains("report.html was not written: ", output);
        Assert.Contains("line 1 is no JSON object: 'edited'", output);
        Assert.NotEqual(first, File.ReadAllText(InRun("log.jsonl")));
    }

    [Fact]
    public void AReportThatCannotBeWrittenIsAFailure()
    {
        Train($"--epochs 1 --run {run}");
        (int code, _, string error) = Trainer.Run(Network, $"report {run} --output {directory["no/such/page.html"]}");
        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("Cannot write", error);
    }

    [Fact]
    public void TenThousandEpochsFit()
    {
        Train($"--epochs 1 --run {run}");
        File.WriteAllLines(InRun("log.jsonl"), Enumerable.Range(1, 10_000).Select(static epoch => $"{{\"epoch\":{epoch},\"train_loss\":null}}"));
        Trainer.Succeed(Network, $"report {run}");
        Assert.Equal(10_000, Run().GetProperty("log").GetArrayLength());
    }
}
