using System.ComponentModel;

namespace AotNet.Runtime;

/// <summary>
/// How a convolution reads its inputs. Window (r, c) has as its element (y, x) the position
/// (StrideY r - Top + DilationY y, StrideX c - Left + DilationX x), zero outside of the image.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class ProbeWindows
{
    /// <summary>Positions, or windows, that all take part in figures of a Gram matrix.</summary>
    const int MostColumns = 10_000;

    /// <summary>Largest step from one that takes part to the next.</summary>
    const int LargestStep = 50;

    /// <summary>Rows of the image.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the image.</summary>
    public required int Width { get; init; }

    /// <summary>Channels of the image.</summary>
    public required int Channels { get; init; }

    /// <summary>Floats from image to image.</summary>
    public required int SampleStride { get; init; }

    /// <summary>Floats from position to position.</summary>
    public required int PositionStride { get; init; }

    /// <summary>Rows of the kernel.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Columns of the kernel.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Rows of the image from window to window.</summary>
    public required int StrideY { get; init; }

    /// <summary>Columns likewise.</summary>
    public required int StrideX { get; init; }

    /// <summary>Rows of the image from row to row of the kernel.</summary>
    public required int DilationY { get; init; }

    /// <summary>Columns likewise.</summary>
    public required int DilationX { get; init; }

    /// <summary>Rows of the first window above the image.</summary>
    public required int Top { get; init; }

    /// <summary>Columns likewise.</summary>
    public required int Left { get; init; }

    /// <summary>Rows of windows.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns of windows.</summary>
    public required int Columns { get; init; }

    /// <summary>Parts that the channels are cut into.</summary>
    public required int Groups { get; init; }

    /// <summary>Whether the Gram matrix is that of patches, (kernel row, kernel column, channel), not that of channels.</summary>
    public required bool ByPatches { get; init; }

    /// <summary>Windows of a sample.</summary>
    internal int Positions => Rows * Columns;

    /// <summary>Values of a sample.</summary>
    internal int Values => Height * Width * Channels;

    /// <summary>Order of the Gram matrix, without the bias.</summary>
    internal int Order => ByPatches ? KernelHeight * KernelWidth * Channels : Channels;

    /// <summary>Every how many of so many columns one takes part, as in the Gram matrices of a step.</summary>
    internal static int StepOf(int columns) => columns > MostColumns ? Math.Min(LargestStep, (columns + MostColumns - 1) / MostColumns) : 1;

    /// <summary>What the Gram matrix is made of: patches, or positions, that take part, each followed by a one where asked for.</summary>
    /// <param name="x">Images.</param>
    /// <param name="samples">Their number.</param>
    /// <param name="ones">Whether the bias takes part.</param>
    /// <param name="count">Rows of the result.</param>
    internal double[] Inputs(float* x, int samples, bool ones, out int count)
    {
        int each = ByPatches ? Positions : Height * Width, step = StepOf(samples * each), width = Order + (ones ? 1 : 0);
        count = (samples * each + step - 1) / step;
        double[] values = new double[checked(count * width)];
        for (int i = 0; i < count; i++)
        {
            int sample = i * step / each, place = i * step % each;
            Span<double> row = values.AsSpan(i * width, width);
            float* image = x + (nint)sample * SampleStride;
            if (ByPatches)
                Patch(image, place / Columns, place % Columns, row);
            else
                Position(image, place / Width, place % Width, row);
            if (ones)
                row[^1] = 1;
        }
        return values;
    }

    void Patch(float* image, int row, int column, Span<double> values)
    {
        for (int tap = 0; tap < KernelHeight * KernelWidth; tap++)
            Position(image, row * StrideY - Top + tap / KernelWidth * DilationY, column * StrideX - Left + tap % KernelWidth * DilationX,
                values[(tap * Channels)..]);
    }

    /// <summary>The channels of a position; zeros, which the values are already, outside of the image.</summary>
    void Position(float* image, int y, int x, Span<double> values)
    {
        if ((uint)y >= (uint)Height || (uint)x >= (uint)Width)
            return;
        float* channels = image + (nint)(y * Width + x) * PositionStride;
        for (int c = 0; c < Channels; c++)
            values[c] = channels[c];
    }
}
