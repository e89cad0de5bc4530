using System.Text.Json;

namespace AotNet.Runtime.Tests.Optimization;

/// <summary>The authors' update rules against vectors of their own code (METHOD: quirks of paper mode).</summary>
public sealed unsafe class OptimizerGoldenTests
{
    public static TheoryData<string> Files => ["sgd_so0", "sgd_so1", "adam_so0", "adam_so1", "rmsprop_so0", "adagrad_so1"];

    static Optimizer Settings(string file) => file switch
    {
        "sgd_so0" => OptimizerPresets.Paper(OptimizerKind.Sgd, 0.5f, clip: 0.02f),
        "sgd_so1" => OptimizerPresets.Paper(OptimizerKind.Sgd2, 0.5f, clip: 0.02f),
        "adam_so0" => OptimizerPresets.Paper(OptimizerKind.Adam, 0.01f),
        "adam_so1" => OptimizerPresets.Paper(OptimizerKind.Adam, 0.01f, decorrelate: true),
        "rmsprop_so0" => OptimizerPresets.Paper(OptimizerKind.RmsProp, 0.01f),
        _ => OptimizerPresets.Paper(OptimizerKind.Adagrad, 0.05f, decorrelate: true),
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Paper_presets_reproduce_the_authors_updates(string file)
    {
        Optimizer optimizer = Settings(file);
        optimizer.Validate();
        string path = Path.Combine(AppContext.BaseDirectory, "Optimization", "Golden", file + ".json");
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllText(path));
        foreach (string part in (string[])["W", "b"])
        {
            float[] w = Padded(vectors, part + "_0");
            float[] m = new float[w.Length], v = new float[w.Length];
            for (int step = 1; step <= 2; step++)
            {
                float[] before = [.. w];
                float[] g = Padded(vectors, $"g{part}_{step}");
                var arguments = new UpdateArguments(optimizer, optimizer.LearningRate, step, decay: part == "W");
                fixed (float* pw = w, pg = g, pm = m, pv = v)
                    OptimizerKernels.Update(arguments, pw, pg, pm, pv, w.Length);

                float[] old = Padded(vectors, $"{part}_{step - 1}");
                float[] expected = Padded(vectors, $"{part}_{step}");
                AssertClose(Difference(expected, old), Difference(w, before), $"{file} step of {part}, {step}");
                AssertClose(expected, w, $"{file} {part} after step {step}");
                AssertClose(Padded(vectors, $"m{part}_{step}"), optimizer.KeepsFirstMoment ? m : v, $"{file} moment of {part}, {step}");
            }
        }
    }

    [Fact]
    public void The_authors_have_no_AdamW() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OptimizerPresets.Paper(OptimizerKind.AdamW, 0.1f));

    static float[] Padded(JsonDocument vectors, string name)
    {
        float[] values = [.. vectors.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
        Array.Resize(ref values, (values.Length + 15) / 16 * 16);
        return values;
    }

    static float[] Difference(float[] x, float[] y) => [.. x.Zip(y, (a, b) => a - b)];

    static void AssertClose(float[] expected, float[] found, string what)
    {
        float scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-4f * scale, $"{what}: {found[i]:R} at {i}, expected {expected[i]:R}.");
    }
}
