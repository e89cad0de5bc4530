using System.Globalization;
using AotNet.Peers.Libraries;
using AotNet.Runtime;

namespace AotNet.Peers.Accuracy;

/// <summary>How one side trains.</summary>
/// <param name="Optimizer">Its name as a flag.</param>
/// <param name="LearningRate">At the start.</param>
/// <param name="Batch">Samples a step.</param>
/// <param name="Epochs">Of the linear schedule; most of a constant rate, which stops as soon as the accuracy is reached.</param>
/// <param name="Linear">Whether the rate falls linearly to 0 over the epochs.</param>
sealed record Settings(string Optimizer, double LearningRate, int Batch, int Epochs, bool Linear)
{
    /// <summary>Whether gradients are decorrelated before the rule; ours alone.</summary>
    internal bool Decorrelates { get; init; }

    /// <summary>Steps over which the rate first rises from 0.</summary>
    internal int Warmup { get; init; }

    /// <summary>Weight of the past in the first moment.</summary>
    internal double Momentum { get; init; } = TorchMlp.Momentum;

    /// <summary>Whether pixels are divided by their root mean square and not centred.</summary>
    internal bool LeavesZeros { get; init; }

    /// <summary>The flag's value for pixels of mean 0 and deviation 1.</summary>
    internal const string Centered = "unit";

    /// <summary>What both sides try, one after another.</summary>
    static readonly Settings[] Common =
    [
        new("sgd", 0.1, 128, 8, false), new("sgd", 0.1, 128, 2, true), new("sgd", 0.1, 96, 1, true) { Warmup = 50 },
        new("sgd", 0.05, 64, 1, true), new("sgd", 0.08, 64, 1, true) { Warmup = 50 }, new("sgd", 0.03, 32, 1, true),
        new("adam", 0.001, 128, 8, false), new("adam", 0.002, 128, 2, true), new("adam", 0.004, 96, 1, true) { Warmup = 100 },
        new("adam", 0.002, 64, 1, true), new("adam", 0.003, 64, 1, true) { Warmup = 100 }, new("adam", 0.001, 32, 1, true),
        new("adam", 0.003, 64, 1, true) { Warmup = 100, Momentum = 0.8 }, new("adam", 0.005, 128, 1, true) { Warmup = 30, Momentum = 0.8 },
        new("sgd", 0.06, 64, 1, true) { Warmup = 100, LeavesZeros = true }, new("adam", 0.002, 64, 1, true) { Warmup = 50, LeavesZeros = true },
        new("adam", 0.003, 64, 1, true) { Warmup = 100, Momentum = 0.8, LeavesZeros = true },
        new("adam", 0.004, 96, 1, true) { Warmup = 50, Momentum = 0.8, LeavesZeros = true },
        new("adam", 0.005, 128, 1, true) { Warmup = 30, Momentum = 0.8, LeavesZeros = true },
    ];

    /// <summary>Ours.</summary>
    internal static Settings[] Ours { get; } =
    [
        .. Common, new("sgd2", 1, 128, 2, true), new("sgd2", 0.5, 64, 1, true), new("sgd2", 1.2, 128, 1, true),
        new("adam", 0.002, 128, 1, true) { Decorrelates = true }, new("adam", 0.002, 64, 1, true) { Decorrelates = true },
    ];

    /// <summary>libtorch's.</summary>
    internal static Settings[] Peers => Common;

    /// <summary>As flags that both programs take.</summary>
    internal IReadOnlyList<string> Flags(int epochs) =>
    [
        "--optimizer", Optimizer, "--lr", LearningRate.ToString(CultureInfo.InvariantCulture), "--batch", $"{Batch}",
        "--epochs", $"{epochs}", "--schedule", Linear ? "linear" : "constant",
        "--momentum", Momentum.ToString(CultureInfo.InvariantCulture), "--standardize", LeavesZeros ? "rms" : Centered,
        .. Warmup > 0 ? (string[])["--warmup", $"{Warmup}"] : [],
        .. Decorrelates ? (string[])["--decorrelate"] : [],
    ];

    /// <summary>The rate of each step, on both sides.</summary>
    internal Schedule Schedule => new()
    {
        Kind = Linear ? ScheduleKind.Linear : ScheduleKind.Constant,
        LearningRate = (float)LearningRate,
        WarmupSteps = Warmup,
    };

    /// <summary>libtorch's rule of a name.</summary>
    internal static StepRule Rule(string optimizer) => optimizer == "adam" ? StepRule.Adam : StepRule.Sgd;

    public override string ToString()
    {
        string falling = Linear ? $" falling to 0 in {Epochs} epoch{(Epochs == 1 ? "" : "s")}" : "";
        string rising = Warmup > 0 ? $" after {Warmup} steps" : "";
        string momentum = Momentum == TorchMlp.Momentum ? "" : $", momentum {Momentum}", zeros = LeavesZeros ? ", zeros left" : "";
        return $"{(Decorrelates ? "decorrelated " : "")}{Optimizer}, rate {LearningRate}{rising}{falling}, batch {Batch}{momentum}{zeros}";
    }
}
