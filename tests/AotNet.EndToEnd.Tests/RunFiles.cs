using AotNet.Runtime;
using System.Text.Json;

namespace AotNet.EndToEnd.Tests;

/// <summary>Reads what runs wrote.</summary>
static class RunFiles
{
    /// <summary>The newest checkpoint of a run.</summary>
    public static string Checkpoint(string run) => Path.Combine(run, "checkpoint.safetensors");

    /// <summary>The lines of a run's log.</summary>
    public static JsonElement[] Log(string run) => Lines(run, "log.jsonl");

    /// <summary>The lines of a file of JSON lines of a run.</summary>
    public static JsonElement[] Lines(string run, string file) =>
        [.. File.ReadAllLines(Path.Combine(run, file)).Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Fails unless two checkpoints hold the same tensors, bit for bit, and the same step.</summary>
    public static void AssertEqual(string expected, string actual)
    {
        SafetensorsFile a = SafetensorsFile.Read(expected), b = SafetensorsFile.Read(actual);
        Assert.Equal(a.Names, b.Names);
        Assert.Equal(a.Metadata["aotnet.step"], b.Metadata["aotnet.step"]);
        foreach (string name in a.Names)
        {
            Assert.Equal(a.Shape(name), b.Shape(name));
            ReadOnlySpan<float> x = a.Floats(name), y = b.Floats(name);
            for (int i = 0; i < x.Length; i++)
                Assert.True(BitConverter.SingleToInt32Bits(x[i]) == BitConverter.SingleToInt32Bits(y[i]), $"{name}[{i}]: {x[i]:R} and {y[i]:R}");
        }
    }
}
