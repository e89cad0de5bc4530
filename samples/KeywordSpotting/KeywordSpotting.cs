using AotNet;

/// <summary>
/// A second of sound at 16,000 values a second, five kinds of signal or none: what <c>make-data</c> synthesises. Filters
/// of 4 ms, whose answers ModU turns into strengths, then convolutions over ever longer times, until one sees whether a
/// pitch rises or falls.
/// </summary>
[Network(Batch = 64)]
public sealed partial class KeywordSpotting
{
    static Objective Define([Shape(16000, 1)] Tensor sound, [Classes(6)] Labels word)
    {
        Tensor x = sound.Conv1D(32, kernel: 64, stride: 16).ModU().MaxPool(4);
        x = x.BatchRms().Conv1D(32, kernel: 5).ModU().MaxPool(4);
        x = x.BatchRms().Conv1D(32, kernel: 5).ModU().MaxPool(4);
        x = x.BatchRms().Conv1D(64, kernel: 5).ModU();
        return Objective.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(6), word);
    }
}
