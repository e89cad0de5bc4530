using System.Text.Json;

namespace AotNet.Training.Reporting;

/// <summary>Mean loss and share of correct answers over some samples.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="Accuracy">Between 0 and 1; null for regression.</param>
readonly record struct Score(double Loss, double? Accuracy);

/// <summary>What one epoch gave: a line of <c>log.jsonl</c>.</summary>
sealed class EpochRecord
{
    /// <summary>Epochs done, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps done in all.</summary>
    public required long Step { get; init; }

    /// <summary>Over the epoch's batches, each measured before its update.</summary>
    public required Score Train { get; init; }

    /// <summary>After the epoch, on the --validation samples.</summary>
    public required Score? Validation { get; init; }

    /// <summary>After the epoch, on the test set; where there is none, on the validation samples.</summary>
    public required Score? Test { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Rate that the last search of --lr auto chose; null without one.</summary>
    public required float? SelectedRate { get; init; }

    /// <summary>Training samples a second, evaluation not counted.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Seconds since the run began, over all its resumptions.</summary>
    public required double Seconds { get; init; }

    /// <summary>Times a factorisation was repeated with more damping, in all.</summary>
    public required long DampingRaised { get; init; }

    /// <summary>Layer-steps whose gradient stayed undecorrelated, in all.</summary>
    public required long DecorrelationsSkipped { get; init; }

    /// <summary>Writes the record's members.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteNumber("epoch", Epoch);
        json.WriteNumber("step", Step);
        json.WriteNumberOrNull("train_loss", Train.Loss);
        json.WriteNumberOrNull("train_accuracy", Train.Accuracy);
        if (Validation is { } validation)
        {
            json.WriteNumberOrNull("validation_loss", validation.Loss);
            json.WriteNumberOrNull("validation_accuracy", validation.Accuracy);
        }
        json.WriteNumberOrNull("test_loss", Test?.Loss);
        json.WriteNumberOrNull("test_accuracy", Test?.Accuracy);
        json.WriteNumber("learning_rate", LearningRate);
        if (SelectedRate is { } selected)
            json.WriteNumber("selected_rate", selected);
        json.WriteNumberOrNull("samples_per_second", Math.Round(SamplesPerSecond, 1));
        json.WriteNumberOrNull("seconds", Math.Round(Seconds, 3));
        json.WriteNumber("damping_raised", DampingRaised);
        json.WriteNumber("decorrelations_skipped", DecorrelationsSkipped);
    }
}
