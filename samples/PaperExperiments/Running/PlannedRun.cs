namespace PaperExperiments.Running;

/// <summary>One training run of an experiment.</summary>
/// <param name="Name">Name of its directory, unique within the experiment.</param>
/// <param name="Network">Name of the network class.</param>
/// <param name="Flags">Flags of its trainer, with blanks between them; data, threads and directory are added.</param>
sealed record PlannedRun(string Name, string Network, string Flags);
