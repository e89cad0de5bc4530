namespace AotNet.Runtime.Tests.Initialization;

public sealed unsafe class InitializersTests
{
    delegate void Fill(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream);

    static Fill Find(string name) => name switch
    {
        "he" => Initializers.He,
        "glorot" => Initializers.Glorot,
        "lecun" => Initializers.LeCun,
        "orthogonal" => Initializers.Orthogonal,
        "normal" => (weights, inputs, outputs, stride, seed, stream) => Initializers.Normal(0.3f, weights, inputs, outputs, stride, seed, stream),
        _ => Initializers.Zero,
    };

    public static TheoryData<string> Names => ["he", "glorot", "lecun", "orthogonal", "normal", "zero"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Padding_is_zero_and_values_do_not_depend_on_the_stride(string name)
    {
        float[] dense = Draw(name, 7, 10, 10);
        float[] padded = Draw(name, 7, 10, 16);
        for (int row = 0; row < 7; row++)
        {
            Assert.Equal(dense.AsSpan(row * 10, 10), padded.AsSpan(row * 16, 10));
            Assert.All(padded[(row * 16 + 10)..(row * 16 + 16)], value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Seed_and_stream_name_the_values(string name)
    {
        Assert.Equal(Draw(name, 9, 5, 8), Draw(name, 9, 5, 8));
        if (name == "zero")
            return;
        Assert.NotEqual(Draw(name, 9, 5, 8), Draw(name, 9, 5, 8, seed: 12));
        Assert.NotEqual(Draw(name, 9, 5, 8), Draw(name, 9, 5, 8, stream: 4));
    }

    [Theory]
    [InlineData(7, 10)]
    [InlineData(5, 13)]
    [InlineData(300, 17)]
    [InlineData(2, 5000)]
    public void Rows_drawn_apart_are_those_of_the_whole(int inputs, int outputs)
    {
        float[] whole = Draw("he", inputs, outputs, outputs + 3);
        for (int parts = 2; parts <= Math.Min(inputs, 5); parts++)
        {
            float[] values = [.. Enumerable.Repeat(float.NaN, whole.Length)];
            fixed (float* weights = values)
            {
                for (int part = 0; part < parts; part++)
                {
                    WorkerTeam.Split(inputs, part, parts, out int first, out int last);
                    Initializers.Gaussian(weights, first, last, outputs, outputs + 3, 11, 3, Initializers.HeSigma(inputs));
                }
            }
            Assert.Equal(whole, values);
        }
    }

    [Theory]
    [InlineData("he", 2.0 / 300)]
    [InlineData("lecun", 1.0 / 300)]
    [InlineData("glorot", 2.0 / (300 + 200))]
    [InlineData("normal", 0.09)]
    [InlineData("zero", 0)]
    public void Mean_is_zero_and_variance_as_defined(string name, double variance)
    {
        float[] values = Draw(name, 300, 200, 200);
        double mean = values.Average(value => (double)value);
        double found = values.Average(value => (double)value * value);
        double bound = 5 / Math.Sqrt(values.Length);
        Assert.InRange(mean, -bound * Math.Sqrt(variance), bound * Math.Sqrt(variance));
        Assert.InRange(found, variance * (1 - 1.5 * bound), variance * (1 + 1.5 * bound));
    }

    [Fact]
    public void Glorot_stays_within_its_limit_and_reaches_for_it()
    {
        float limit = MathF.Sqrt(6f / 500);
        float[] values = Draw("glorot", 300, 200, 200);
        Assert.InRange(values.Max(), 0.999f * limit, limit);
        Assert.InRange(values.Min(), -limit, -0.999f * limit);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(7, 1)]
    [InlineData(40, 40)]
    [InlineData(64, 23)]
    [InlineData(19, 101)]
    public void The_fewer_of_rows_and_columns_are_orthonormal(int inputs, int outputs)
    {
        float[] w = Draw("orthogonal", inputs, outputs, outputs);
        bool rows = inputs < outputs;
        int count = Math.Min(inputs, outputs), length = Math.Max(inputs, outputs);
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double dot = 0;
                for (int i = 0; i < length; i++)
                    dot += rows ? (double)w[a * outputs + i] * w[b * outputs + i] : (double)w[i * outputs + a] * w[i * outputs + b];
                Assert.Equal(a == b ? 1 : 0, dot, 2e-7);
            }
        }
    }

    [Fact]
    public void Orthogonal_matrices_have_no_preferred_sign()
    {
        // Without the correction of signs, every component on the diagonal would come out negative.
        int positive = 0;
        for (ulong seed = 0; seed < 400; seed++)
            positive += Draw("orthogonal", 3, 3, 3, seed)[0] > 0 ? 1 : 0;
        Assert.InRange(positive, 150, 250);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 16, 15)]
    public void Impossible_extents_are_refused(int inputs, int outputs, int stride)
    {
        foreach (string name in (string[])["he", "glorot", "lecun", "orthogonal", "normal", "zero"])
        {
            Fill fill = Find(name);
            float[] values = new float[64];
            Assert.Throws<ArgumentOutOfRangeException>(() =>
            {
                fixed (float* pointer = values)
                    fill(pointer, inputs, outputs, stride, 0, 0);
            });
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Impossible_deviations_are_refused(float sigma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializers.Normal(sigma, null, 1, 1, 1, 0, 0));

    [Fact]
    public void Values_are_the_same_for_ever()
    {
        float[] he = Draw("he", 2, 2, 2);
        float[] orthogonal = Draw("orthogonal", 2, 2, 2);
        Assert.Equal([1.8155266f, 0.6878015f, 1.2055649f, 0.38683024f], he);
        Assert.Equal([0.93514204f, 0.35427302f, 0.35427302f, -0.93514204f], orthogonal);
    }

    static float[] Draw(string name, int inputs, int outputs, int stride, ulong seed = 11, uint stream = 3)
    {
        float[] values = new float[inputs * stride];
        Array.Fill(values, float.NaN);
        fixed (float* pointer = values)
            Find(name)(pointer, inputs, outputs, stride, seed, stream);
        return values;
    }
}
