using System.Globalization;
using AotNet.Training.CommandLine;
using AotNet.Training.Loop;

namespace AotNet.Training.Data.Augmenting;

/// <summary>How samples to learn from are changed at random, each anew in each epoch: the flag --augment.</summary>
sealed class Augmentation
{
    /// <summary>Points by which an image is moved at most, to any side; what moves in is 0.</summary>
    public int Crop { get; set; }

    /// <summary>Whether every other image is mirrored, left to right.</summary>
    public bool Flip { get; set; }

    /// <summary>Most that is added to all values of an image.</summary>
    public float Brightness { get; set; }

    /// <summary>Most by which the distance of values to their mean is stretched or shrunk, as a fraction.</summary>
    public float Contrast { get; set; }

    /// <summary>Side of a square that becomes 0; 0 for none.</summary>
    public int Cutout { get; set; }

    /// <summary>α of the distribution Beta(α, α) of weights at which samples are mixed with others; 0 for none.</summary>
    public float Mixup { get; set; }

    /// <summary>Whether something is done that makes sense for images alone.</summary>
    public bool ChangesImages => Flip || Crop + Cutout + Brightness + Contrast > 0;

    const string CropName = "crop", FlipName = "flip", BrightnessName = "brightness", ContrastName = "contrast", CutoutName = "cutout",
        MixupName = "mixup";

    const string Known = "crop:POINTS, flip, brightness:MOST, contrast:MOST, cutout:POINTS, mixup:ALPHA";

    /// <summary>Reads a list such as <c>crop:4,flip</c>, in any order.</summary>
    /// <exception cref="UsageException">There is no such operation, or its number is wrong.</exception>
    public static Augmentation Parse(string text)
    {
        var parsed = new Augmentation();
        var seen = new List<string>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int colon = part.IndexOf(':');
            string name = colon < 0 ? part : part[..colon], value = colon < 0 ? "" : part[(colon + 1)..];
            if (seen.Contains(name))
                throw new UsageException($"--{RunFlags.Augment}: {name} is given twice.");
            seen.Add(name);
            switch (name)
            {
                case CropName:
                    parsed.Crop = Points(part, value);
                    break;
                case FlipName when colon < 0:
                    parsed.Flip = true;
                    break;
                case BrightnessName:
                    parsed.Brightness = Most(part, value, float.MaxValue, "a number above 0");
                    break;
                case ContrastName:
                    parsed.Contrast = Most(part, value, 1, "a number above 0, at most 1");
                    break;
                case CutoutName:
                    parsed.Cutout = Points(part, value);
                    break;
                case MixupName:
                    parsed.Mixup = Most(part, value, float.MaxValue, "a number above 0");
                    break;
                default:
                    throw new UsageException($"--{RunFlags.Augment}: found '{part}', expected one or several of {Known}, with commas between them.");
            }
        }
        return parsed;
    }

    /// <summary>Reverses <see cref="Parse"/>: in the order in which the operations are done.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        void Add(string name, float value)
        {
            if (value > 0)
                parts.Add(name + ":" + value.ToString("R", CultureInfo.InvariantCulture));
        }
        Add(CropName, Crop);
        if (Flip)
            parts.Add(FlipName);
        Add(BrightnessName, Brightness);
        Add(ContrastName, Contrast);
        Add(CutoutName, Cutout);
        Add(MixupName, Mixup);
        return string.Join(',', parts);
    }

    static int Points(string part, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int points) && points is > 0 and < 1 << 16
        ? points
        : throw Wrong(part, "a whole number of points from 1");

    static float Most(string part, string value, float limit, string expected) =>
        float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float most) && most > 0 && most <= limit
            ? most
            : throw Wrong(part, expected);

    static UsageException Wrong(string part, string expected) =>
        new($"--{RunFlags.Augment}: found '{part}', expected {expected} behind the colon.");
}
