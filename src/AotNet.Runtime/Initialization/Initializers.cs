namespace AotNet.Runtime;

/// <summary>
/// Initial weights of a layer: a matrix of inputs x outputs, row-major, each row padded with zeros to a stride. Values
/// depend on shape, seed and stream alone: neither on the stride, nor on threads, nor on the machine.
/// </summary>
public static unsafe class Initializers
{
    /// <summary>N(0, 2 / inputs) (He et al. 2015).</summary>
    /// <param name="weights">inputs x stride floats, all overwritten.</param>
    /// <param name="inputs">Rows, at least 1.</param>
    /// <param name="outputs">Columns, at least 1.</param>
    /// <param name="stride">Floats from one row to the next, at least <paramref name="outputs"/>.</param>
    /// <param name="seed">Seed of the network.</param>
    /// <param name="stream">Number of the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below its least value.</exception>
    public static void He(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream) =>
        Gaussian(weights, inputs, outputs, stride, seed, stream, HeSigma(inputs));

    /// <summary>N(0, 1 / inputs) (LeCun et al. 1998).</summary>
    /// <inheritdoc cref="He"/>
    public static void LeCun(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream) =>
        Gaussian(weights, inputs, outputs, stride, seed, stream, LeCunSigma(inputs));

    /// <summary>N(0, <paramref name="sigma"/>²).</summary>
    /// <param name="sigma">Standard deviation, finite and above zero.</param>
    /// <param name="weights">inputs x stride floats, all overwritten.</param>
    /// <param name="inputs">Rows, at least 1.</param>
    /// <param name="outputs">Columns, at least 1.</param>
    /// <param name="stride">Floats from one row to the next, at least <paramref name="outputs"/>.</param>
    /// <param name="seed">Seed of the network.</param>
    /// <param name="stream">Number of the layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">Sigma is not a standard deviation, or an extent is below its least value.</exception>
    public static void Normal(float sigma, float* weights, int inputs, int outputs, int stride, ulong seed, uint stream)
    {
        if (!float.IsFinite(sigma) || sigma <= 0)
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Expected a finite standard deviation above zero.");
        Gaussian(weights, inputs, outputs, stride, seed, stream, sigma);
    }

    /// <summary>U(-a, a), a = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010).</summary>
    /// <inheritdoc cref="He"/>
    public static void Glorot(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream)
    {
        Check(inputs, outputs, stride);
        double limit = Math.Sqrt(6.0 / ((double)inputs + outputs));
        var random = CounterRandom.FromSeed(seed, stream);
        for (int row = 0; row < inputs; row++)
        {
            float* first = weights + (long)row * stride;
            for (int column = 0; column < outputs; column++)
                first[column] = (float)(limit * (2 * random.NextDouble() - 1));
            new Span<float>(first + outputs, stride - outputs).Clear();
        }
    }

    /// <summary>
    /// A random matrix with orthonormal rows or columns, whichever are fewer, every one equally likely (Saxe et al.
    /// 2014; Mezzadri 2007). Takes time proportional to min(inputs, outputs)² max(inputs, outputs).
    /// </summary>
    /// <inheritdoc cref="He"/>
    public static void Orthogonal(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream)
    {
        Check(inputs, outputs, stride);
        int count = Math.Min(inputs, outputs);
        int length = Math.Max(inputs, outputs);
        using var basis = new OrthonormalBasis(count, length);
        basis.Draw(CounterRandom.FromSeed(seed, stream));
        for (int row = 0; row < inputs; row++)
        {
            float* first = weights + (long)row * stride;
            for (int column = 0; column < outputs; column++)
                first[column] = (float)(inputs < outputs ? basis[row, column] : basis[column, row]);
            new Span<float>(first + outputs, stride - outputs).Clear();
        }
    }

    /// <summary>All weights zero.</summary>
    /// <inheritdoc cref="He"/>
    public static void Zero(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream)
    {
        Check(inputs, outputs, stride);
        for (int row = 0; row < inputs; row++)
            new Span<float>(weights + (long)row * stride, stride).Clear();
    }

    /// <summary>Standard deviation of <see cref="He"/>.</summary>
    internal static double HeSigma(int inputs) => Math.Sqrt(2.0 / inputs);

    /// <summary>Standard deviation of <see cref="LeCun"/>.</summary>
    internal static double LeCunSigma(int inputs) => Math.Sqrt(1.0 / inputs);

    /// <summary>Some rows of a matrix of independent numbers from N(0, <paramref name="sigma"/>²): the values do not depend on which.</summary>
    /// <param name="weights">The whole matrix.</param>
    /// <param name="first">First row to draw.</param>
    /// <param name="last">Row after the last one.</param>
    /// <param name="outputs">Columns.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="seed">Seed of the network.</param>
    /// <param name="stream">Number of the layer.</param>
    /// <param name="sigma">Standard deviation.</param>
    internal static void Gaussian(float* weights, int first, int last, int outputs, int stride, ulong seed, uint stream, double sigma)
    {
        Span<float> block = stackalloc float[256 * GaussianBlock.Unit];
        // Each number of the sequence that lies below goes into one value; a block begins at a multiple of its unit.
        long before = (long)first * outputs;
        int used = (int)(before % GaussianBlock.Unit);
        var random = new CounterRandom(CounterRandom.FromSeed(seed, stream).Key, (ulong)(before - used));
        used += block.Length;
        for (int row = first; row < last; row++)
        {
            var values = new Span<float>(weights + (long)row * stride, stride);
            values[outputs..].Clear();
            for (int column = 0, count; column < outputs; column += count, used += count)
            {
                if (used >= block.Length)
                {
                    GaussianBlock.Fill(ref random, sigma, block);
                    used -= block.Length;
                }
                count = Math.Min(block.Length - used, outputs - column);
                block.Slice(used, count).CopyTo(values[column..]);
            }
        }
    }

    static void Gaussian(float* weights, int inputs, int outputs, int stride, ulong seed, uint stream, double sigma)
    {
        Check(inputs, outputs, stride);
        Gaussian(weights, 0, inputs, outputs, stride, seed, stream, sigma);
    }

    static void Check(int inputs, int outputs, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, outputs);
    }
}
