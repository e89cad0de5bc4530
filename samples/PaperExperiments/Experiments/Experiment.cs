using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments.Experiments;

/// <summary>An experiment: which runs it is made of, and what its report says of them.</summary>
abstract class Experiment
{
    /// <summary>Name of its command and directory.</summary>
    public abstract string Name { get; }

    /// <summary>Samples a step.</summary>
    public virtual int Batch => 500;

    /// <summary>The runs of one seed: keys that name them in reports, networks, flags without the seed.</summary>
    public abstract IEnumerable<PlannedRun> Runs { get; }

    /// <summary>The report, in Markdown.</summary>
    public abstract string Report(Results results);

    /// <summary>The runs of each further seed: those of the first, or those that its results have left in question.</summary>
    public virtual IEnumerable<PlannedRun> FurtherRuns(Results first) => Runs;

    /// <summary>Runs, seed after seed.</summary>
    public IReadOnlyList<PlannedRun> Plan(IEnumerable<PlannedRun> runs, IEnumerable<int> seeds, string moreFlags) =>
    [
        .. from seed in seeds
           from run in runs
           select run with { Name = Results.NameOf(run.Name, seed), Flags = $"{run.Flags} --batch {Batch} --seed {seed} {moreFlags}" },
    ];
}
