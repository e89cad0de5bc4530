using System.Globalization;
using ConsoleAppFramework;
using PaperExperiments.Experiments;
using PaperExperiments.Reports;
using PaperExperiments.Running;

namespace PaperExperiments;

/// <summary>One command for each experiment. A command that was stopped, in whatever way, goes on when it is given again.</summary>
sealed class Commands
{
    /// <summary>Initial weights N(0, f²) from f = 1e4 to 1e-4: SGD2, SGD and Adam on a network of ten hidden layers.</summary>
    /// <param name="data">Directory of MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Initialization([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Initialization(), DataSource.Mnist, data, output, seeds, parallel, trainerFlags);

    /// <summary>Contractive networks of ten and twenty hidden layers: SGD, SGD2 and Adam, ReLU and ModU, with and without BatchRms.</summary>
    /// <param name="data">Directory of MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Depth([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Depth(), DataSource.Mnist, data, output, seeds, parallel, trainerFlags);

    /// <summary>A network of two hidden layers: SGD, SGD2, RMSProp, Adam and decorrelated Adam.</summary>
    /// <param name="data">Directory of MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Mnist([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Mnist(), DataSource.Mnist, data, output, seeds, parallel, trainerFlags);

    /// <summary>AotNet's own defaults against tuned SGD and Adam: shallow and contractive networks, ReLU and ModU; deep ones cured.</summary>
    /// <param name="data">Directory of MNIST or Fashion-MNIST: four IDX files, plain or .gz (default: the environment variable MNIST).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Defaults([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Defaults(), DataSource.Mnist, data, output, seeds, parallel, trainerFlags);

    /// <summary>The authors' convolutional network on CIFAR-10: SGD2 and SGD as they train it, AotNet's defaults, augmentation, tuned SGD.</summary>
    /// <param name="data">CIFAR-10, image files or its binary version: directory or archive (default: the environment variable CIFAR10).</param>
    /// <param name="output">Directory for runs and report.</param>
    /// <param name="seeds">Seeds, with commas between them.</param>
    /// <param name="parallel">Runs side by side, one thread each; 0 for one a processor.</param>
    /// <param name="trainerFlags">Further flags for every trainer, in quotes, such as "--epochs 1".</param>
    public int Cifar([HideDefaultValue] string? data = null, string output = "runs/paper", string seeds = "1", int parallel = 0,
        string trainerFlags = "") => Run(new Cifar(), DataSource.Cifar, data, output, seeds, parallel, trainerFlags);

    static int Run(Experiment experiment, DataSource source, string? data, string output, string seeds, int parallel, string trainerFlags)
    {
        data ??= Environment.GetEnvironmentVariable(source.Variable);
        if (data is null or "" || !Path.Exists(data))
            return Refuse(data is null or "" ? source.Advice : $"--data: there is no {data}. {source.Advice}");
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
        List<PlannedRun> plan = [.. experiment.Plan(experiment.Runs, numbers[..1], trainerFlags)];
        int exitCode = runner.Run(plan);
        if (exitCode == 0 && numbers.Count > 1)
        {
            IReadOnlyList<PlannedRun> further = experiment.Plan(experiment.FurtherRuns(new Results(folder, numbers[..1])), numbers[1..], trainerFlags);
            exitCode = runner.Run(further);
            plan.AddRange(further);
        }
        if (exitCode != 0)
            return exitCode;
        var results = new Results(folder, numbers);
        string report = $"{experiment.Report(results)}\n{Times.Of(experiment.Runs, results)}", path = Path.Combine(folder, "report.md");
        File.WriteAllText(path, report);
        Console.WriteLine($"\n{report}\nreport: {path}; each run's log, checkpoints and settings lie beside it; the curves of all:");
        return Trainers.Run([plan[0].Network, "report", .. plan.Select(run => Path.Combine(folder, run.Name)), "--output", Path.Combine(folder, "curves.html")],
            attached: false);
    }

    static int Refuse(string sentence)
    {
        Console.Error.WriteLine($"PaperExperiments: {sentence}");
        return 2;
    }
}
