using AotNet.Compiler;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;
using Xunit;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>The compiled convolutions against the authors' vectors, value by value, to 1e-4 of each array's largest value.</summary>
public sealed class EngineMatchesGoldenImages(EngineMatchesGoldenImages.Networks networks) : IClassFixture<EngineMatchesGoldenImages.Networks>
{
    const double Tolerance = 1e-4;

    /// <summary>Every file and instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(GoldenFile.ImageNames);

    [Theory, MemberData(nameof(Cases))]
    public void Five_steps_and_a_test_batch_agree(string name, EmittedInstructions instructions)
    {
        GoldenFile golden = GoldenFile.Read(name);
        using var run = new EngineRun(networks.Emitted, golden.ImageSpec(), instructions, threads: 2);
        foreach ((string letter, string part) in new[] { ("W", "weight"), ("b", "bias") })
            for (int layer = 0; layer < 2; layer++)
                run.Reference.Tensors[$"conv{layer + 1}.{part}"].Assign(golden.Kernel($"{letter}{layer}_0"));
        run.CopyToEngine();
        run.Engine.Optimizer = OptimizerPresets.Paper(OptimizerKind.Sgd2, (float)golden.Rule.LearningRate, true,
            (float)golden.Rule.WeightDecay, (float)golden.Rule.Paper!.ClipValue) with
        {
            DecorrelateBias = golden.Rule.DecorrelateBias,
            Damping = (float)golden.Rule.Damping,
        };
        var problems = new List<string>();
        void Check(string array, IReadOnlyList<double> actual)
        {
            double error = Errors.Largest(golden.Values(array), actual);
            if (!(error <= Tolerance))
                problems.Add($"{array}: {error:E2}");
        }

        for (int step = 1; step <= 5; step++)
        {
            Check($"loss_{step}", [run.StepEngine(golden.ImageBatch(step)).Loss]);
            if (step is not (1 or 2 or 5))
                continue;
            SafetensorsFile state = run.Engine.SavedState();
            foreach ((string letter, string part) in new[] { ("W", "weight"), ("b", "bias") })
                for (int layer = 0; layer < 2; layer++)
                {
                    string tensor = $"conv{layer + 1}.{part}";
                    Matrix weight = Values(run.Engine.Tensors[tensor]);
                    void Compare(string array, Matrix values) => Check(array, golden.KernelValues(array, values));
                    Compare($"dg{letter.ToLowerInvariant()}{layer}_{step}", Values(run.Engine.Gradients[tensor]));
                    Compare($"{letter}{layer}_{step}", weight);
                    Compare($"m{letter}{layer}_{step}", new Matrix(weight.Rows, weight.Columns, [.. state.Floats("optimizer.first_moment." + tensor).ToArray()]));
                }
            if (golden.HasBatchRms)
                Check($"rmsv0_{step}", Values(run.Engine.Tensors["batchrms1.meansquare"]).Values);
        }
        Batch test = golden.ImageBatch(6);
        Check("test_loss", [run.EvaluateEngine(test).Loss]);
        Check("test_logits", run.Engine.LogitsOf(test, golden.Widths[^1]).Values);
        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    static Matrix Values(NetworkTensor tensor) => new(tensor.Rows, tensor.Columns, [.. tensor.ToArray()]);

    /// <summary>The networks of all files in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(GoldenFile.ImageNames.Select(static name => GoldenFile.Read(name).ImageSpec()));

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
