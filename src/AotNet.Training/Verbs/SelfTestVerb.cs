using AotNet.Runtime;
using AotNet.Training.Loop;

namespace AotNet.Training.Verbs;

/// <summary>The verb <c>self-test</c>: checks of this very binary on this machine, on random batches.</summary>
static class SelfTestVerb
{
    /// <summary>Runs each check and prints a line for it.</summary>
    /// <returns><see cref="ExitCode.Failure"/> when one fails.</returns>
    public static int Run(NetworkFactory factory, bool json, TextWriter output)
    {
        string directory = Path.Combine(Path.GetTempPath(), $"aotnet-self-test-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        try
        {
            (string Name, Func<string?> Check)[] checks =
            [
                ("gradients agree with differences of the loss", () => GradientsAgree(factory, directory)),
                ("results are the same for 1, 2, 3 and 8 threads", () => ThreadsAgree(factory, directory)),
                ("save and load give the same state and the same next step", () => RoundTrips(factory, directory)),
                ("100 steps allocate no managed memory", () => AllocatesNothing(factory)),
            ];
            int failed = 0;
            foreach ((string name, Func<string?> check) in checks)
            {
                string? problem;
                try
                {
                    problem = check();
                }
                catch (NotCheckable obstacle)
                {
                    output.WriteLine(json ? ToJson(name, null, obstacle.Message) : $"no test {name}: {obstacle.Message}");
                    continue;
                }
                output.WriteLine(json ? ToJson(name, problem, null) : problem is null ? $"passed  {name}" : $"FAILED  {name}: {problem}");
                failed += problem is null ? 0 : 1;
            }
            if (!json)
                output.WriteLine(failed == 0 ? $"all {checks.Length} checks passed" : $"{failed} of {checks.Length} checks failed");
            return failed == 0 ? ExitCode.Success : ExitCode.Failure;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    static string ToJson(string name, string? problem, string? obstacle) => JsonText.Object(writer =>
    {
        writer.WriteString("check", name);
        if (obstacle is null)
            writer.WriteBoolean("passed", problem is null);
        else
            writer.WriteString("not_checkable", obstacle);
        if (problem is not null)
            writer.WriteString("problem", problem);
    });

    static string? GradientsAgree(NetworkFactory factory, string directory)
    {
        using ITrainable network = factory.Create(1, 1);
        CompiledNetwork compiled = network.Compiled ?? throw new NotCheckable("the network is a stand-in");
        return new GradientCheck(compiled, StatePath(directory)).Run();
    }

    static string? ThreadsAgree(NetworkFactory factory, string directory)
    {
        byte[]? first = null;
        foreach (int threads in (int[])[1, 2, 3, 8])
        {
            using ITrainable network = factory.Create(1, threads);
            Train(network, factory.Info, steps: 3, firstSeed: 1);
            byte[] state = StateOf(network, directory);
            first ??= state;
            if (!first.AsSpan().SequenceEqual(state))
                return $"{threads} threads give other parameters than 1";
        }
        return null;
    }

    static string? RoundTrips(NetworkFactory factory, string directory)
    {
        using ITrainable original = factory.Create(1, 1);
        using ITrainable restored = factory.Create(2, 1);
        Train(original, factory.Info, steps: 3, firstSeed: 1);
        byte[] saved = StateOf(original, directory);
        restored.ReadState(SafetensorsFile.Read(StatePath(directory)));
        if (!saved.AsSpan().SequenceEqual(StateOf(restored, directory)))
            return "the restored state differs";
        Train(original, factory.Info, steps: 2, firstSeed: 10);
        Train(restored, factory.Info, steps: 2, firstSeed: 10);
        return StateOf(original, directory).AsSpan().SequenceEqual(StateOf(restored, directory)) ? null
            : "after the next steps the restored state differs";
    }

    static string? AllocatesNothing(NetworkFactory factory)
    {
        using ITrainable network = factory.Create(1, 0);
        network.Optimizer = Optimizer.Sgd2();
        var batch = new RandomBatch(factory.Info, factory.Info.Batch, seed: 1);
        for (int step = 0; step < 3; step++)
            network.Step(batch.Inputs, batch.Labels, batch.Targets);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int step = 0; step < 100; step++)
            network.Step(batch.Inputs, batch.Labels, batch.Targets);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        return allocated == 0 ? null : $"{allocated} bytes";
    }

    static void Train(ITrainable network, NetworkInfo info, int steps, int firstSeed)
    {
        network.Optimizer = Optimizer.Sgd2();
        for (int step = 0; step < steps; step++)
        {
            var batch = new RandomBatch(info, info.Batch, firstSeed + step);
            network.Step(batch.Inputs, batch.Labels, batch.Targets);
        }
    }

    static byte[] StateOf(ITrainable network, string directory)
    {
        var writer = new SafetensorsWriter();
        network.WriteState(writer);
        writer.WriteTo(StatePath(directory));
        return File.ReadAllBytes(StatePath(directory));
    }

    static string StatePath(string directory) => Path.Combine(directory, "state.safetensors");

    /// <summary>A check that means nothing for a network, and why.</summary>
    internal sealed class NotCheckable(string reason) : Exception(reason);
}
