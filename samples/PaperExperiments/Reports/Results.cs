using PaperExperiments.Running;

namespace PaperExperiments.Reports;

/// <summary>Finished runs of an experiment.</summary>
/// <param name="folder">Directory of the experiment.</param>
/// <param name="seeds">Seeds that every run was made with.</param>
sealed class Results(string folder, IReadOnlyList<int> seeds)
{
    /// <summary>Seeds that every run was made with.</summary>
    public IReadOnlyList<int> Seeds => seeds;

    /// <summary>Those of one seed alone.</summary>
    public Results OfSeed(int seed) => new(folder, [seed]);

    /// <summary>Directory name of a run.</summary>
    public static string NameOf(string key, int seed) => $"{key}-seed{seed}";

    /// <summary>The runs of a key, one a seed, as far as they are there.</summary>
    public IReadOnlyList<RunResult> Of(string key) =>
        [.. seeds.Select(seed => RunResult.Read(Path.Combine(folder, NameOf(key, seed)))).OfType<RunResult>()];

    /// <summary>Test errors after an epoch, from 1; null unless some run has got so far.</summary>
    public Sample? TestError(string key, int epoch)
    {
        double[] errors = [.. Of(key).Where(run => run.TestErrors.Count >= epoch).Select(run => run.TestErrors[epoch - 1])];
        return errors.Length == 0 ? null : new Sample(errors);
    }
}
