using System.Globalization;

namespace AotNet.Training.Loop;

/// <summary>Where a run stands. Together with the network's state and the flags it determines everything that follows.</summary>
sealed class RunState
{
    const string Prefix = "run.";

    /// <summary>Epochs finished and logged.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps done in the epoch under way.</summary>
    public int StepInEpoch { get; set; }

    /// <summary>Steps done in all.</summary>
    public long Step { get; set; }

    /// <summary>Sum over the epoch's rows of the loss.</summary>
    public double LossSum { get; set; }

    /// <summary>Correct answers in the epoch under way.</summary>
    public long Correct { get; set; }

    /// <summary>Rows seen in the epoch under way.</summary>
    public long Rows { get; set; }

    /// <summary>Epoch, from 1, with the best held-out result so far; 0 while there is none.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Held-out loss of that epoch.</summary>
    public double BestLoss { get; set; }

    /// <summary>Held-out accuracy of that epoch; 0 for regression.</summary>
    public double BestAccuracy { get; set; }

    /// <summary>Learning rate of --lr auto since the last search; 0 before the first.</summary>
    public float Rate { get; set; }

    /// <summary>The first that was selected: no higher one is tried again; 0 before that.</summary>
    public float FirstRate { get; set; }

    /// <summary>Epoch, from 1, that the last search belongs to; 0 before the first.</summary>
    public int RateEpoch { get; set; }

    /// <summary>Learning rate before the schedule: the one that --lr auto found last, otherwise the given one.</summary>
    public float RateOr(float given) => RateEpoch > 0 ? Rate : given;

    /// <summary>Starts the next epoch.</summary>
    public void NextEpoch()
    {
        Epoch++;
        StepInEpoch = 0;
        LossSum = 0;
        Correct = 0;
        Rows = 0;
    }

    /// <summary>Takes note of an epoch's held-out result: better accuracy first, then lower loss.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Note(int epoch, double loss, double accuracy)
    {
        bool better = BestEpoch == 0 || accuracy > BestAccuracy || (accuracy == BestAccuracy && loss < BestLoss);
        if (better)
            (BestEpoch, BestLoss, BestAccuracy) = (epoch, loss, accuracy);
        return better;
    }

    /// <summary>Adds the state to a checkpoint's metadata.</summary>
    public void WriteTo(IDictionary<string, string> metadata)
    {
        void Set(string name, IFormattable value) => metadata[Prefix + name] = value.ToString(null, CultureInfo.InvariantCulture);
        Set("epoch", Epoch);
        Set("step_in_epoch", StepInEpoch);
        Set("step", Step);
        Set("loss_sum", LossSum);
        Set("correct", Correct);
        Set("rows", Rows);
        Set("best_epoch", BestEpoch);
        Set("best_loss", BestLoss);
        Set("best_accuracy", BestAccuracy);
        if (RateEpoch == 0)
            return;
        Set("rate", Rate);
        Set("first_rate", FirstRate);
        Set("rate_epoch", RateEpoch);
    }

    /// <summary>Reverses <see cref="WriteTo"/>.</summary>
    /// <exception cref="InvalidDataException">Something of it is missing.</exception>
    public static RunState ReadFrom(IReadOnlyDictionary<string, string> metadata)
    {
        T Get<T>(string name) where T : IParsable<T> =>
            metadata.TryGetValue(Prefix + name, out string? text) && T.TryParse(text, CultureInfo.InvariantCulture, out T? value)
                ? value
                : throw new InvalidDataException($"it has no metadata {Prefix}{name}; it was not written by train");
        bool selected = metadata.ContainsKey(Prefix + "rate_epoch");
        return new RunState
        {
            Epoch = Get<int>("epoch"),
            StepInEpoch = Get<int>("step_in_epoch"),
            Step = Get<long>("step"),
            LossSum = Get<double>("loss_sum"),
            Correct = Get<long>("correct"),
            Rows = Get<long>("rows"),
            BestEpoch = Get<int>("best_epoch"),
            BestLoss = Get<double>("best_loss"),
            BestAccuracy = Get<double>("best_accuracy"),
            Rate = selected ? Get<float>("rate") : 0,
            FirstRate = selected ? Get<float>("first_rate") : 0,
            RateEpoch = selected ? Get<int>("rate_epoch") : 0,
        };
    }
}
