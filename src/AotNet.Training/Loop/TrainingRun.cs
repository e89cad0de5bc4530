using System.Diagnostics;
using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Evaluation;
using AotNet.Training.Reporting;

namespace AotNet.Training.Loop;

/// <summary>
/// The training loop. One step loads a batch, sets the rate, calls the network and adds up; it allocates nothing. An
/// epoch ends with evaluation, a line in the log and a checkpoint, in this order: a log may be ahead of its checkpoint,
/// never behind, and resuming cuts it back.
/// </summary>
sealed class TrainingRun
{
    /// <summary>Least time from one report to the next, as a multiple of what writing it takes.</summary>
    const int ReportInterval = 200;

    const string Interrupted = "interrupted";

    readonly RunDescription run;
    readonly ITrainable network;
    readonly RunState state;
    readonly Reporter reporter;
    readonly NetworkInfo info;
    readonly RunSettings settings;
    readonly TrainingData data;
    readonly string fingerprint;
    readonly SampleOrder order;
    readonly BatchBuffer batch;
    readonly long totalSteps;
    readonly bool hasAccuracy;
    readonly int answersPerRow;
    Schedule schedule;
    float learningRate;
    TimeSpan reportDue = TimeSpan.FromSeconds(10);
    ConsistencyMonitor? consistency;
    Tally? answers; // to the held-out samples, after the last epoch

    /// <summary>Prepares a run; nothing is written yet.</summary>
    /// <param name="run">The fixed facts.</param>
    /// <param name="network">Fresh, or restored from the run's checkpoint.</param>
    /// <param name="state">New, or from the checkpoint.</param>
    /// <param name="fingerprint">Identity of the data.</param>
    /// <param name="reporter">Told what happens.</param>
    public TrainingRun(RunDescription run, ITrainable network, RunState state, string fingerprint, Reporter reporter)
    {
        (this.run, this.network, this.state, this.fingerprint, this.reporter) = (run, network, state, fingerprint, reporter);
        (info, settings, data) = (run.Network, run.Settings, run.Data);
        order = new SampleOrder(data.Train.Samples, settings.Seed);
        batch = new BatchBuffer(settings.Batch, data.Profile.Standardization, info, network, settings.CreateAugmenter(info, network.Threads));
        totalSteps = (long)settings.Epochs * run.StepsPerEpoch;
        schedule = new Schedule
        {
            Kind = settings.Schedule,
            LearningRate = state.RateOr(settings.Optimizer.LearningRate),
            WarmupSteps = settings.WarmupSteps(totalSteps),
        };
        (hasAccuracy, answersPerRow) = (info.HasAccuracy(), info.AnswersPerRow());
        network.Optimizer = settings.Optimizer;
    }

    /// <summary>Steps between checkpoints; null for one at the end of each epoch.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>Steps between measurements of consistency, 0 for one an epoch; null for none.</summary>
    public int? Consistency { get; init; }

    /// <summary>Writes the checkpoint of the present state.</summary>
    public void Save() => Save(run.Directory.CheckpointPath);

    /// <summary>Trains until the last epoch, an early stop, or a stop signal, and writes the report.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TrainerException">The loss was not finite.</exception>
    public int Train(StopSignal stop)
    {
        string reason;
        try
        {
            reason = Learn(stop);
        }
        catch (TrainerException)
        {
            WriteReport();
            throw;
        }
        if (reason != Interrupted)
            WriteEvaluation();
        WriteReport();
        reporter.End(run, state, reason);
        return reason == Interrupted ? ExitCode.Interrupted : ExitCode.Success;
    }

    /// <summary>Trains.</summary>
    /// <returns>Why it ended.</returns>
    string Learn(StopSignal stop)
    {
        double secondsBefore = RunLog.LastNumber(run.Directory.LogPath, state.Epoch, "seconds");
        var clock = Stopwatch.StartNew();
        using RunLog log = RunLog.Open(run.Directory.LogPath, state.Epoch);
        using ConsistencyMonitor? monitor = ConsistencyMonitor.Open(run.Directory.ConsistencyPath, Consistency, network, run, state.Step, reporter);
        consistency = monitor;
        reporter.Begin(run);
        while (state.Epoch < settings.Epochs)
        {
            if (StoppedEarly)
                return "early stop";
            (int rows, double seconds) = TrainEpoch(stop);
            if (stop.Requested)
            {
                Save();
                return Interrupted;
            }
            FinishEpoch(log, rows / seconds, secondsBefore, clock);
            if (clock.Elapsed >= reportDue)
            {
                TimeSpan begin = clock.Elapsed;
                WriteReport();
                reportDue = clock.Elapsed + ReportInterval * (clock.Elapsed - begin);
            }
        }
        return "finished";
    }

