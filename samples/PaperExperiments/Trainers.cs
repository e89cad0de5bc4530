using AotNet.Training;
using PaperExperiments.Networks;

namespace PaperExperiments;

/// <summary>The trainer program of each network. Every run of an experiment is a process of its own that is one of them.</summary>
static class Trainers
{
    /// <summary>First word of a command line that is for a trainer: <c>trainer NETWORK VERB ...</c>.</summary>
    public const string Verb = "trainer";

    /// <summary>The same for a process that ends when its standard input does, and so never outlives who started it.</summary>
    public const string AttachedVerb = "attached-trainer";

    static readonly (string Network, Func<string[], int> Run)[] All =
    [
        (nameof(Deep), TrainerHost.Run<Deep>),
        (nameof(DeepPlain), TrainerHost.Run<DeepPlain>),
        (nameof(Contractive10Relu), TrainerHost.Run<Contractive10Relu>),
        (nameof(Contractive10ReluRms), TrainerHost.Run<Contractive10ReluRms>),
        (nameof(Contractive10ModU), TrainerHost.Run<Contractive10ModU>),
        (nameof(Contractive10ModURms), TrainerHost.Run<Contractive10ModURms>),
        (nameof(Contractive20Relu), TrainerHost.Run<Contractive20Relu>),
        (nameof(Contractive20ReluRms), TrainerHost.Run<Contractive20ReluRms>),
        (nameof(Contractive20ModU), TrainerHost.Run<Contractive20ModU>),
        (nameof(Contractive20ModURms), TrainerHost.Run<Contractive20ModURms>),
        (nameof(Contractive20ModUHe), TrainerHost.Run<Contractive20ModUHe>),
        (nameof(Contractive20ModURmsHe), TrainerHost.Run<Contractive20ModURmsHe>),
        (nameof(Mlp), TrainerHost.Run<Mlp>),
        (nameof(MlpWhole), TrainerHost.Run<MlpWhole>),
        (nameof(Default256Relu), TrainerHost.Run<Default256Relu>),
        (nameof(Default512Relu), TrainerHost.Run<Default512Relu>),
        (nameof(DefaultTenRelu), TrainerHost.Run<DefaultTenRelu>),
        (nameof(DefaultTwentyRelu), TrainerHost.Run<DefaultTwentyRelu>),
        (nameof(DefaultTwentyReluRms), TrainerHost.Run<DefaultTwentyReluRms>),
        (nameof(Default256ModU), TrainerHost.Run<Default256ModU>),
        (nameof(Default512ModU), TrainerHost.Run<Default512ModU>),
        (nameof(DefaultTenModU), TrainerHost.Run<DefaultTenModU>),
        (nameof(DefaultTwentyModU), TrainerHost.Run<DefaultTwentyModU>),
        (nameof(DefaultTwentyModURms), TrainerHost.Run<DefaultTwentyModURms>),
        (nameof(CifarAuthors), static args => TrainerHost.Run<CifarAuthors>(args, new ImageFolders(), new CifarBinaries())),
        (nameof(CifarDefault), static args => TrainerHost.Run<CifarDefault>(args, new ImageFolders(), new CifarBinaries())),
    ];

    /// <summary>Runs a network's trainer.</summary>
    /// <param name="arguments">Network, verb of the trainer, its flags.</param>
    /// <param name="attached">Whether the process ends with its standard input.</param>
    /// <returns>The trainer's exit code; 2 when there is no such network.</returns>
    public static int Run(string[] arguments, bool attached)
    {
        if (attached)
            new Thread(EndWithInput) { IsBackground = true }.Start();
        foreach ((string network, Func<string[], int> run) in All)
        {
            if (arguments.Length > 0 && arguments[0] == network)
                return run(arguments[1..]);
        }
        Console.Error.WriteLine($"{Verb} needs a network first, one of {string.Join(", ", All.Select(static entry => entry.Network))}; then a verb such as train or --help.");
        return 2;
    }

    static void EndWithInput()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }
        Environment.Exit(130);
    }
}
