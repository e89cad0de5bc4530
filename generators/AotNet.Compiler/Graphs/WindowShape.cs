namespace AotNet.Compiler.Graphs;

/// <summary>How a window moves over an image: what convolutions and pools share.</summary>
/// <param name="Height">Rows of the window.</param>
/// <param name="Width">Columns of it.</param>
/// <param name="StrideY">Rows from one window to the next.</param>
/// <param name="StrideX">Columns likewise.</param>
/// <param name="DilationY">Rows of the image from one row of the window to the next.</param>
/// <param name="DilationX">Columns likewise.</param>
/// <param name="Padding">Positions around the image.</param>
public sealed record WindowShape(int Height, int Width, int StrideY, int StrideX, int DilationY, int DilationX, WindowPadding Padding)
{
    /// <summary>Elements of the window.</summary>
    public int Taps => Height * Width;

    /// <summary>Rows of the image that a window spans.</summary>
    public int ReachY => (Height - 1) * DilationY + 1;

    /// <summary>Columns of the image that a window spans.</summary>
    public int ReachX => (Width - 1) * DilationX + 1;

    /// <summary>Rows of padding above the image.</summary>
    public int Top => Padding.IsSame ? (ReachY - 1) / 2 : Padding.Vertical;

    /// <summary>Columns of padding left of the image.</summary>
    public int Left => Padding.IsSame ? (ReachX - 1) / 2 : Padding.Horizontal;

    /// <summary>Rows of windows over an image of <paramref name="height"/> rows.</summary>
    public int Rows(int height) => Outputs(height, ReachY, StrideY, Padding.Vertical);

    /// <summary>Columns of windows over an image of <paramref name="width"/> columns.</summary>
    public int Columns(int width) => Outputs(width, ReachX, StrideX, Padding.Horizontal);

    /// <summary>A window of one position, which moves over all of them.</summary>
    public static WindowShape Position { get; } = new(1, 1, 1, 1, 1, 1, default);

    /// <summary>A window over all of an image.</summary>
    public static WindowShape Over(Shape image) => new(image.Height, image.Width, 1, 1, 1, 1, default);

    /// <summary>This window over an image; over a sequence, whose one row it moves along, the horizontal numbers count.</summary>
    /// <param name="image">Shape of one sample.</param>
    public WindowShape For(Shape image) => image.Extents.Count == 3 ? this : this with
    {
        Height = 1,
        StrideY = 1,
        DilationY = 1,
        Padding = Padding with { Vertical = 0 },
    };

    /// <summary>Reads window, stride, padding and dilation; null after reporting a bad one.</summary>
    /// <param name="call">Call.</param>
    /// <param name="first">Argument of the window; stride, padding and dilation follow.</param>
    /// <param name="name">What the call names the window.</param>
    /// <param name="isPool">Whether the stride is the window's extents, and there is no padding, unless given; and no dilation.</param>
    /// <param name="isSequence">Whether the call gives single numbers along a sequence.</param>
    internal static WindowShape? Read(CallReader call, int first, string name, bool isPool, bool isSequence = false)
    {
        int? single = isSequence ? 1 : null;
        (int height, int width) = call.Pair(first, single) ?? (0, 0);
        (int strideY, int strideX) = call.Pair(first + 1, single) ?? (isPool ? (height, width) : (1, 1));
        (int dilationY, int dilationX) = isPool ? (1, 1) : call.Pair(first + 3, single) ?? (1, 1);
        if (WindowPadding.Read(call, first + 2, same: !isPool) is not { } padding)
            return null;
        bool valid = call.AtLeast(first, name, Math.Min(height, width), 1)
            && call.AtLeast(first + 1, "stride", Math.Min(strideY, strideX), 1)
            && (isPool || call.AtLeast(first + 3, "dilation", Math.Min(dilationY, dilationX), 1));
        return valid ? new WindowShape(height, width, strideY, strideX, dilationY, dilationX, padding) : null;
    }

    /// <summary><see cref="For"/> of an image that it fits into; null after reporting that it does not.</summary>
    internal WindowShape? FitTo(Shape image, CallReader call, int argument)
    {
        WindowShape window = For(image);
        if (window.Padding.IsSame || window.Rows(image.Height) > 0 && window.Columns(image.Width) > 0)
            return window;
        call.ReportArgument(GraphError.WindowTooLarge, argument, call.Call.Method, Pair(window.ReachY, window.ReachX),
            Pair(image.Height + 2 * window.Padding.Vertical, image.Width + 2 * window.Padding.Horizontal));
        return null;

        string Pair(int vertical, int horizontal) =>
            image.Extents.Count == 3 ? $"{Literal.Number(vertical)}x{Literal.Number(horizontal)}" : Literal.Number(horizontal);
    }

    /// <summary>Whether <paramref name="image"/> has positions to move over; reports it where it has not.</summary>
    internal static bool IsImage(CallReader call, Shape image)
    {
        bool sequence = call.Call.Method == "Conv1D";
        bool fits = image.Extents.Count == (sequence ? 2 : 3) || image.Extents.Count == 2 && call.Call.Method is not ("Conv" or "DepthwiseConv");
        if (!fits)
            call.ReportOperand(GraphError.NotAnImage, 0, call.Call.Method,
                sequence ? "a sequence of length x channels" : "an image of height x width x channels", image.ToString());
        return fits;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Pair(Height, Width)}{Optional("/", StrideY, StrideX)}{Optional(", dilation ", DilationY, DilationX)}"
        + (Padding.IsSame ? ", same" : Padding is { Vertical: 0, Horizontal: 0 } ? "" : ", padding " + Pair(Padding.Vertical, Padding.Horizontal));

    static string Optional(string prefix, int vertical, int horizontal) => (vertical, horizontal) == (1, 1) ? "" : prefix + Pair(vertical, horizontal);

    static string Pair(int vertical, int horizontal) => $"{Literal.Number(vertical)}x{Literal.Number(horizontal)}";

    int Outputs(int extent, int reach, int stride, int padding)
    {
        if (Padding.IsSame)
            return (extent + stride - 1) / stride;
        long last = (long)extent + 2L * padding - reach;
        return last < 0 ? 0 : (int)Math.Min(last / stride + 1, int.MaxValue);
    }
}

/// <summary>What lies around an image.</summary>
/// <param name="IsSame">Whether there are as many outputs as inputs / stride.</param>
/// <param name="Vertical">Otherwise rows above and below.</param>
/// <param name="Horizontal">Columns left and right.</param>
public readonly record struct WindowPadding(bool IsSame, int Vertical, int Horizontal)
{
    /// <summary>Largest number of positions.</summary>
    const int Most = 1 << 20;

    /// <summary>Reads a padding; null after reporting a bad one.</summary>
    /// <param name="call">Call.</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="same">What it is when left out: same, or none.</param>
    internal static WindowPadding? Read(CallReader call, int argument, bool same)
    {
        if (call.Pair(argument) is not { } given)
            return new WindowPadding(call.Text(argument) is { } name ? name == "Same" : same, 0, 0);
        int least = Math.Min(given.Vertical, given.Horizontal), largest = Math.Max(given.Vertical, given.Horizontal);
        if (least >= 0 && largest <= Most)
            return new WindowPadding(false, given.Vertical, given.Horizontal);
        call.ReportArgument(GraphError.ArgumentOutOfRange, argument, "padding", CallReader.Format(least < 0 ? least : largest),
            $"from 0 to {CallReader.Format(Most)}");
        return null;
    }
}
