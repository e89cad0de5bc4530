using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Reference.Optimization;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>The compiled networks against the authors' vectors, value by value, to 1e-4 of each array's largest value.</summary>
public sealed class EngineMatchesGoldenVectors(EngineMatchesGoldenVectors.Networks networks) : IClassFixture<EngineMatchesGoldenVectors.Networks>
{
    const double Tolerance = 1e-4;

    /// <summary>Every file, form of the unblocked ones, and instruction set.</summary>
    public static TheoryData<string, Curvature, EmittedInstructions> Cases
    {
        get
        {
            var cases = new TheoryData<string, Curvature, EmittedInstructions>();
            foreach (string name in GoldenFile.Names)
                foreach (Curvature form in Networks.Forms)
                    foreach (EmittedInstructions instructions in InstructionSets.Available)
                        cases.Add(name, form, instructions);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Five_steps_and_a_test_batch_agree(string name, Curvature form, EmittedInstructions instructions)
    {
        GoldenFile golden = GoldenFile.Read(name);
        using var run = new EngineRun(networks.Emitted, Networks.SpecOf(golden, form), instructions);
        foreach ((string tensor, Matrix start) in Starts(golden))
            run.Reference.Tensors[tensor].Assign(start);
        run.CopyToEngine();
        run.Engine.Optimizer = OptimizerOf(golden.Rule);
        var problems = new List<string>();
        void Check(string array, IReadOnlyList<double> actual)
        {
            double error = Errors.Largest(golden.Values(array), actual);
            if (!(error <= Tolerance))
                problems.Add($"{array}: {error:E2}");
        }
        for (int step = 1; step <= 5; step++)
        {
            Check($"loss_{step}", [run.StepEngine(golden.Batch(step)).Loss]);
            if (step is 1 or 2 or 5)
                CheckTensors(golden, run.Engine, step, Check);
        }
        Batch test = golden.Batch(6);
        Check("test_loss", [run.EvaluateEngine(test).Loss]);
        Check("test_logits", run.Engine.LogitsOf(test, golden.Widths[^1]).Transpose().Values);
        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    static void CheckTensors(GoldenFile golden, CompiledNetwork engine, int step, Action<string, IReadOnlyList<double>> check)
    {
        SafetensorsFile state = engine.SavedState();
        string moment = golden.Rule.Kind is UpdateKind.RmsProp or UpdateKind.Adagrad ? "optimizer.second_moment." : "optimizer.first_moment.";
        for (int layer = 0; layer < golden.DenseLayers; layer++)
        {
            foreach ((string letter, string part) in new[] { ("W", "weight"), ("b", "bias") })
            {
                string tensor = $"dense{layer + 1}.{part}";
                check($"dg{letter.ToLowerInvariant()}{layer}_{step}", Transposed(engine.Gradients[tensor]));
                check($"{letter}{layer}_{step}", Transposed(engine.Tensors[tensor]));
                Matrix shape = golden.Transposed($"{letter}{layer}_0");
                check($"m{letter}{layer}_{step}", new Matrix(shape.Rows, shape.Columns, [.. state.Floats(moment + tensor).ToArray()]).Transpose().Values);
            }
            if (golden.HasBatchRms && layer > 0)
                check($"rmsv{layer - 1}_{step}", Transposed(engine.Tensors[$"batchrms{layer}.meansquare"]));
        }
    }

    static IEnumerable<(string Tensor, Matrix Start)> Starts(GoldenFile golden)
    {
        for (int layer = 0; layer < golden.DenseLayers; layer++)
        {
            yield return ($"dense{layer + 1}.weight", golden.Transposed($"W{layer}_0"));
            yield return ($"dense{layer + 1}.bias", golden.Transposed($"b{layer}_0"));
        }
    }

    static double[] Transposed(NetworkTensor tensor) =>
        new Matrix(tensor.Rows, tensor.Columns, [.. tensor.ToArray()]).Transpose().Values;

    static Optimizer OptimizerOf(AotNet.Reference.Optimization.UpdateRule rule) => OptimizerPresets.Paper(
        rule.Kind switch
        {
            UpdateKind.Sgd => OptimizerKind.Sgd,
            UpdateKind.Sgd2 => OptimizerKind.Sgd2,
            UpdateKind.Adam => OptimizerKind.Adam,
            UpdateKind.RmsProp => OptimizerKind.RmsProp,
            _ => OptimizerKind.Adagrad,
        },
        (float)rule.LearningRate, rule.Decorrelate, (float)rule.WeightDecay,
        rule.Kind == UpdateKind.RmsProp ? 0f : (float)rule.Paper!.ClipValue) with
    {
        Decorrelate = rule.Decorrelate,
        DecorrelateBias = rule.DecorrelateBias,
        Damping = (float)rule.Damping,
    };

    /// <summary>The networks of all files, those of equal structure once, in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Curvature[] Forms = [Curvature.Auto, Curvature.Primal];

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            IEnumerable<NetworkSpec> specs =
                from name in GoldenFile.Names
                from form in Forms
                select SpecOf(GoldenFile.Read(name), form);
            Emitted = EmittedNetworks.Compile(specs.Distinct());
        }

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        internal static NetworkSpec SpecOf(GoldenFile golden, Curvature form)
        {
            NetworkSpec spec = golden.Spec(form);
            string kind = golden.IsBlocked ? "Blocked" : form.ToString();
            return spec with { Name = $"Golden_{string.Join('_', golden.Widths)}_{golden.Activation}_{golden.HasBatchRms}_{kind}" };
        }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}
