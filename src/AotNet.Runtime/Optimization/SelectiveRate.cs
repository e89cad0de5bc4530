using System.Globalization;

namespace AotNet.Runtime;

/// <summary>
/// Selective SGD (Ye et al., arXiv:1708.00631): at the start of every so many epochs each of some learning rates is tried
/// on a copy of the network for some steps, and the rate that leads to the smallest loss is used until the next search.
/// </summary>
public sealed class SelectiveRate
{
    /// <summary>Rates to try, each finite and above 0; of equally good ones the first is chosen.</summary>
    public required float[] Candidates { get; init; }

    /// <summary>Epochs from one search to the next, at least 1.</summary>
    public int Interval { get; init; } = 10;

    /// <summary>Steps that each rate is tried for, at least 1 and at most those of an epoch.</summary>
    public int Steps { get; init; } = 30;

    /// <summary>The candidates of the method's authors: 1 down to 0.0005 for SGD and SGD2, a tenth of these for the other kinds.</summary>
    public static SelectiveRate For(OptimizerKind kind) => new()
    {
        Candidates = kind is OptimizerKind.Sgd or OptimizerKind.Sgd2
            ? [1f, 0.5f, 0.1f, 0.05f, 0.01f, 0.005f, 0.001f, 0.0005f]
            : [0.1f, 0.05f, 0.01f, 0.005f, 0.001f, 0.0005f, 0.0001f, 0.00005f],
    };

    /// <summary>Whether an epoch begins with a search.</summary>
    /// <param name="epoch">Epochs done before it.</param>
    public bool IsDueAt(int epoch) => epoch % Interval == 0;

    /// <summary>Tries the candidates on a network, which is put back after each of them, and sets its learning rate to the best.</summary>
    /// <param name="network">The network, with the optimiser that it is going to be trained with.</param>
    /// <param name="step">
    /// Does step s, from 0 to <see cref="Steps"/> - 1, of the epoch that is about to begin: the batches, in the order in
    /// which the epoch is going to have them.
    /// </param>
    /// <param name="limit">The first rate ever selected for this network: higher candidates are not tried. Infinite before that.</param>
    /// <returns>What came out. If no candidate led to a finite loss, the network is as it was.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; nothing was done.</exception>
    public RateSelection Select(CompiledNetwork network, Func<int, BatchResult> step, float limit = float.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(step);
        using NetworkSnapshot start = network.TakeSnapshot();
        RateSelection selection = Select(candidate =>
        {
            try
            {
                network.LearningRate = Candidates[candidate];
                float loss = 0;
                for (int s = 0; s < Steps && float.IsFinite(loss); s++)
                    loss = step(s).Loss;
                return loss;
            }
            finally
            {
                start.Restore();
            }
        }, limit);
        if (selection.Rate is { } best)
            network.LearningRate = best;
        return selection;
    }

    /// <summary>The same with trials of the caller's own.</summary>
    /// <param name="trial">Trains a copy at the rate of this number in <see cref="Candidates"/> and gives the loss of its last batch, before the update of that batch.</param>
    /// <param name="limit">The first rate ever selected; infinite before that.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; nothing was done.</exception>
    public RateSelection Select(Func<int, float> trial, float limit = float.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Validate();
        float? best = null;
        float least = float.PositiveInfinity;
        var losses = new float[Candidates.Length];
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = Candidates[i] > limit ? float.NaN : trial(i);
            if (losses[i] < least)
                (best, least) = (Candidates[i], losses[i]);
        }
        return new RateSelection { Rate = best, Losses = losses };
    }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message says which, what was found and what is expected.</exception>
    public void Validate()
    {
        if (Candidates.Length == 0)
            throw Invalid(nameof(Candidates), "empty", "at least one learning rate");
        foreach (float candidate in Candidates)
        {
            if (!float.IsFinite(candidate) || candidate <= 0)
                throw Invalid(nameof(Candidates), candidate.ToString(CultureInfo.InvariantCulture), "finite numbers above 0");
        }
        if (Interval < 1)
            throw Invalid(nameof(Interval), Interval.ToString(CultureInfo.InvariantCulture), "at least 1");
        if (Steps < 1)
            throw Invalid(nameof(Steps), Steps.ToString(CultureInfo.InvariantCulture), "at least 1");
    }

    static ArgumentOutOfRangeException Invalid(string property, string found, string expected) =>
        new(property, $"{property} of the selective rate is {found}, expected {expected}.");
}

/// <summary>What a search for the learning rate came to.</summary>
public sealed class RateSelection
{
    /// <summary>The best candidate; null if none led to a finite loss.</summary>
    public required float? Rate { get; init; }

    /// <summary>Loss that each candidate led to; NaN for those that were not tried, not finite for those that diverged.</summary>
    public required float[] Losses { get; init; }
}
