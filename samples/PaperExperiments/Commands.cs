using System.Globalization;
using ConsoleAppFramework;
using PaperExperiments.Experiments;
using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments;

/// <summary>One command for each experiment. A command that was stopped, in whatever way, goes on when it is given again.</summary>
sealed class Commands
{
    const string Variable = "MNIST";

    /// <summary>Initial weights N(0, f²) from f = 1e4 to 1e-4: SGD2, SGD and Adam on a network of ten hidden layers.</summary>
    /// <param name="data">Directory of MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Initialization([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Initialization(), data, output, seeds, parallel, trainerFlags);

    /// <summary>Contractive networks of ten and twenty hidden layers: SGD, SGD2 and Adam, ReLU and ModU, with and without BatchRms.</summary>
    /// <param name="data">Directory of MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Depth([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Depth(), data, output, seeds, parallel, trainerFlags);

    /// <summary>A network of two hidden layers: SGD, SGD2, RMSProp, Adam and decorrelated Adam.</summary>
    /// <param name="data">Directory of MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Mnist([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Mnist(), data, output, seeds, parallel, trainerFlags);

    /// <summary>AotNet's own defaults against tuned SGD and Adam: shallow and contractive networks, ReLU and ModU; deep ones cured.</summary>
    /// <param name="data">Directory of MNIST or Fashion-MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Defaults([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Defaults(), data, output, seeds, parallel, trainerFlags);

    static int Run(Experiment experiment, string? data, string output, string seeds, int parallel, string trainerFlags)
    {
        data ??= Environment.GetEnvironmentVariable(Variable);
        if (data is null or "" || !Directory.Exists(data))
            return Refuse(data is null or "" ? NoData : $"--data: there is no directory {data}. {NoData}");
        var numbers = new List<int>();
        foreach (string seed in seeds.Split(','))
        {
            if (!int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return Refuse($"--seeds: found '{seeds}', expected whole numbers with commas between them.");
            numbers.Add(number);
        }
        if (parallel < 0)
            return Refuse($"--parallel: found {parallel}, expected a whole number from 0.");

        string folder = Path.Combine(output, experiment.Name);
        var runner = new Runner(folder, data, parallel == 0 ? Environment.ProcessorCount : parallel, TrainerProcess.Run, Console.Out);
        int exitCode = runner.Run(experiment.Plan(experiment.Runs, numbers[..1], trainerFlags));
        if (exitCode == 0 && numbers.Count > 1)
            exitCode = runner.Run(experiment.Plan(experiment.FurtherRuns(new Results(folder, numbers[..1])), numbers[1..], trainerFlags));
        if (exitCode != 0)
            return exitCode;
        string report = experiment.Report(new Results(folder, numbers)), path = Path.Combine(folder, "report.md");
        File.WriteAllText(path, report);
        Console.WriteLine($"\n{report}\nreport: {path}; each run's log, checkpoints and settings lie beside it");
        return 0;
    }

    const string NoData = "MNIST must be given, by --data DIR or the environment variable MNIST: a directory with train-images-idx3-ubyte, "
        + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or .gz, as Y. LeCun, C. Cortes and C. Burges publish it. "
        + "Debian's package dataset-fashion-mnist (/usr/share/datasets/fashion-mnist) has the same format: the experiments run on it, but the reference figures are not of it.";

    static int Refuse(string sentence)
    {
        Console.Error.WriteLine($"PaperExperiments: {sentence}");
        return 2;
    }
}
