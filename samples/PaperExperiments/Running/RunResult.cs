using System.Globalization;
using System.Text;
using System.Text.Json;
using AotNet.Runtime;

namespace PaperExperiments.Running;

/// <summary>What a finished run left.</summary>
/// <param name="TestErrors">Per cent of the test set that it gets wrong after each epoch.</param>
/// <param name="TestLosses">Mean loss on the test set after each epoch.</param>
/// <param name="Rates">Learning rate of each epoch.</param>
/// <param name="Residuals">Root mean square of the residual at each layer's output, from the first layer on, when it was last measured; none where it was not.</param>
/// <param name="Seconds">It took, searches and evaluations included.</param>
/// <param name="Diverged">Whether its loss stopped being finite.</param>
sealed record RunResult(IReadOnlyList<double> TestErrors, IReadOnlyList<double> TestLosses, IReadOnlyList<double> Rates,
    IReadOnlyList<double> Residuals, double Seconds, bool Diverged)
{
    const string Marker = "finished", Log = "log.jsonl", Consistency = "consistency.jsonl";

    /// <summary>Exit code of a trainer whose loss was not finite: a result like any other.</summary>
    public const int DivergedCode = 4;

    /// <summary>Whether a run's directory holds a finished run.</summary>
    public static bool IsFinished(string directory) => File.Exists(Path.Combine(directory, Marker));

    /// <summary>Notes that a run has ended, so that it is not run again.</summary>
    /// <param name="directory">Directory of the run.</param>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="arguments">What it was given.</param>
    public static void MarkFinished(string directory, int exitCode, string arguments) => AtomicFile.Write(Path.Combine(directory, Marker),
        stream => stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{exitCode}\n{arguments}\n"))), durable: false);

    /// <summary>What a finished run was given.</summary>
    public static string ArgumentsOf(string directory) => File.ReadLines(Path.Combine(directory, Marker)).Skip(1).FirstOrDefault("");

    /// <summary>Reads a finished run; null where there is none.</summary>
    public static RunResult? Read(string directory)
    {
        if (!IsFinished(directory))
            return null;
        var (errors, losses, rates, seconds) = (new List<double>(), new List<double>(), new List<double>(), 0.0);
        string log = Path.Combine(directory, Log);
        foreach (string line in File.Exists(log) ? File.ReadLines(log) : [])
        {
            using JsonDocument epoch = JsonDocument.Parse(line);
            errors.Add(100 * (1 - epoch.RootElement.GetProperty("test_accuracy").GetDouble()));
            losses.Add(epoch.RootElement.GetProperty("test_loss").GetDouble());
            rates.Add(epoch.RootElement.GetProperty("learning_rate").GetDouble());
            seconds = epoch.RootElement.GetProperty("seconds").GetDouble();
        }
        return new RunResult(errors, losses, rates, ReadResiduals(Path.Combine(directory, Consistency)), seconds, File.ReadLines(Path.Combine(directory, Marker)).First() != "0");
    }

    static List<double> ReadResiduals(string file)
    {
        var residuals = new List<double>();
        foreach (string line in File.Exists(file) ? File.ReadLines(file) : [])
        {
            using JsonDocument layer = JsonDocument.Parse(line);
            if (layer.RootElement.GetProperty("order").GetInt32() == 0)
                residuals.Clear();
            JsonElement residual = layer.RootElement.GetProperty("residual_rms");
            residuals.Add(residual.ValueKind == JsonValueKind.Number ? residual.GetDouble() : double.NaN);
        }
        return residuals;
    }
}
