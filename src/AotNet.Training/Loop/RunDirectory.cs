namespace AotNet.Training.Loop;

/// <summary>The directory of one run: what resumes it, and what tells of it.</summary>
sealed class RunDirectory
{
    /// <summary>Names of the files that a report is made of, and its own.</summary>
    public const string LogName = "log.jsonl", FactsName = "run.json", EvaluationName = "evaluation.json",
        ConsistencyName = "consistency.jsonl", ReportName = "report.html";

    RunDirectory(string path, bool holdsCheckpoint)
    {
        Path = path;
        HoldsCheckpoint = holdsCheckpoint;
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Whether a run lies there that can be resumed.</summary>
    public bool HoldsCheckpoint { get; }

    /// <summary>State after the newest checkpointed step.</summary>
    public string CheckpointPath => InDirectory(Path, "checkpoint.safetensors");

    /// <summary>State after the epoch with the best held-out result.</summary>
    public string BestPath => InDirectory(Path, "best.safetensors");

    /// <summary>One JSON object for each epoch.</summary>
    public string LogPath => InDirectory(Path, LogName);

    /// <summary>The run's fixed facts: flags, network, samples, machine.</summary>
    public string FactsPath => InDirectory(Path, FactsName);

    /// <summary>Answers of the last epoch's network to the held-out samples, counted by class, label or target.</summary>
    public string EvaluationPath => InDirectory(Path, EvaluationName);

    /// <summary>All of this as a page for people.</summary>
    public string ReportPath => InDirectory(Path, ReportName);

    /// <summary>One JSON object for each layer at each moment that its consistency was measured.</summary>
    public string ConsistencyPath => InDirectory(Path, ConsistencyName);

    /// <summary>Where decoded samples lie unless --cache says otherwise: beside the runs, so that the next run finds them too.</summary>
    public string CachePath => CacheBeside(Path);

    /// <summary>The same for the run of a checkpoint.</summary>
    public static string CacheOfCheckpoint(string checkpoint) => CacheBeside(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(checkpoint))!);

    /// <summary>Decides which directory a run uses; creates nothing.</summary>
    /// <param name="flag">--run, or null for runs/NAME-N with the least N that is free.</param>
    /// <param name="resume">--resume.</param>
    /// <param name="network">Network's name.</param>
    /// <exception cref="UsageException">The directory holds a run that would be lost, or is none.</exception>
    public static RunDirectory Locate(string? flag, bool resume, string network)
    {
        if (flag is null && resume)
            throw new UsageException("--resume needs --run DIR: the directory of the run to continue.");
        if (flag is "")
            throw new UsageException("--run: found '', expected a directory.");
        string path = flag ?? FreeDefault(network);
        if (File.Exists(path))
            throw new UsageException($"--run: {path} is a file; a directory is expected.");
        bool checkpoint = File.Exists(InDirectory(path, "checkpoint.safetensors"));
        bool log = File.Exists(InDirectory(path, LogName));
        if (!resume && (checkpoint || log))
            throw new UsageException($"--run: {path} holds a run already; add --resume to continue it, or name another directory.");
        if (resume && log && !checkpoint)
            throw new UsageException($"--resume: {path} has a log but no checkpoint.safetensors to continue from.");
        return new RunDirectory(path, checkpoint);
    }

    /// <summary>Creates the directory and lets <paramref name="fill"/> write its first file; leaves nothing behind when that fails.</summary>
    public void Create(Action fill)
    {
        var created = new List<string>();
        for (string? directory = System.IO.Path.GetFullPath(Path); directory is not null && !Directory.Exists(directory);
            directory = System.IO.Path.GetDirectoryName(directory))
        {
            created.Add(directory);
        }
        try
        {
            Directory.CreateDirectory(Path);
            fill();
        }
        catch
        {
            foreach (string directory in created)
                TryDelete(directory);
            throw;
        }
    }

    static void TryDelete(string directory)
    {
        try
        {
            Directory.Delete(directory);
        }
        catch (IOException)
        {
            // Not empty, or never made: someone else's.
        }
    }

    static string FreeDefault(string network)
    {
        for (int number = 1; ; number++)
        {
            string path = InDirectory("runs", $"{network}-{number}");
            if (!Directory.Exists(path) && !File.Exists(path))
                return path;
        }
    }

    static string CacheBeside(string run) =>
        InDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(run).TrimEnd(System.IO.Path.DirectorySeparatorChar)) ?? run, "aotnet-cache");

    static string InDirectory(string directory, string name) => System.IO.Path.Combine(directory, name);
}
