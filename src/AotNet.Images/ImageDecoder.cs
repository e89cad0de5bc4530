using AotNet.Training.Data;
using AotNet.Training.Data.Files;
using StbImageSharp;

namespace AotNet.Images;

/// <summary>Makes samples of image files: rows of points, the channels of each beside each other.</summary>
/// <param name="shape">Of the network's input; 1 or 3 channels.</param>
/// <param name="network">Its name, for messages.</param>
sealed class ImageDecoder(ImageShape shape, string network) : MediaDecoder
{
    public override int SampleBytes { get; } = checked(shape.Height * shape.Width * shape.Channels);

    public override string Settings => $"{shape.Height}x{shape.Width}x{shape.Channels}";

    public override void Decode(ReadOnlySpan<byte> file, Span<byte> sample)
    {
        ImageFile.Check(file);
        var stream = new BoundedStream(file.ToArray());
        ImageInfo info = Guarded(() => ImageInfo.FromStream(stream)) ?? throw Damaged();
        // Before anything is decoded: a header may promise any size.
        if (info.Height != shape.Height || info.Width != shape.Width)
        {
            throw new BadFileException($"is {info.Height} high and {info.Width} wide, but network {network} takes {shape.Height} high and {shape.Width} wide; "
                + "scale it");
        }
        stream.Position = 0;
        ImageResult image = Guarded(() => ImageResult.FromStream(stream, ColorComponents.Default));
        if (image.Height != shape.Height || image.Width != shape.Width)
            throw Damaged();
        Copy(image, sample);
    }

    void Copy(ImageResult image, Span<byte> sample)
    {
        int points = shape.Height * shape.Width, components = (int)image.Comp;
        ReadOnlySpan<byte> data = image.Data;
        if (components is < 1 or > 4 || data.Length != points * components)
            throw Damaged();
        bool colour = components >= 3, transparent = components is 2 or 4;
        if (colour && shape.Channels == 1)
            throw new BadFileException($"is in colour, but network {network} takes one channel; make it grey");
        for (int point = 0; point < points; point++)
        {
            ReadOnlySpan<byte> values = data.Slice(point * components, components);
            if (transparent && values[^1] != byte.MaxValue)
                throw new BadFileException("is transparent in places, which networks do not see; lay it over a background");
            Span<byte> target = sample.Slice(point * shape.Channels, shape.Channels);
            if (colour)
                values[..3].CopyTo(target);
            else
                target.Fill(values[0]);
        }
    }

    /// <summary>Turns what the decoder throws into a sentence; it has no one exception for damage.</summary>
    static T Guarded<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            throw Damaged();
        }
    }

    static BadFileException Damaged() => new("is damaged: it cannot be decoded");
}
