using AotNet.Compiler.Graphs;

namespace AotNet.Compiler.Planning;

/// <summary>
/// Windows over the images of a buffer. Window (r, c) of <see cref="Rows"/> x <see cref="Columns"/> has as its element
/// (y, x) the position (StrideY r - Top + DilationY y, StrideX c - Left + DilationX x), zero outside of the image.
/// </summary>
/// <param name="Height">Rows of the image.</param>
/// <param name="Width">Columns of it.</param>
/// <param name="Channels">Values of each position that take part.</param>
/// <param name="SampleStride">Floats from image to image.</param>
/// <param name="PositionStride">Floats from position to position.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of it.</param>
/// <param name="StrideY">Rows of the image from window to window.</param>
/// <param name="StrideX">Columns likewise.</param>
/// <param name="DilationY">Rows of the image from row to row of the window.</param>
/// <param name="DilationX">Columns likewise.</param>
/// <param name="Top">Rows of the first window above the image; negative when it starts below its first row.</param>
/// <param name="Left">Columns likewise.</param>
/// <param name="Rows">Rows of windows.</param>
/// <param name="Columns">Columns of windows.</param>
public sealed record PatchGrid(int Height, int Width, int Channels, int SampleStride, int PositionStride, int KernelHeight, int KernelWidth,
    int StrideY, int StrideX, int DilationY, int DilationX, int Top, int Left, int Rows, int Columns)
{
    /// <summary>Floats that may be written behind the last value of a gathered patch, which is copied in whole vectors.</summary>
    internal const int Slack = 16;

    /// <summary>Windows of one image.</summary>
    public int Positions => Rows * Columns;

    /// <summary>Values of a patch: (y, x, channel), channels innermost.</summary>
    public int Terms => KernelHeight * RowTerms;

    /// <summary>Values of one row of a patch.</summary>
    public int RowTerms => KernelWidth * Channels;

    /// <summary>Whether a row of a patch lies in one piece.</summary>
    public bool HasWholeRows => PositionStride == Channels && DilationX == 1;

    /// <summary>Whether patches are the positions themselves, one stride apart: nothing has to be gathered.</summary>
    public bool IsPlain => KernelHeight * KernelWidth == 1 && StrideY * StrideX == 1 && Top == 0 && Left == 0
        && Rows == Height && Columns == Width && SampleStride == Positions * PositionStride;

    /// <summary>Whether windows lie side by side and every position is in one.</summary>
    public bool IsTiling => StrideY == KernelHeight && StrideX == KernelWidth && DilationY * DilationX == 1 && Top == 0 && Left == 0
        && Rows * KernelHeight == Height && Columns * KernelWidth == Width;

    /// <summary>Whether some window reaches beyond the top or the bottom of the image.</summary>
    public bool LeavesRows => Top > 0 || (Rows - 1) * StrideY - Top + (KernelHeight - 1) * DilationY >= Height;

    /// <summary>Whether some window reaches beyond the left or right side of the image.</summary>
    public bool LeavesColumns => Left > 0 || (Columns - 1) * StrideX - Left + (KernelWidth - 1) * DilationX >= Width;

    /// <summary>Rows that windows reach, those outside of the image included.</summary>
    public int PaddedHeight => (Rows - 1) * StrideY + (KernelHeight - 1) * DilationY + 1;

    /// <summary>Columns likewise.</summary>
    public int PaddedWidth => (Columns - 1) * StrideX + (KernelWidth - 1) * DilationX + 1;

    /// <summary>Values of the positions that windows reach.</summary>
    public long PaddedFloats => (long)PaddedHeight * PaddedWidth * Channels;

    /// <summary>The windows of an op over the images of a buffer.</summary>
    /// <param name="window">Window.</param>
    /// <param name="image">Shape of one sample.</param>
    /// <param name="buffer">Samples, by position or one after the other.</param>
    public static PatchGrid Of(WindowShape window, Shape image, Buffer buffer)
    {
        bool byPosition = buffer.PerSample > 1;
        return new PatchGrid(image.Height, image.Width, image.Channels, byPosition ? image.Positions * buffer.Stride : buffer.Stride,
            byPosition || image.Positions == 1 ? buffer.Stride : image.Channels, window.Height, window.Width, window.StrideY, window.StrideX, window.DilationY,
            window.DilationX, window.Top, window.Left, window.Rows(image.Height), window.Columns(image.Width));
    }

    /// <summary>As plans and comments show it: <c>3x3/2x2 of 32x32x3</c>.</summary>
    public override string ToString() =>
        $"{Literal.Number(KernelHeight)}x{Literal.Number(KernelWidth)}"
        + (StrideY * StrideX == 1 ? "" : $"/{Literal.Number(StrideY)}x{Literal.Number(StrideX)}")
        + (DilationY * DilationX == 1 ? "" : $", dilation {Literal.Number(DilationY)}x{Literal.Number(DilationX)},")
        + $" of {Literal.Number(Height)}x{Literal.Number(Width)}x{Literal.Number(Channels)}";

    /// <summary>Everything that distinguishes code over these windows.</summary>
    internal string Key => $"{this} {Literal.Number(SampleStride)} {Literal.Number(PositionStride)} {Literal.Number(DilationY)} "
        + $"{Literal.Number(DilationX)} {Literal.Number(StrideY)} {Literal.Number(StrideX)} {Literal.Number(Top)} {Literal.Number(Left)} {Literal.Number(Rows)} {Literal.Number(Columns)}";
}
