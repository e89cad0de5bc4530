namespace AotNet;

/// <summary>
/// Two extents of an image, vertical and horizontal: of a kernel, a stride, a dilation. A number stands for both:
/// <c>kernel: 3</c>; a pair for each: <c>kernel: (10, 4)</c>.
/// </summary>
public readonly struct Window
{
    /// <summary>The same extent in both directions.</summary>
    /// <param name="extent">Rows and columns.</param>
    public static implicit operator Window(int extent) => throw DeclarationOnly.Error();

    /// <summary>One extent for each direction.</summary>
    /// <param name="extents">Rows, then columns.</param>
    public static implicit operator Window((int Height, int Width) extents) => throw DeclarationOnly.Error();
}
