namespace AotNet.Peers.Curvatures;

/// <summary>A convolution over square images, with stride 1 and as many windows as positions.</summary>
/// <param name="Extent">Rows and columns of an image.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Outputs">Channels of the result.</param>
/// <param name="Kernel">Rows and columns of a kernel.</param>
readonly record struct ConvolutionShape(int Extent, int Channels, int Outputs, int Kernel)
{
    public override string ToString() => $"{Extent}x{Extent}, {Channels} to {Outputs}, {Kernel}x{Kernel}";
}
