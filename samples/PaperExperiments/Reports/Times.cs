using System.Globalization;
using PaperExperiments.Running;

namespace PaperExperiments.Reports;

/// <summary>How long the runs of an experiment took: the last section of every report.</summary>
static class Times
{
    /// <summary>Heading of the section.</summary>
    public const string Heading = "## Training time";

    /// <summary>The section, in Markdown.</summary>
    /// <param name="runs">The runs of one seed, by their keys.</param>
    /// <param name="results">What they left, with every seed.</param>
    public static string Of(IEnumerable<PlannedRun> runs, Results results)
    {
        var table = new Table("run", "seconds", "seeds", "an epoch");
        var (count, sum) = (0, 0.0);
        foreach (string key in runs.Select(static run => run.Name))
        {
            // A run that diverged in its first epoch has logged no time.
            RunResult[] timed = [.. results.Of(key).Where(static run => run.TestErrors.Count > 0)];
            Sample? seconds = Of(timed, static run => run.Seconds);
            table.Add(key, Cells.Mean(seconds), Cells.Range(seconds), Cells.Mean(Of(timed, static run => run.Seconds / run.TestErrors.Count)));
            count += timed.Length;
            sum += timed.Sum(static run => run.Seconds);
        }
        return string.Create(CultureInfo.InvariantCulture, $"""
            {Heading}

            {sum:F0} s in sum over {count} runs, on one thread each: by the clock, to the end of the last whole epoch, with searches for rates and
            evaluations, and with what ran before a run was stopped and resumed. Means over seeds.

            {table}
            """);
    }

    static Sample? Of(RunResult[] runs, Func<RunResult, double> figure) => runs.Length == 0 ? null : new Sample([.. runs.Select(figure)]);
}
