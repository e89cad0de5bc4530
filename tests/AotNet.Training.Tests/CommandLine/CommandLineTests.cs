using AotNet.Training.Tests.Support;

namespace AotNet.Training.Tests.CommandLine;

public sealed class CommandLineTests : IDisposable
{
    static readonly NetworkInfo Network = Infos.Of(4, 3);

    readonly TemporaryDirectory directory = new();

    public CommandLineTests()
    {
        directory.WritePair("train", 20);
        directory.WritePair("t10k", 10);
    }

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("bogus", "'bogus' is no verb of Toy; expected train, eval, predict, inspect, info, report, bench, self-test, --help or --version")]
    [InlineData("train", "train needs --data PATH")]
    [InlineData("train --data DIR --foo", "--foo is no flag of train")]
    [InlineData("train --data DIR extra", "extra is no flag of train")]
    [InlineData("train --data DIR --epochs", "--epochs needs a value")]
    [InlineData("train --data DIR --epochs 0", "--epochs: found '0', expected a whole number from 1")]
    [InlineData("train --data DIR --epochs 1.5", "--epochs: found '1.5', expected a whole number from 1")]
    [InlineData("train --data DIR --lr fast", "--lr: found 'fast', expected a number above 0")]
    [InlineData("train --data DIR --lr 0", "--lr: found '0', expected a number above 0")]
    [InlineData("train --data DIR --lr nan", "--lr: found 'nan', expected a number above 0")]
    [InlineData("train --data DIR --lr 1e39", "--lr: found '1e39', expected a number above 0")]
    [InlineData("train --data DIR --lr --quiet", "--lr: found '--quiet'")]
    [InlineData("train --data DIR --momentum 1", "--momentum: found '1', expected a number from 0 and below 1")]
    [InlineData("train --data DIR --damping 0", "--damping: found '0', expected a number above 0")]
    [InlineData("train --data DIR --optimizer adam --damping 1", "--damping: applies to decorrelated gradients")]
    [InlineData("train --data DIR --optimizer adam --damping-scale trace", "--damping-scale: applies to decorrelated gradients")]
    [InlineData("train --data DIR --damping-scale big", "--damping-scale: found 'big', expected one of absolute, trace")]
    [InlineData("train --data DIR --layer-damping dense1", "--layer-damping: found 'dense1', expected LAYER=a number, several with commas")]
    [InlineData("train --data DIR --layer-damping dense1=0", "--layer-damping: found '0', expected a number above 0")]
    [InlineData("train --data DIR --layer-damping dense9=1", "--layer-damping: Toy has no layer 'dense9' with weights; it has dense1")]
    [InlineData("train --data DIR --curvature dense1=maybe", "--curvature: found 'maybe', expected one of on, off")]
    [InlineData("train --data DIR --curvature dense9=off", "--curvature: Toy has no layer 'dense9' with weights; it has dense1")]
    [InlineData("train --data DIR --gram-average 0.9", "--gram-average: Toy keeps no Gram matrices between steps; declare it with [Network(AveragedCurvature = true)]")]
    [InlineData("train --data DIR --factor-interval auto", "--factor-interval: Toy keeps no Gram matrices between steps")]
    [InlineData("train --data DIR --optimizer adagrad --momentum 0.5", "--momentum: adagrad has none")]
    [InlineData("train --data DIR --optimizer sgd --decorrelate", "is --optimizer sgd2")]
    [InlineData("train --data DIR --optimizer sgd3", "--optimizer: found 'sgd3', expected one of sgd, sgd2, adam, adamw, rmsprop, adagrad")]
    [InlineData("train --data DIR --weight-decay -1", "--weight-decay: found '-1', expected a number from 0")]
    [InlineData("train --data DIR --clip x", "--clip: found 'x', expected a number from 0")]
    [InlineData("train --data DIR --schedule up", "--schedule: found 'up', expected one of constant, linear, cosine, step, restart")]
    [InlineData("train --data DIR --warmup -3", "--warmup: found '-3', expected a whole number from 0 (steps, or auto)")]
    [InlineData("train --data DIR --batch 9", "--batch: found '9', expected a whole number from 1 to 8 (the batch Toy was compiled for)")]
    [InlineData("train --data DIR --seed -1", "--seed: found '-1', expected a whole number from 0")]
    [InlineData("train --data DIR --threads 257", "--threads: found '257', expected a whole number from 0 to 256")]
    [InlineData("train --data DIR --checkpoint-every 0", "--checkpoint-every: found '0', expected a whole number from 1 (steps)")]
    [InlineData("train --data DIR --consistency 0", "--consistency: found '0', expected a whole number from 1 (steps, or the word epoch)")]
    [InlineData("train --data DIR --consistency", "--consistency needs a value")]
    [InlineData("train --data DIR --consistency epoch", "--consistency: Toy was declared with [Network(Probes = false)]")]
    [InlineData("inspect --data DIR", "inspect needs --checkpoint FILE")]
    [InlineData("inspect --checkpoint x", "inspect needs --data PATH")]
    [InlineData("inspect --checkpoint x --data DIR --batches 0", "--batches: found '0', expected a whole number from 1")]
    [InlineData("inspect --checkpoint x --data DIR --lr 0", "--lr: found '0', expected a number above 0")]
    [InlineData("inspect --checkpoint x --data DIR", "inspect: Toy was declared with [Network(Probes = false)]")]
    [InlineData("train --data DIR --early-stop 0", "--early-stop: found '0', expected a whole number from 1 (epochs)")]
    [InlineData("train --data DIR --format png", "--format: found 'png', expected one of idx, csv")]
    [InlineData("train --data DIR --validation 0", "--validation: found '0', expected a fraction above 0 and below 1, or a path")]
    [InlineData("train --data DIR --validation 1", "--validation: found '1', expected a fraction")]
    [InlineData("train --data DIR --validation 0.001", "leaves none to validate on")]
    [InlineData("train --data DIR --validation /no/such", "/no/such: there is no such file or directory")]
    [InlineData("train --data DIR --label y", "--label: IDX data have no columns")]
    [InlineData("train --data DIR/train-images-idx3-ubyte --early-stop 2", "--early-stop: there are no held-out samples")]
    [InlineData("train --data /no/such", "/no/such: there is no such file or directory")]
    [InlineData("train --data DIR --resume", "--resume needs --run DIR")]
    [InlineData("train --data DIR --quiet --json", "--quiet and --json exclude each other")]
    [InlineData("train --data DIR --run DIR/train-images-idx3-ubyte", "is a file; a directory is expected")]
    [InlineData("eval --data DIR", "eval needs --checkpoint FILE")]
    [InlineData("eval --checkpoint x", "eval needs --data PATH")]
    [InlineData("eval --data DIR --checkpoint /no/such", "/no/such: there is no such file or directory")]
    [InlineData("eval --data DIR --checkpoint DIR", "is a directory; a file is expected")]
    [InlineData("eval --data DIR --checkpoint DIR/train-images-idx3-ubyte", "this checkpoint is refused")]
    [InlineData("predict --checkpoint x", "predict needs --input PATH")]
    [InlineData("predict --input x", "predict needs --checkpoint FILE")]
    [InlineData("report", "report needs the directory of a run, or of several")]
    [InlineData("report --output x.html", "report needs the directory of a run, or of several")]
    [InlineData("report DIR", ": holds no run; there is no log.jsonl in it")]
    [InlineData("report /no/such", "/no/such: there is no such directory")]
    [InlineData("report DIR --output", "--output needs a value")]
    [InlineData("report --output", "--output needs a value")]
    [InlineData("report --lines 3 DIR", "--lines is no flag of report")]
    [InlineData("report DIR --lines 3", "--lines is no flag of report")]
    [InlineData("report --output DIR DIR", "is a directory; a file is expected")]
    [InlineData("bench --seconds 0", "--seconds: found '0', expected a number above 0")]
    [InlineData("bench --optimizer x", "--optimizer: found 'x'")]
    [InlineData("info --data x", "--data is no flag of info")]
    [InlineData("self-test --quiet", "--quiet is no flag of self-test")]
    [InlineData("bogus --help", "'bogus' is no verb of Toy")]
    public void AWrongCommandLineGetsOneSentenceAndExitCode2(string commandLine, string expected)
    {
        string[] before = Directory.GetFileSystemEntries(directory.Path);
        (int code, string output, string error) = Trainer.Run(Network, commandLine.Replace("DIR", directory.Path));
        Assert.Contains(expected, error);
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("Toy: ", error);
        Assert.Equal(1, error.Count(static c => c == '\n'));
        Assert.Empty(output);
        Assert.Equal(before, Directory.GetFileSystemEntries(directory.Path));
    }

    [Theory]
    [InlineData("--help", "self-test")]
    [InlineData("", "self-test")]
    [InlineData("train --help", "--checkpoint-every <value>")]
    [InlineData("eval --help", "--checkpoint <value>")]
    [InlineData("predict --help", "--input <value>")]
    [InlineData("info --help", "--json")]
    [InlineData("report --help", "--output <value>")]
    [InlineData("report --help", "Usage: Toy report [arguments...] [options...]")]
    [InlineData("bench --help", "--seconds <value>")]
    [InlineData("self-test --help", "Usage: Toy self-test")]
    [InlineData("--version", "Toy, made with AotNet ")]
    [InlineData("--version", "topology 0123456789abcdef")]
    public void HelpAndVersionGoToStandardOutput(string commandLine, string expected)
    {
        string output = Trainer.Succeed(Network, commandLine);
        Assert.Contains(expected, output);
        Assert.DoesNotContain("null", output);
    }

    [Theory]
    [InlineData("train", "--data DIR --epochs 2")]
    [InlineData("train", "--data DIR --epochs")] // a value missing
    [InlineData("eval", "--data DIR")]
    [InlineData("predict", "--input DIR --checkpoint x")]
    [InlineData("inspect", "--data DIR")]
    [InlineData("info", "--json")]
    [InlineData("report", "DIR")]
    [InlineData("report", "DIR --output x.html DIR")]
    [InlineData("bench", "--seconds 1 --json")]
    [InlineData("self-test", "--json")]
    [InlineData("self-test", "--no-such-flag 3")]
    public void HelpIsHeededWhereverItStands(string verb, string others)
    {
        string[] arguments = others.Replace("DIR", directory.Path).Split(' '), before = Directory.GetFileSystemEntries(directory.Path);
        string expected = Trainer.Succeed(Network, verb + " --help");
        for (int place = 0; place <= arguments.Length; place++)
            foreach (string help in (string[])["--help", "-h"])
                Assert.Equal(expected, Trainer.Succeed(Network, $"{verb} {string.Join(' ', [.. arguments[..place], help, .. arguments[place..]])}"));
        Assert.Equal(before, Directory.GetFileSystemEntries(directory.Path));
    }

    [Theory]
    [InlineData("--help train")]
    [InlineData("-h")]
    [InlineData("-h report DIR")]
    [InlineData("--version --help")]
    public void HelpAheadOfAVerbIsThatOfTheProgram(string commandLine) =>
        Assert.Equal(Trainer.Succeed(Network, "--help"), Trainer.Succeed(Network, commandLine));

    [Fact]
    public void EveryFlagOfTheContractIsInTheHelp()
    {
        string help = Trainer.Succeed(Network, "train --help");
        foreach (string flag in (string[])["data", "format", "validation", "standardize", "preset", "init", "curvature-limit", "optimizer", "decorrelate", "lr", "lr-interval",
            "lr-candidates", "lr-steps", "momentum", "damping",
            "weight-decay", "clip", "schedule", "warmup", "epochs", "batch", "seed", "threads", "run", "checkpoint-every",
            "resume", "early-stop", "quiet", "json", "consistency", "curvature", "layer-damping", "damping-scale", "adapt-damping",
            "gram-average", "gram-interval", "factor-interval", "factor-drift", "step-norm", "kl-clip", "augment", "cache", "skip-bad"])
            Assert.Contains($"--{flag} ", help);
    }
}
