using System.ComponentModel;

namespace AotNet.Runtime;

/// <summary>Looks for values that are not finite.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Finite
{
    /// <summary>Whether all of rows x columns values, <paramref name="stride"/> floats from row to row, are finite.</summary>
    public static bool All(float* values, int rows, int columns, int stride)
    {
        for (int r = 0; r < rows; r++)
        {
            foreach (float value in new ReadOnlySpan<float>(values + (nint)r * stride, columns))
            {
                if (!float.IsFinite(value))
                    return false;
            }
        }
        return true;
    }
}
