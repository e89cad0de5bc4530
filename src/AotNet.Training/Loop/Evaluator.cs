using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Evaluation;
using AotNet.Training.Reporting;

namespace AotNet.Training.Loop;

/// <summary>Measures a network on a set of samples, batch by batch.</summary>
static class Evaluator
{
    /// <summary>Mean loss and accuracy in inference mode.</summary>
    /// <param name="network">The network; not changed.</param>
    /// <param name="info">Its target.</param>
    /// <param name="set">Samples.</param>
    /// <param name="batch">Reused buffer.</param>
    /// <param name="answers">Counts the network's answers; null where nobody wants to know.</param>
    public static Score Measure(ITrainable network, NetworkInfo info, SampleSet set, BatchBuffer batch, Tally? answers = null)
    {
        float[] outputs = answers is null ? [] : new float[batch.Rows * info.Outputs];
        double loss = 0;
        long correct = 0;
        for (int start = 0; start < set.Samples.Length; start += batch.Rows)
        {
            int rows = Math.Min(batch.Rows, set.Samples.Length - start);
            batch.Load(set.Data, set.Samples.AsSpan(start, rows));
            BatchResult result;
            if (answers is null)
            {
                result = network.Evaluate(batch.Inputs, batch.Labels, batch.Targets);
            }
            else
            {
                Span<float> said = outputs.AsSpan(0, rows * info.Outputs);
                result = network.Evaluate(batch.Inputs, batch.Labels, batch.Targets, said);
                answers.Add(said, batch, rows);
            }
            loss += (double)result.Loss * result.Rows;
            correct += result.Correct;
        }
        return ScoreOf(info, loss, correct, set.Samples.Length);
    }

    /// <summary>Mean loss and accuracy from sums over rows.</summary>
    public static Score ScoreOf(NetworkInfo info, double lossSum, long correct, long rows) =>
        new(lossSum / rows, info.HasAccuracy() ? (double)correct / (rows * info.AnswersPerRow()) : null);
}