    bool StoppedEarly => settings.EarlyStop is { } patience && state.BestEpoch > 0 && state.Epoch - state.BestEpoch >= patience;

    /// <summary>Runs the steps that the epoch still lacks.</summary>
    /// <returns>Rows learned from and seconds it took, in this process, measuring consistency not counted.</returns>
    (int Rows, double Seconds) TrainEpoch(StopSignal stop)
    {
        order.ShuffleFor(state.Epoch);
        if (settings.Selective is { } selective && selective.IsDueAt(state.Epoch) && state.RateEpoch != state.Epoch + 1)
            SelectRate(selective, stop);
        long begin = Stopwatch.GetTimestamp();
        double measuring = consistency?.Seconds ?? 0;
        int rows = 0;
        while (state.StepInEpoch < run.StepsPerEpoch && !stop.Requested)
        {
            rows += Step();
            reporter.Step(ProgressAt(rows / Seconds()));
            if (CheckpointEvery is { } interval && state.Step % interval == 0)
                Save();
        }
        return (rows, Math.Max(Seconds(), 1e-9));

        double Seconds() => Stopwatch.GetElapsedTime(begin).TotalSeconds - ((consistency?.Seconds ?? 0) - measuring);
    }

    /// <summary>
    /// Chooses the rate that the schedule starts from, until the next search. Whoever asks to stop meanwhile leaves
    /// everything as it was, so that a resumed run searches again and finds the same.
    /// </summary>
    void SelectRate(SelectiveRate selective, StopSignal stop)
    {
        using ISnapshot start = network.TakeSnapshot();
        RateSelection selection = selective.Select(candidate =>
        {
            float loss = Trial(selective, candidate, stop);
            start.Restore();
            return loss;
        }, state.RateEpoch > 0 ? state.FirstRate : float.PositiveInfinity);
        if (stop.Requested)
            return;
        float best = selection.Rate ?? throw NonFinite.AtEveryRate(state, settings, run.Directory);
        if (state.RateEpoch == 0)
            state.FirstRate = best;
        (state.Rate, state.RateEpoch) = (best, state.Epoch + 1);
        schedule = schedule with { LearningRate = best };
        reporter.Rate(new RateRecord
        {
            Epoch = state.RateEpoch,
            Step = state.Step,
            Rate = best,
            Steps = TrialSteps(selective),
            Candidates = selective.Candidates,
            Losses = selection.Losses,
        });
    }

    /// <summary>Takes the epoch's first steps at a rate; gives the loss of the last one, not finite as soon as one is not.</summary>
    float Trial(SelectiveRate selective, int candidate, StopSignal stop)
    {
        float rate = selective.Candidates[candidate];
        Schedule tried = schedule with { LearningRate = rate };
        int steps = TrialSteps(selective);
        float loss = 0;
        for (int step = 0; step < steps && float.IsFinite(loss); step++)
        {
            if (stop.Requested)
                return float.NaN;
            Load(step, tried.RateAt(state.Step + step, totalSteps));
            loss = network.Step(batch).Loss;
            reporter.Search(new SearchProgress(state.Epoch + 1, settings.Epochs, candidate + 1, selective.Candidates.Length, rate, step + 1, steps, loss));
        }
        return loss;
    }

    int TrialSteps(SelectiveRate selective) => Math.Min(selective.Steps, run.StepsPerEpoch);

    /// <summary>Makes ready for a step on one of the epoch's batches.</summary>
    void Load(int stepInEpoch, float rate)
    {
        batch.Load(data.Train.Data, order, stepInEpoch * settings.Batch, state.Epoch);
        network.LearningRate = rate;
    }

    int Step()
    {
        learningRate = schedule.RateAt(state.Step, totalSteps);
        Load(state.StepInEpoch, learningRate);
        consistency?.Observe(state, batch);
        BatchResult result = network.Step(batch);
        int rows = result.Rows;
        if (!float.IsFinite(result.Loss))
            throw NonFinite.At(result.Loss, network.NonFiniteLayer, state, settings, run.Directory);
        state.LossSum += (double)result.Loss * rows;
        state.Correct += result.Correct;
        state.Rows += rows;
        state.Step++;
        state.StepInEpoch++;
        consistency?.Record(state);
        return rows;
    }

