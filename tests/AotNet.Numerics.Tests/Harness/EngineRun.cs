using AotNet.Compiler;
using AotNet.Compiler.Graphs;
using AotNet.Compiler.Graphs.Ops;
using AotNet.Compiler.Specification;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>
/// A compiled network beside the reference, both started from the same weights and fed the same batches. Before each call
/// the arena is poisoned, after it the gaps are checked.
/// </summary>
public sealed class EngineRun : IDisposable
{
    readonly ArenaGuard guard;

    /// <summary>Starts both from weights drawn from <paramref name="seed"/>.</summary>
    public EngineRun(EmittedNetworks networks, NetworkSpec spec, EmittedInstructions instructions, int seed = 1, int threads = 1)
    {
        Graph = NetworkBuilder.GraphOf(spec);
        Reference = new ReferenceNetwork(Graph);
        Samples.Fill(Reference, seed);
        Engine = networks.Create(spec, instructions, (ulong)seed, threads);
        Engine.ReversesBlocks = true;
        Engine.KeepsGradients = true;
        Reference.DropoutMask = (node, rows) => DropoutMasks.Draw(node, rows, Engine.Seed, Reference.UpdatesDone);
        guard = new ArenaGuard(Engine, Graph);
        CopyToEngine();
    }

    /// <summary>What both compute.</summary>
    public Graph Graph { get; }

    /// <summary>The oracle.</summary>
    public ReferenceNetwork Reference { get; }

    /// <summary>The compiled network.</summary>
    public CompiledNetwork Engine { get; }

    /// <summary>Gives the engine the reference's learned values and running averages.</summary>
    public void CopyToEngine()
    {
        foreach ((string name, Matrix tensor) in Reference.Tensors)
            Engine.Tensors[name].CopyFrom(Numbers.Floats(tensor));
    }

    /// <summary>One training step of the engine.</summary>
    public BatchResult StepEngine(Batch batch)
    {
        guard.Poison();
        BatchResult result = Engine.StepBatch(Numbers.Inputs(batch), Labels(batch, 0), Targets(batch), Labels(batch, 1), IsClass ? Numbers.Weights(batch) : []);
        guard.Check();
        return result;
    }

    /// <summary>A training step of the engine on each batch: the bits of all losses, then of all tensors.</summary>
    public uint[] TrainEngine(IEnumerable<Batch> batches)
    {
        List<float> values = [.. batches.Select(batch => StepEngine(batch).Loss)];
        values.AddRange(Engine.Tensors.SelectMany(static tensor => tensor.ToArray()));
        return [.. values.Select(BitConverter.SingleToUInt32Bits)];
    }

    /// <summary>Loss and correct answers of the engine in inference mode, the same whether or not it is asked for predictions too.</summary>
    public BatchResult EvaluateEngine(Batch batch)
    {
        float[] outputs = new float[batch.Rows * Graph.Output.Width];
        guard.Poison();
        BatchResult result = Engine.EvaluateBatch(Numbers.Inputs(batch), Labels(batch, 0), Targets(batch));
        guard.Check();
        guard.Poison();
        Assert.Equal(result, Engine.EvaluateBatch(Numbers.Inputs(batch), Labels(batch, 0), Targets(batch), outputs));
        guard.Check();
        Assert.Equal(PredictEngine(batch), outputs);
        return result;
    }

    /// <summary>Predictions of the engine.</summary>
    public float[] PredictEngine(Batch batch)
    {
        guard.Poison();
        float[] outputs = new float[batch.Rows * Graph.Output.Width];
        Engine.PredictBatch(Numbers.Inputs(batch), outputs);
        guard.Check();
        return outputs;
    }

    /// <summary>
    /// One step of both with the engine's optimiser; loss, correct answers, gradients, learned values and running
    /// averages must agree, and so must inference before and after it.
    /// </summary>
    /// <param name="batch">Rows.</param>
    /// <param name="tolerance">Largest normalised error.</param>
    /// <param name="compareUpdates">
    /// Whether learned values after the step are compared: not where a rule divides noise by noise.
    /// </param>
    public void CompareStep(Batch batch, double tolerance, bool compareUpdates = true)
    {
        var comparison = new Comparison(tolerance);
        StepOutcome expected = Reference.Step(batch, Rules.Of(Engine.Optimizer) with { LearningRate = Engine.LearningRate });
        BatchResult actual = StepEngine(batch);
        comparison.Number("loss", expected.Loss, actual.Loss);
        comparison.Exactly("correct", expected.Differentiation.Evaluation.Correct, actual.Correct);
        comparison.Exactly("rows", batch.Rows, actual.Rows);
        double scale = Numbers.RootMeanSquare(expected.Decorrelated.Values);
        foreach ((string name, Matrix gradient) in expected.Decorrelated)
            comparison.Values(name + " gradient", gradient, Engine.Gradients[name].ToArray(), scale);
        foreach ((string name, Matrix tensor) in Reference.Tensors)
        {
            if (compareUpdates || !Reference.Moments.ContainsKey(name))
                comparison.Values(name, tensor, Engine.Tensors[name].ToArray(), scale: 0);
        }
        comparison.Check();
    }

    /// <summary>Inference of both on a batch: loss, correct answers, predictions.</summary>
    /// <param name="batch">Rows.</param>
    /// <param name="tolerance">Largest normalised error.</param>
    /// <param name="compareCorrect">Whether correct answers are compared: not where outputs may be nearly equal.</param>
    public void CompareInference(Batch batch, double tolerance, bool compareCorrect = true)
    {
        var comparison = new Comparison(tolerance);
        Evaluation expected = Reference.Evaluate(batch);
        BatchResult actual = EvaluateEngine(batch);
        comparison.Number("inference loss", expected.Loss, actual.Loss);
        if (compareCorrect)
            comparison.Exactly("inference correct", expected.Correct, actual.Correct);
        comparison.Values("predictions", expected.Predictions, PredictEngine(batch), scale: 0);
        comparison.Check();
    }

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();

    bool IsClass => Graph.Objective.Op is SoftmaxCrossEntropyOp;

    int[] Labels(Batch batch, int column) => IsClass ? Numbers.Classes(batch, column) : [];

    float[] Targets(Batch batch) => IsClass ? [] : Numbers.Floats(batch.Target);
}
