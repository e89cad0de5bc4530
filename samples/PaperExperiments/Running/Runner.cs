using System.Globalization;

namespace PaperExperiments.Running;

/// <summary>
/// Runs what an experiment plans, several runs side by side on one thread each. What is finished is left alone, what was
/// interrupted goes on from its last checkpoint.
/// </summary>
/// <param name="folder">Directory of the experiment; each run has one of its own in it.</param>
/// <param name="data">Directory of the data set.</param>
/// <param name="parallel">Runs at the same time, at least 1.</param>
/// <param name="train">Runs a trainer, given network, verb and flags, and gives its exit code and what it complained of.</param>
/// <param name="output">Takes a line for each run.</param>
sealed class Runner(string folder, string data, int parallel, Func<string[], (int ExitCode, string Error)> train, TextWriter output)
{
    readonly Lock guard = new();
    int next;
    int exitCode;

    /// <summary>Runs everything that is not finished yet, in order.</summary>
    /// <returns>0, or the exit code of the first trainer that failed; those under way then end, and no more are begun.</returns>
    public int Run(IReadOnlyList<PlannedRun> runs)
    {
        Directory.CreateDirectory(folder);
        (next, exitCode) = (0, 0);
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(parallel, runs.Count)).Select(_ => new Thread(() => Work(runs)))];
        foreach (Thread worker in workers)
            worker.Start();
        foreach (Thread worker in workers)
            worker.Join();
        return exitCode;
    }

    void Work(IReadOnlyList<PlannedRun> runs)
    {
        for (int number; (number = Take(runs.Count)) >= 0;)
        {
            string directory = Path.Combine(folder, runs[number].Name);
            string message;
            string given = string.Join(' ', ["--data", Path.GetFullPath(data), .. Flags(runs[number])]);
            if (RunResult.IsFinished(directory))
            {
                if (RunResult.ArgumentsOf(directory) != given)
                {
                    Fail(2, $"{directory} was finished with {RunResult.ArgumentsOf(directory)}; now it is to have {given}. Give another --output, or remove it.");
                    return;
                }
                message = "finished before";
            }
            else
            {
                (int code, string error) = train(Arguments(runs[number], directory));
                if (code is not (0 or RunResult.DivergedCode))
                {
                    Fail(code, $"{runs[number].Name} ended with exit code {code}. {error.Trim()}");
                    return;
                }
                RunResult.MarkFinished(directory, code, given);
                message = "finished";
            }
            Tell($"[{number + 1}/{runs.Count}] {runs[number].Name}: {message}{Describe(RunResult.Read(directory)!)}");
        }
    }

    string[] Arguments(PlannedRun run, string directory) =>
    [
        run.Network, "train", "--data", data, "--run", directory, "--resume", "--threads", "1", "--quiet",
        .. Flags(run),
    ];

    static string[] Flags(PlannedRun run) => run.Flags.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static string Describe(RunResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{(result.TestErrors.Count > 0 ? $", test error {result.TestErrors[^1]:F2} %" : "")}, {result.Seconds:F1} s{(result.Diverged ? ", diverged" : "")}");

    int Take(int count)
    {
        lock (guard)
            return exitCode == 0 && next < count ? next++ : -1;
    }

    void Fail(int code, string message)
    {
        lock (guard)
            exitCode = exitCode == 0 ? code : exitCode;
        Tell(message);
    }

    void Tell(string line)
    {
        lock (guard)
            output.WriteLine(line);
    }
}
