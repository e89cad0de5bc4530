using AotNet.Compiler.Graphs;

namespace AotNet.Reference.Meanings;

/// <summary>One element of one window over an image.</summary>
/// <param name="Output">Number of the window, row by row.</param>
/// <param name="Tap">Number of the element in the window, row by row.</param>
/// <param name="Position">Number of the image's position there, row by row; -1 outside of the image.</param>
readonly record struct WindowElement(int Output, int Tap, int Position);

/// <summary>The windows of an op over its input, element by element.</summary>
static class Windows
{
    /// <summary>Every element of every window, elements row by row or <paramref name="byColumns"/>.</summary>
    internal static IEnumerable<WindowElement> Over(WindowShape window, Shape image, bool byColumns = false)
    {
        int outputs = 0;
        for (int row = 0; row < window.Rows(image.Height); row++)
            for (int column = 0; column < window.Columns(image.Width); column++, outputs++)
                foreach (int tap in Enumerable.Range(0, window.Taps).Select(i => byColumns ? i % window.Height * window.Width + i / window.Height : i))
                {
                    int y = row * window.StrideY - window.Top + tap / window.Width * window.DilationY;
                    int x = column * window.StrideX - window.Left + tap % window.Width * window.DilationX;
                    bool inside = y >= 0 && y < image.Height && x >= 0 && x < image.Width;
                    yield return new WindowElement(outputs, tap, inside ? y * image.Width + x : -1);
                }
    }
}
