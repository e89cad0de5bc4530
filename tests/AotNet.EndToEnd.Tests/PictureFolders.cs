namespace AotNet.EndToEnd.Tests;

/// <summary>A small data set of image files, so that whole runs take seconds.</summary>
static class PictureFolders
{
    /// <summary>Classes, and images of each to learn from and to test on.</summary>
    public const int Classes = 10, Learned = 32, Tested = 6;

    /// <summary>Images are so high and wide.</summary>
    const int Side = 32;

    /// <summary>Writes DIR/train/CLASS/*.jpg and *.png, and DIR/test likewise.</summary>
    public static string WriteTo(string directory)
    {
        Write(directory, "train", Learned, seed: 1);
        Write(directory, "test", Tested, seed: 2);
        return directory;
    }

    /// <summary>Images of noise whose colour tells the class, half of them of each kind of file.</summary>
    static void Write(string directory, string part, int count, int seed)
    {
        var random = new Random(seed);
        for (int label = 0; label < Classes; label++)
        {
            string target = Directory.CreateDirectory(Path.Combine(directory, part, $"colour{label}")).FullName;
            for (int i = 0; i < count; i++)
            {
                bool jpeg = i % 2 == 0;
                // One value a block of 8x8 points in a JPEG, one a point in a PNG.
                var values = new byte[(jpeg ? Side / 8 * (Side / 8) : Side * Side) * 3];
                for (int at = 0; at < values.Length; at++)
                    values[at] = (byte)(Level(label, at % 3) * 70 + 40 + random.Next(60));
                string path = Path.Combine(target, $"{i:00}.{(jpeg ? "jpg" : "png")}");
                File.WriteAllBytes(path, jpeg ? MediaFiles.BlockJpeg(Side, Side, values) : MediaFiles.Png(Side, Side, 3, values));
            }
        }
    }

    /// <summary>0, 1 or 2 in each colour, together different in each class.</summary>
    static int Level(int label, int channel) => channel switch { 0 => label % 3, 1 => label / 3 % 3, _ => label / 9 * 2 };
}