    void FinishEpoch(RunLog log, double samplesPerSecond, double secondsBefore, Stopwatch clock)
    {
        Score train = Evaluator.ScoreOf(info, state.LossSum, state.Correct, state.Rows);
        // They are counted once: when nothing is learned after it.
        answers = state.Epoch + 1 == settings.Epochs ? Tally.For(info, data.Profile) : null;
        Score? validation = Measure(data.Validation, data.Test is null ? answers : null);
        Score? test = Measure(data.Test, answers) ?? validation;
        Score? heldOut = validation ?? test;
        bool best = heldOut is { } score && state.Note(state.Epoch + 1, score.Loss, score.Accuracy ?? 0);
        state.NextEpoch();

        var record = new EpochRecord
        {
            Epoch = state.Epoch,
            Step = state.Step,
            Train = train,
            Validation = validation,
            Test = test,
            LearningRate = learningRate > 0 ? learningRate : schedule.RateAt(state.Step - 1, totalSteps),
            SelectedRate = state.RateEpoch > 0 ? state.Rate : null,
            SamplesPerSecond = samplesPerSecond,
            Seconds = secondsBefore + clock.Elapsed.TotalSeconds,
            DampingRaised = network.DampingRaised,
            DecorrelationsSkipped = network.DecorrelationsSkipped,
        };
        log.Append(JsonText.Object(record.WriteTo));
        reporter.Epoch(record, best);
        if (best)
            Save(run.Directory.BestPath);
        Save();
    }

    Score? Measure(SampleSet? set, Tally? answers)
    {
        if (set is null)
            return null;
        Score score = Evaluator.Measure(network, info, set, batch, answers);
        return double.IsFinite(score.Loss)
            ? score
            : throw NonFinite.Held((float)score.Loss, state, settings, run.Directory);
    }

    /// <summary>Writes the answers to the held-out samples: test before validation.</summary>
    void WriteEvaluation()
    {
        if ((data.Test ?? data.Validation) is not { } set)
            return;
        Tally tally = answers ?? Tally.For(info, data.Profile);
        if (answers is null) // the last epoch came early, or before this process
            _ = Evaluator.Measure(network, info, set, batch, tally);
        JsonText.WriteFile(run.Directory.EvaluationPath, json =>
        {
            json.WriteNumber("epoch", state.Epoch);
            json.WriteString("set", set == data.Test ? "test" : "validation");
            json.WriteNumber("samples", set.Samples.Length);
            tally.WriteTo(json);
        });
    }

    /// <summary>Writes the report; a run does not fail because what it reads there, such as an edited log, cannot be shown.</summary>
    void WriteReport()
    {
        try
        {
            HtmlReport.Write(run.Directory.ReportPath, [run.Directory.Path]);
        }
        catch (Exception problem) when (problem is TrainerException or IOException or UnauthorizedAccessException)
        {
            reporter.Note($"{run.Directory.ReportPath} was not written: {problem.Message}");
        }
    }

    /// <summary>
    /// Writes a checkpoint, but not one whose parameters have just lost a finite loss: the last good one would be gone.
    /// </summary>
    void Save(string path)
    {
        if (state.Step > 0)
        {
            batch.Load(data.Train.Data, data.Train.Samples.AsSpan(0, Math.Min(settings.Batch, data.Train.Samples.Length)));
            BatchResult result = network.Evaluate(batch.Inputs, batch.Labels, batch.Targets);
            if (!float.IsFinite(result.Loss))
                throw NonFinite.Held(result.Loss, state, settings, run.Directory);
        }
        Checkpoint.Write(path, network, settings, state, data.Profile, fingerprint);
    }

    Progress ProgressAt(double samplesPerSecond)
    {
        long rowsLeft = (long)(settings.Epochs - state.Epoch) * data.Train.Samples.Length - state.Rows;
        var score = new Score(state.LossSum / state.Rows, hasAccuracy ? (double)state.Correct / (state.Rows * answersPerRow) : null);
        return new Progress(state.Epoch + 1, settings.Epochs, state.StepInEpoch, run.StepsPerEpoch, score, samplesPerSecond,
            rowsLeft / samplesPerSecond);
    }
}
