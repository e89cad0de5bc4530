using AotNet.Training.Data;
using AotNet.Training.Loop;
using AotNet.Training.Reporting;
using AotNet.Training.Verbs;
using ConsoleAppFramework;

namespace AotNet.Training.CommandLine;

/// <summary>
/// Every verb with its flags: parameter names are flags (checkpointEvery is --checkpoint-every), the comments are the
/// help texts. Values stay text here and are read where they are used.
/// </summary>
/// <param name="program">The program.</param>
sealed class Verbs(TrainerProgram program)
{
    /// <summary>Learns from a data set; writes checkpoints and a log into a run directory.</summary>
    /// <param name="data">Directory of IDX files (train- and t10k- pairs, plain or .gz), an IDX images file, or a CSV file; if the program reads them, a directory or archive of images, WAV files or CIFAR, or a manifest of such files (path,label). Required.</param>
    /// <param name="format">idx, csv, images, wav or cifar (default: found out from the data).</param>
    /// <param name="skipBad">Leave out images and WAV files that cannot be read, and count them (default: the first one is an error).</param>
    /// <param name="cache">Directory for decoded images and sounds, found by their content (default: aotnet-cache beside the run directory).</param>
    /// <param name="augment">Change samples at random, each anew in each epoch. Images: crop:N (move by at most N points), flip (mirror every other), brightness:F (add at most F to an image), contrast:F (stretch by at most the fraction F), cutout:N (clear a square of N points); any samples: mixup:F (mix inputs and labels with another's, at weights from Beta(F, F)); with commas between them, in the units that the network sees; training samples only (default: none).</param>
    /// <param name="label">CSV label column, by name or by index from 0 (-1 is the last); several with commas (default: the column label, class or target, else the last ones).</param>
    /// <param name="validation">Held-out samples: a fraction of the training set such as 0.1, or a path (default: none).</param>
    /// <param name="standardize">What inputs become: unit (mean 0, deviation 1), rms (root mean square 1; zeros stay zero, and dense layers are faster by what they need not multiply), mean (minus the training mean of each pixel or column) or none (default: unit).</param>
    /// <param name="preset">paper for the authors' numerics (arXiv:1708.00631): their forms of the optimisers, --lr auto, --schedule constant, --warmup 0, --standardize mean, --init normal:0.01, --curvature-limit 500; flags that are given win.</param>
    /// <param name="init">Initial weights: declared (what the network declares) or normal:F for N(0, F²) in all layers (default: declared).</param>
    /// <param name="curvatureLimit">Most inputs, bias included, that a layer may have to be decorrelated whole; of a convolution channels or patch (default: no limit).</param>
    /// <param name="optimizer">sgd, sgd2, adam, adamw, rmsprop or adagrad (default: sgd2).</param>
    /// <param name="decorrelate">Decorrelate gradients before adam, adamw, rmsprop or adagrad.</param>
    /// <param name="lr">Learning rate, above 0, or auto to try several on a copy of the network and take the best (default: sgd2 0.8, or 0.1 without averaged curvature; sgd 0.1; adam, adamw and rmsprop 0.001; adagrad 0.01).</param>
    /// <param name="lrInterval">With --lr auto, epochs from one search to the next (default: 10).</param>
    /// <param name="lrCandidates">With --lr auto, rates to try, with commas between them; after the first search none above its choice (default: sgd and sgd2 1,0.5,0.1,0.05,0.01,0.005,0.001,0.0005; others a tenth of these).</param>
    /// <param name="lrSteps">With --lr auto, steps at each rate; the loss of the last one decides (default: 30).</param>
    /// <param name="momentum">Momentum of sgd, sgd2 and rmsprop, first moment of adam and adamw, 0 to below 1 (default: 0.9, rmsprop 0).</param>
    /// <param name="damping">Damping of the decorrelation, above 0 (default: 0.3, or 1 without averaged curvature).</param>
    /// <param name="dampingScale">Unit of dampings: absolute, or trace: the Gram's trace over its order (default: absolute).</param>
    /// <param name="layerDamping">Damping of single layers, such as dense2=0.3,dense3=1 (default: as --damping).</param>
    /// <param name="curvature">Layers to decorrelate or not, such as dense1=off,dense2=on (default: as the optimiser).</param>
    /// <param name="gramAverage">Weight of the past in Gram matrices, 0 to below 1; this and the next three need AveragedCurvature (default: 0.95).</param>
    /// <param name="gramInterval">Steps between batches that enter the Gram matrices (default: 10, or 1 without averaged curvature).</param>
    /// <param name="factorInterval">Steps between factorisations, or auto: when a Gram has moved (default: 10, or 1 without averaged curvature).</param>
    /// <param name="factorDrift">How far, as a fraction of the factored Gram, with --factor-interval auto (default: 0.1).</param>
    /// <param name="adaptDamping">Adapt dampings by a trial at every fifth step (Levenberg-Marquardt).</param>
    /// <param name="stepNorm">Largest norm of each decorrelated layer's step, 0 for no bound (default: 0).</param>
    /// <param name="klClip">Largest divergence that a decorrelated step may cause, 0 for no bound (default: 0.1, or 0 without averaged curvature).</param>
    /// <param name="weightDecay">Weight decay a step, from 0 (default: sgd2 0.00005, adamw 0.01, others 0).</param>
    /// <param name="clip">Largest norm of all gradients together, 0 for no bound (default: 0).</param>
    /// <param name="schedule">Learning rate over the run: constant, linear, cosine, step or restart (default: sgd2 restart, but linear with --lr auto or without averaged curvature; others constant).</param>
    /// <param name="warmup">Steps over which the rate first rises from 0, or auto: 200, or 50 before restart, a third of the run at most (default: sgd2 auto, others 0).</param>
    /// <param name="epochs">Passes over the training set (default: 10).</param>
    /// <param name="batch">Samples a step, at most the network's batch (default: the network's batch).</param>
    /// <param name="seed">Seed of initial weights, sample order, dropout and the validation split (default: 1).</param>
    /// <param name="threads">Threads, 0 for one per processor (default: 0); results do not depend on it.</param>
    /// <param name="run">Run directory (default: runs/NAME-N, N counting up).</param>
    /// <param name="checkpointEvery">Steps between checkpoints (default: one at the end of each epoch).</param>
    /// <param name="consistency">Measure layers in the first step and then at the end of each epoch (epoch) or every so many steps (a number); writes tables and consistency.jsonl (default: never).</param>
    /// <param name="resume">Continue the run in --run from its last checkpoint; other flags are taken from there.</param>
    /// <param name="earlyStop">Stop after so many epochs without a better held-out result (default: never).</param>
    /// <param name="quiet">Print nothing but errors.</param>
    /// <param name="json">Print events as JSON lines.</param>
    public int Train([HideDefaultValue] string? data = null, [HideDefaultValue] string? format = null,
        bool skipBad = false, [HideDefaultValue] string? cache = null, [HideDefaultValue] string? augment = null,
        [HideDefaultValue] string? label = null, [HideDefaultValue] string? validation = null,
        [HideDefaultValue] string? standardize = null, [HideDefaultValue] string? preset = null,
        [HideDefaultValue] string? init = null, [HideDefaultValue] string? curvatureLimit = null,
        [HideDefaultValue] string? optimizer = null, bool decorrelate = false, [HideDefaultValue] string? lr = null,
        [HideDefaultValue] string? lrInterval = null, [HideDefaultValue] string? lrCandidates = null,
        [HideDefaultValue] string? lrSteps = null,
        [HideDefaultValue] string? momentum = null, [HideDefaultValue] string? damping = null,
        [HideDefaultValue] string? dampingScale = null, [HideDefaultValue] string? layerDamping = null,
        [HideDefaultValue] string? curvature = null, [HideDefaultValue] string? gramAverage = null,
        [HideDefaultValue] string? gramInterval = null, [HideDefaultValue] string? factorInterval = null,
        [HideDefaultValue] string? factorDrift = null, bool adaptDamping = false,
        [HideDefaultValue] string? stepNorm = null, [HideDefaultValue] string? klClip = null,
        [HideDefaultValue] string? weightDecay = null, [HideDefaultValue] string? clip = null,
        [HideDefaultValue] string? schedule = null, [HideDefaultValue] string? warmup = null,
        [HideDefaultValue] string? epochs = null, [HideDefaultValue] string? batch = null,
        [HideDefaultValue] string? seed = null, [HideDefaultValue] string? threads = null,
        [HideDefaultValue] string? run = null, [HideDefaultValue] string? checkpointEvery = null,
        [HideDefaultValue] string? consistency = null, bool resume = false,
        [HideDefaultValue] string? earlyStop = null, bool quiet = false, bool json = false) => program.Guarded(() =>
    {
        if (quiet && json)
            throw new UsageException("--quiet and --json exclude each other.");
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string? value) in (ReadOnlySpan<(string, string?)>)
        [
            (RunFlags.Data, data), (RunFlags.Format, format), (RunFlags.Label, label), (RunFlags.Validation, validation),
            (RunFlags.SkipBad, skipBad ? "true" : null), (RunFlags.Augment, augment), (RunFlags.Standardize, standardize), (RunFlags.Preset, preset), (RunFlags.Initial, init),
            (RunFlags.CurvatureLimit, curvatureLimit),
            (RunFlags.Optimizer, optimizer), (RunFlags.Decorrelate, decorrelate ? "true" : null),
            (RunFlags.LearningRate, lr), (RunFlags.RateInterval, lrInterval), (RunFlags.RateCandidates, lrCandidates),
            (RunFlags.RateSteps, lrSteps), (RunFlags.Momentum, momentum),
            (CurvatureFlags.Damping, damping), (CurvatureFlags.DampingScale, dampingScale), (CurvatureFlags.LayerDamping, layerDamping),
            (CurvatureFlags.Layers, curvature), (CurvatureFlags.GramAverage, gramAverage), (CurvatureFlags.GramInterval, gramInterval),
            (CurvatureFlags.FactorInterval, factorInterval), (CurvatureFlags.FactorDrift, factorDrift),
            (CurvatureFlags.AdaptDamping, adaptDamping ? "true" : null), (CurvatureFlags.StepNorm, stepNorm), (CurvatureFlags.KlClip, klClip),
            (RunFlags.WeightDecay, weightDecay), (RunFlags.Clip, clip), (RunFlags.Schedule, schedule),
            (RunFlags.Warmup, warmup), (RunFlags.Epochs, epochs), (RunFlags.Batch, batch), (RunFlags.Seed, seed),
            (RunFlags.EarlyStop, earlyStop),
        ])
        {
            if (value is not null)
                flags[name] = value;
        }
        int? interval = checkpointEvery is null ? null
            : FlagValue.Integer("checkpoint-every", checkpointEvery, 1, int.MaxValue, "steps");
        var request = new TrainRequest(flags, run, resume, interval, Threads(threads))
        {
            Consistency = consistency is null ? null : ConsistencyMonitor.ParseEvery(consistency),
            Cache = cache,
        };
        return TrainVerb.Run(program.Factory, request, quiet ? new Reporter() : ReporterOf(json));
    });

    /// <summary>Measures a checkpoint on a data set: loss, accuracy, precision and recall of each class, confusion matrix.</summary>
    /// <param name="data">As for train; where it has two parts, the test set. Required.</param>
    /// <param name="checkpoint">Checkpoint file. Required.</param>
    /// <param name="format">As for train.</param>
    /// <param name="skipBad">As for train.</param>
    /// <param name="cache">As for train (default: aotnet-cache beside the checkpoint's directory).</param>
    /// <param name="threads">Threads, 0 for one per processor (default: 0).</param>
    /// <param name="json">Print one JSON object.</param>
    public int Eval([HideDefaultValue] string? data = null, [HideDefaultValue] string? checkpoint = null,
        [HideDefaultValue] string? format = null, bool skipBad = false, [HideDefaultValue] string? cache = null,
        [HideDefaultValue] string? threads = null, bool json = false) => program.Guarded(() =>
    {
        string file = Needed(checkpoint, "eval", "checkpoint FILE");
        DataRequest request = Reading(skipBad, Threads(threads), cache ?? RunDirectory.CacheOfCheckpoint(file));
        return EvalVerb.Run(program.Factory, Needed(data, "eval", "data PATH"), file, format, request, Threads(threads), json, program.Output);
    });

    /// <summary>Prints the network's answer for each row of a CSV text, each image of an IDX file, or each image or WAV file of a directory.</summary>
    /// <param name="checkpoint">Checkpoint file. Required.</param>
    /// <param name="input">CSV file or IDX images file, or - for CSV rows on standard input; if the program reads them, an image or WAV file, or a directory or archive of such. Required.</param>
    /// <param name="skipBad">As for train.</param>
    /// <param name="threads">Threads, 0 for one per processor (default: 0).</param>
    /// <param name="json">Print one JSON object a row.</param>
    public int Predict([HideDefaultValue] string? checkpoint = null, [HideDefaultValue] string? input = null,
        bool skipBad = false, [HideDefaultValue] string? threads = null, bool json = false) =>
        program.Guarded(() => PredictVerb.Run(program.Factory, Needed(checkpoint, "predict", "checkpoint FILE"),
            Needed(input, "predict", "input PATH"), Reading(skipBad, Threads(threads), cache: null), Threads(threads), json, program.Output));

    /// <summary>Measures the consistency of a checkpoint's layers in a step that its run could take next.</summary>
    /// <param name="data">As for train; where it has two parts, the training set. Required.</param>
    /// <param name="checkpoint">Checkpoint file. Required.</param>
    /// <param name="batches">Batches to measure, each from the checkpoint's state (default: 1).</param>
    /// <param name="lr">Learning rate of the step (default: that of the run, before its schedule).</param>
    /// <param name="cache">As for train (default: aotnet-cache beside the checkpoint's directory).</param>
    /// <param name="threads">Threads, 0 for one per processor (default: 0).</param>
    /// <param name="json">Print one JSON object a layer.</param>
    public int Inspect([HideDefaultValue] string? data = null, [HideDefaultValue] string? checkpoint = null,
        [HideDefaultValue] string? batches = null, [HideDefaultValue] string? lr = null, [HideDefaultValue] string? cache = null,
        [HideDefaultValue] string? threads = null, bool json = false) => program.Guarded(() => InspectVerb.Run(program.Factory,
            Needed(data, "inspect", "data PATH"), Needed(checkpoint, "inspect", "checkpoint FILE"),
            batches is null ? 1 : FlagValue.Integer("batches", batches, 1, 10_000),
            lr is null ? null : FlagValue.Positive(RunFlags.LearningRate, lr), Threads(threads), cache, ReporterOf(json)));

    /// <summary>Prints what the compiler knows of the network: layers, parameters, FLOPs, memory, curvature.</summary>
    /// <param name="json">Print one JSON object.</param>
    public int Info(bool json = false) => program.Guarded(() => InfoVerb.Run(program.Factory.Info, json, program.Output));

    /// <summary>Writes a page about a run, or about several one over another, that a browser shows without a network.</summary>
    /// <param name="directories">Run directories, also of runs that are under way or were killed. At least one.</param>
    /// <param name="output">The page (default: report.html in the run directory; of several runs, in the current directory).</param>
    public int Report([HideDefaultValue] string? output = null, [Argument] params string[] directories) =>
        program.Guarded(() => ReportVerb.Run(directories, output, program.Output));

    /// <summary>Measures speed: samples a second for predict and for a training step, as a fraction of the FMA peak.</summary>
    /// <param name="seconds">Length of the measurement, above 0 (default: 3).</param>
    /// <param name="threads">Threads, 0 for one per processor (default: 0).</param>
    /// <param name="optimizer">As for train (default: sgd2).</param>
    /// <param name="decorrelate">As for train.</param>
    /// <param name="curvature">As for train.</param>
    /// <param name="gramAverage">As for train.</param>
    /// <param name="gramInterval">As for train.</param>
    /// <param name="factorInterval">As for train.</param>
    /// <param name="json">Print one JSON object.</param>
    public int Bench([HideDefaultValue] string? seconds = null, [HideDefaultValue] string? threads = null,
        [HideDefaultValue] string? optimizer = null, bool decorrelate = false, [HideDefaultValue] string? curvature = null,
        [HideDefaultValue] string? gramAverage = null, [HideDefaultValue] string? gramInterval = null,
        [HideDefaultValue] string? factorInterval = null, bool json = false) => program.Guarded(() =>
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string? value) in (ReadOnlySpan<(string, string?)>)
        [
            (RunFlags.Optimizer, optimizer), (RunFlags.Decorrelate, decorrelate ? "true" : null), (CurvatureFlags.Layers, curvature),
            (CurvatureFlags.GramAverage, gramAverage), (CurvatureFlags.GramInterval, gramInterval), (CurvatureFlags.FactorInterval, factorInterval),
        ])
        {
            if (value is not null)
                flags[name] = value;
        }
        return BenchVerb.Run(program.Factory, seconds is null ? 3 : FlagValue.Positive("seconds", seconds), Threads(threads),
            OptimizerFlags.Parse(flags, program.Factory.Info), json, program.Output);
    });

    /// <summary>Checks this very binary on this machine: gradients, threads, save and load, allocations.</summary>
    /// <param name="json">Print one JSON object a check.</param>
    public int SelfTest(bool json = false) => program.Guarded(() => SelfTestVerb.Run(program.Factory, json, program.Output));

    Reporter ReporterOf(bool json) => json ? new JsonReporter(program.Output)
        : new TextReporter(program.Output, Console.IsErrorRedirected ? null : new ProgressBar(program.Error));

    /// <summary>For verbs whose output is what they find: how reading goes is told on standard error.</summary>
    DataRequest Reading(bool skipBad, int threads, string? cache) => new(program.Factory.Info)
    {
        SkipBad = skipBad,
        CacheDirectory = cache,
        Threads = DataRequest.ThreadsFor(threads),
        Reporter = new TextReporter(program.Error, Console.IsErrorRedirected ? null : new ProgressBar(program.Error)),
    };

    static int Threads(string? text) => text is null ? 0 : FlagValue.Integer("threads", text, 0, 256);

    static string Needed(string? value, string verb, string flag) =>
        value ?? throw new UsageException($"{verb} needs --{flag}; '{verb} --help' says more.");
}
