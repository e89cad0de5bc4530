using AotNet.Runtime;
using AotNet.Training.Data;
using AotNet.Training.Loop;

namespace AotNet.Training;

/// <summary>Makes a whole trainer program of a network: <c>return TrainerHost.Run&lt;MyNetwork&gt;(args);</c>.</summary>
public static class TrainerHost
{
    /// <summary>
    /// Runs the verb that <paramref name="args"/> names: train, eval, predict, inspect, info, report, bench or self-test;
    /// <c>--help</c> explains each.
    /// </summary>
    /// <typeparam name="T">A network class completed by the generator.</typeparam>
    /// <param name="args">The program's command line.</param>
    /// <returns>
    /// The exit code: 0 done, 1 a check or the machine failed, 2 a wrong flag or file, 3 the processor lacks the
    /// instruction set, 4 the loss was not finite, 130 interrupted after a checkpoint.
    /// </returns>
    public static int Run<T>(string[] args) where T : CompiledNetwork, INetwork<T> => Run<T>(args, []);

    /// <summary>The same, for a program that reads further formats of data.</summary>
    /// <typeparam name="T">A network class completed by the generator.</typeparam>
    /// <param name="args">The program's command line.</param>
    /// <param name="formats">What the program reads beside IDX and CSV: <c>new CifarBinaries()</c>, <c>new WavFolders()</c>, and of the package AotNet.Images <c>new ImageFolders()</c>.</param>
    /// <returns>The exit code.</returns>
    public static int Run<T>(string[] args, params ReadOnlySpan<DataFormat> formats) where T : CompiledNetwork, INetwork<T> =>
        CommandLine.TrainerProgram.Run(new NetworkFactory(T.Info, static (seed, threads) => new CompiledTrainable(T.Create(seed, threads)))
        {
            Formats = new DataFormats(formats),
        }, args);
}
