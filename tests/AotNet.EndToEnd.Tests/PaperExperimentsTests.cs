using System.Diagnostics;
using System.Globalization;
using PaperExperiments.Experiments;
using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace AotNet.EndToEnd.Tests;

/// <summary>samples/PaperExperiments: what its reports compute, and that its commands resume.</summary>
public sealed class PaperExperimentsTests : IDisposable
{
    static readonly PlannedRun[] ThreeRuns = [new("one", "Net", "--epochs 2"), new("two", "Net", "--lr 1"), new("three", "Net", "")];

    readonly string directory = Directory.CreateTempSubdirectory("aotnet-paper-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Samples_have_mean_range_and_bound()
    {
        var sample = new Sample([3, 1, 2.6]);
        Assert.Equal((3, 2.2, 1.0, 3.0), (sample.Count, Math.Round(sample.Mean, 12), sample.Least, sample.Most));
        Assert.True(sample.IsWithin(0.5, 2.6) && sample.IsWithin(0.5, 1.75));
        Assert.False(sample.IsWithin(0.5, 2.75));
        Assert.Equal(("2.20", "1.00 to 3.00", "-0.40", "+0.20", "no"),
            (Cells.Mean(sample), Cells.Range(sample), Cells.Difference(sample, 2.6), Cells.Difference(sample, 2), Cells.Verdict(sample, 0.1, 2)));
    }

    [Fact]
    public void Tables_are_aligned_and_refuse_rows_of_another_width()
    {
        var table = new Table("f", "here");
        table.Add("1e4", "7.48");
        Assert.Equal("| f   | here |\n| --- | ---- |\n| 1e4 | 7.48 |\n", table.ToString());
        Assert.Throws<ArgumentException>(() => table.Add("1e3"));
    }

    [Fact]
    public void Runs_that_ended_are_not_repeated_and_the_others_go_on()
    {
        var calls = new List<string>();
        var answers = new Queue<int>([0, 130, 4, 0]);
        Runner runner = new(directory, "data", 1, arguments =>
        {
            calls.Add(string.Join(' ', arguments).Replace(directory, "DIR", StringComparison.Ordinal));
            string run = arguments[Array.IndexOf(arguments, "--run") + 1];
            WriteLog(run, 50);
            return (answers.Dequeue(), "stopped");
        }, TextWriter.Null);
        Assert.Equal(130, runner.Run(ThreeRuns));
        Assert.Equal(2, calls.Count);
        Assert.Equal(0, runner.Run(ThreeRuns));
        Assert.Equal(0, runner.Run(ThreeRuns));
        Assert.Equal(
        [
            "Net train --data data --run DIR/one --resume --threads 1 --quiet --epochs 2",
            "Net train --data data --run DIR/two --resume --threads 1 --quiet --lr 1",
            "Net train --data data --run DIR/two --resume --threads 1 --quiet --lr 1",
            "Net train --data data --run DIR/three --resume --threads 1 --quiet",
        ], calls);
        Assert.True(RunResult.Read(Path.Combine(directory, "two"))!.Diverged);
        Assert.False(RunResult.Read(Path.Combine(directory, "three"))!.Diverged);
    }

    [Theory]
    [InlineData("other", "--epochs 2", "--data ")]
    [InlineData("data", "--epochs 3", "--epochs 2")]
    public void Runs_that_ended_on_other_data_or_with_other_flags_are_refused(string data, string flags, string told)
    {
        int calls = 0;
        using var output = new StringWriter();
        int Run(string data, string flags) => new Runner(directory, data, 1, arguments =>
        {
            calls++;
            WriteLog(arguments[Array.IndexOf(arguments, "--run") + 1], 50);
            return (0, "");
        }, output).Run([new PlannedRun("one", "Net", flags)]);
        Assert.Equal(0, Run("data", "--epochs 2"));
        Assert.Equal(2, Run(data, flags));
        Assert.Equal(1, calls);
        Assert.Contains(told, output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Give another --output", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_runs_side_by_side_are_each_run_once()
    {
        PlannedRun[] runs = [.. Enumerable.Range(0, 40).Select(static i => new PlannedRun($"run{i}", "Net", ""))];
        int count = 0;
        Runner runner = new(directory, "data", 4, arguments =>
        {
            Interlocked.Increment(ref count);
            WriteLog(arguments[Array.IndexOf(arguments, "--run") + 1], 1);
            return (0, "");
        }, TextWriter.Null);
        Assert.Equal(0, runner.Run(runs));
        Assert.Equal(40, count);
    }

    [Fact]
    public void The_report_says_where_results_differ_by_more_than_the_bound()
    {
        var experiment = new Initialization();
        IReadOnlyList<PlannedRun> plan = experiment.Plan(experiment.Runs, [1, 2], "");
        Assert.Equal(2 * 30, plan.Count);
        Assert.Equal(plan.Count, plan.Select(static run => run.Name).Distinct().Count());
        foreach (Initialization.Scale scale in Initialization.Scales)
        {
            // One seed above the reference, one below; at the scale of 10 both above, by more than the bound.
            foreach ((int seed, double shift) in (ReadOnlySpan<(int, double)>)[(1, 0.4), (2, scale.Factor == "10" ? 0.7 : -0.2)])
                Finish(Results.NameOf(scale.Key("sgd2"), seed), [.. scale.Sgd2.Select(error => error + shift)]);
        }
        string[] lines = experiment.Report(new Results(directory, [1, 2])).Split('\n');
        string[] rows = [.. lines.SkipWhile(static line => !line.StartsWith("## SGD2 after 10", StringComparison.Ordinal)).Skip(4).Take(9)];
        Assert.Matches(@"^\| 1e4 +\| 7\.48 +\| 7\.58 +\| 7\.28 to 7\.88 +\| \+0\.10 +\| 0\.8 +\| yes +\|$", rows[0]);
        Assert.Matches(@"^\| 10 +\| 3\.23 +\| 3\.78 .*\| \+0\.55 +\| 0\.5 +\| no +\|$", rows[3]);
        Assert.Equal(8, rows.Count(static row => row.Contains("| yes")));
        Assert.Contains(lines, static line => line.StartsWith("| 0.01 | 18.70", StringComparison.Ordinal) && line.Contains("| -"));
    }

    [Fact]
    public void Rates_are_chosen_on_the_first_seed_and_confirmed_on_the_others()
    {
        var experiment = new Defaults();
        foreach (PlannedRun run in experiment.Plan(experiment.Runs, [1], ""))
        {
            // Of SGD 0.02 is best and 0.1 diverges; of Adam 0.001 is best; SGD2 lies between the two.
            double error = run.Name.Contains("sgd0.02", StringComparison.Ordinal) ? 2 : run.Name.Contains("adam0.001", StringComparison.Ordinal) ? 1
                : run.Name.Contains("sgd2", StringComparison.Ordinal) ? 1.5 : 3;
            Finish(run.Name, [.. Enumerable.Repeat(error, 10)], run.Name.Contains("sgd0.1", StringComparison.Ordinal) ? 4 : 0);
        }
        IReadOnlyList<PlannedRun> further = experiment.Plan(experiment.FurtherRuns(new Results(directory, [1])), [2, 3], "");
        Assert.Equal(2 * (6 * 3 + 8), further.Count);
        Assert.Contains(further, static run => run.Name == "Default256Relu-sgd0.02-seed2");
        Assert.Contains(further, static run => run.Name == "DefaultTenModU-adam0.001-seed3");
        string[] lines = experiment.Report(new Results(directory, [1])).Split('\n');
        Assert.Contains(lines, static line => line.StartsWith("| 784-256-128-10", StringComparison.Ordinal) && line.Contains("| SGD       | 0.02 "));
        Assert.Equal(6, lines.Count(static line => line.Contains("| -0.50")));
    }

    [Fact]
    public void Curves_end_where_a_seed_has_ended()
    {
        var experiment = new Cifar();
        string[] keys = [.. experiment.Runs.Select(static run => run.Name)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Finish(Results.NameOf(keys[0], 1), [40, 30, 25]);
        Finish(Results.NameOf(keys[0], 2), [50, 36], exitCode: 4);
        string[] lines = experiment.Report(new Results(directory, [1, 2])).Split('\n');
        string[] rows = [.. lines.Where(line => line.Contains($"| {keys[0]} ", StringComparison.Ordinal))];
        Assert.Matches(@"\| 55\.00 \| 67\.00 \| - +\|$", rows[0]);
        Assert.Matches(@"\| 4\.50 \| 3\.30 \| - +\|$", rows[1]);
        Assert.Contains(lines, static line => line.Contains("| 67.00 ") && line.Contains("| 64.00 to 70.00 |") && line.Contains("| 1, 1 "));
    }

    [Fact]
    public void Reports_say_how_long_each_run_took_and_all_of_them()
    {
        // Logs begin at second 0 and have a second an epoch.
        Finish(Results.NameOf("one", 1), [9, 8, 7]);
        Finish(Results.NameOf("one", 2), [9, 8, 7, 6, 5], exitCode: 4);
        Finish(Results.NameOf("two", 1), [9, 8], exitCode: 0);
        Finish(Results.NameOf("two", 2), [], exitCode: 4);
        string[] lines = Times.Of(ThreeRuns, new Results(directory, [1, 2])).Split('\n');
        Assert.Equal(Times.Heading, lines[0]);
        Assert.StartsWith("7 s in sum over 3 runs", lines[2]);
        Assert.Matches(@"^\| one +\| 3\.00 +\| 2\.00 to 4\.00 +\| 0\.73 +\|$", lines.Single(static line => line.StartsWith("| one", StringComparison.Ordinal)));
        Assert.Matches(@"^\| two +\| 1\.00 +\| 1\.00 to 1\.00 +\| 0\.50 +\|$", lines.Single(static line => line.StartsWith("| two", StringComparison.Ordinal)));
        Assert.Matches(@"^\| three +\| - +\| - +\| - +\|$", lines.Single(static line => line.StartsWith("| three", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_report_can_be_written_before_all_runs_are_there()
    {
        foreach (Experiment experiment in (Experiment[])[new Initialization(), new Depth(), new Mnist(), new Defaults(), new Cifar()])
            Assert.StartsWith("# ", experiment.Report(new Results(directory, [1])));
    }

    [Fact]
    public void A_killed_command_goes_on_where_it_was()
    {
        string project = Path.Combine(Repository.Root, "samples", "PaperExperiments");
        TrainerProcess.Run("dotnet", "build", project, "-c", "Release", "-v", "quiet", "--nologo", "-m:1").Expect(0);
        string program = Path.Combine(project, "bin", "Release", "net10.0", "PaperExperiments");
        string data = DataPairs.WriteTo(Path.Combine(directory, "data"));
        string[] Command(string output) => ["mnist", "--data", data, "--output", Path.Combine(directory, output), "--trainer-flags", "--epochs 4"];

        TrainerProcess.Run(program, Command("whole")).Expect(0);
        string killed = Path.Combine(directory, "killed", "mnist");
        using (Process process = TrainerProcess.StartQuietly(program, Command("killed")))
        {
            SpinWait.SpinUntil(() => File.Exists(Path.Combine(killed, "sgd-seed1", "finished")), TimeSpan.FromMinutes(2));
            process.Kill();
            process.WaitForExit();
        }
        DateTime first = File.GetLastWriteTimeUtc(Path.Combine(killed, "sgd-seed1", "log.jsonl"));
        TrainerProcess.Run(program, Command("killed")).Expect(0);

        Assert.Equal(first, File.GetLastWriteTimeUtc(Path.Combine(killed, "sgd-seed1", "log.jsonl")));
        (string compared, string times) = Report(killed);
        Assert.Equal(Report(Path.Combine(directory, "whole", "mnist")).Compared, compared);
        double seconds = Directory.GetDirectories(killed).Sum(static run => RunFiles.Log(run)[^1].GetProperty("seconds").GetDouble());
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s in sum over 6 runs"), times);
        Assert.Contains("sgd2-seed1", File.ReadAllText(Path.Combine(killed, "curves.html")));
        foreach (string run in Directory.GetDirectories(killed))
            RunFiles.AssertEqual(RunFiles.Checkpoint(run.Replace("killed", "whole", StringComparison.Ordinal)), RunFiles.Checkpoint(run));
    }

    /// <summary>A report's comparisons, which are the same each time, and its times, which are not.</summary>
    static (string Compared, string Times) Report(string experiment)
    {
        string[] parts = File.ReadAllText(Path.Combine(experiment, "report.md")).Split(Times.Heading);
        Assert.Equal(2, parts.Length);
        return (parts[0], parts[1]);
    }

    void Finish(string run, double[] errors, int exitCode = 0)
    {
        string path = Path.Combine(directory, run);
        WriteLog(path, errors);
        RunResult.MarkFinished(path, exitCode, "");
    }

    static void WriteLog(string run, params double[] errors)
    {
        Directory.CreateDirectory(run);
        File.WriteAllLines(Path.Combine(run, "log.jsonl"), errors.Select(static (error, i) => string.Create(CultureInfo.InvariantCulture,
            $$"""{"epoch":{{i + 1}},"test_accuracy":{{1 - error / 100:R}},"test_loss":{{error / 10:R}},"learning_rate":1,"seconds":{{i}}}""")));
    }
}
