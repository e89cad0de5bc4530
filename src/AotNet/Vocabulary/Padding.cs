namespace AotNet;

/// <summary>
/// What lies around an image while a window moves over it. A number pads all four sides by as many positions,
/// <c>padding: 1</c>; a pair pads top and bottom by the first, left and right by the second.
/// </summary>
public readonly struct Padding
{
    /// <summary>
    /// As many outputs as inputs, divided by the stride and rounded up: half the kernel's reach before the image, rounded
    /// down, and what is missing behind it.
    /// </summary>
    public static Padding Same => throw DeclarationOnly.Error();

    /// <summary>None: the window stays inside the image.</summary>
    public static Padding Valid => throw DeclarationOnly.Error();

    /// <summary>The same on all four sides.</summary>
    /// <param name="positions">Rows and columns added on each side.</param>
    public static implicit operator Padding(int positions) => throw DeclarationOnly.Error();

    /// <summary>One number for each direction.</summary>
    /// <param name="positions">Rows added above and below, then columns added left and right.</param>
    public static implicit operator Padding((int Vertical, int Horizontal) positions) => throw DeclarationOnly.Error();
}
