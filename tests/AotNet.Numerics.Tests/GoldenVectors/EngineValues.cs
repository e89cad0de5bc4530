using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.GoldenVectors;

/// <summary>What golden files have of a network that the engine gives only by way of files and generated methods.</summary>
static class EngineValues
{
    delegate void Outputs(ReadOnlySpan<float> x, Span<float> output);

    /// <summary>The state of a training network, as checkpoints have it: moments among it.</summary>
    internal static SafetensorsFile SavedState(this CompiledNetwork engine)
    {
        string folder = Directory.CreateTempSubdirectory("aotnet-golden-").FullName;
        try
        {
            string path = Path.Combine(folder, "state.safetensors");
            engine.Save(path);
            return SafetensorsFile.Read(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Outputs before the objective, a row for each sample, in inference.</summary>
    internal static Matrix LogitsOf(this CompiledNetwork engine, Batch batch, int width)
    {
        float[] logits = new float[batch.Rows * width];
        engine.GetType().GetMethod("Outputs")!.CreateDelegate<Outputs>(engine)(Numbers.Inputs(batch), logits);
        return new Matrix(batch.Rows, width, [.. logits]);
    }
}
