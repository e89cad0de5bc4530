namespace AotNet.Training.Data;

/// <summary>The shape of the images that a network takes: rows of points, each with its channels beside each other.</summary>
/// <param name="height">Rows.</param>
/// <param name="width">Points of a row.</param>
/// <param name="channels">Values of a point.</param>
sealed class ImageShape(int height, int width, int channels)
{
    /// <summary>Rows.</summary>
    public int Height => height;

    /// <summary>Points of a row.</summary>
    public int Width => width;

    /// <summary>Values of a point.</summary>
    public int Channels => channels;

    /// <summary>The shape of a network's only input: height x width x channels, or height x width for one channel; else null.</summary>
    public static ImageShape? Of(NetworkInfo network)
    {
        IReadOnlyList<int> shape = network.Inputs[0].Shape;
        return network.Inputs.Count == 1 && shape.Count is 2 or 3 ? new ImageShape(shape[0], shape[1], shape.Count == 2 ? 1 : shape[2]) : null;
    }

    /// <summary>The inputs of a network, for messages.</summary>
    public static string Describe(NetworkInfo network) =>
        string.Join(" + ", network.Inputs.Select(static input => $"{input.Name} {string.Join("x", input.Shape)}"));
}
