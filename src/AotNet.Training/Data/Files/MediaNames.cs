namespace AotNet.Training.Data.Files;

/// <summary>Which files are images, sounds or archives, by the ends of their names.</summary>
static class MediaNames
{
    /// <summary>Names of the formats that are made of such files.</summary>
    public const string ImagesFormat = "images", WavesFormat = "wav";

    /// <summary>Characters of a manifest that are looked at.</summary>
    const int Beginning = 1 << 12;

    static readonly string[] ImageEnds = [".jpg", ".jpeg", ".png", ".bmp"], WaveEnds = [".wav"], ArchiveEnds = [".tar", ".tar.gz", ".tgz"];

    /// <summary>Whether a file is an image that is read.</summary>
    public static bool IsImage(string name) => EndsWith(name, ImageEnds);

    /// <summary>Whether a file is a sound that is read.</summary>
    public static bool IsWave(string name) => EndsWith(name, WaveEnds);

    /// <summary>Whether a file is a tar archive, plain or compressed.</summary>
    public static bool IsArchive(string name) => EndsWith(name, ArchiveEnds);

    /// <summary>Whether a file is a table that names images or sounds: in its first line, or behind a header in its second.</summary>
    public static bool IsManifest(string path) => NamedIn(path, ImageEnds) || NamedIn(path, WaveEnds);

    /// <summary>The same for one of the formats.</summary>
    public static bool IsManifestOf(string path, string format) => NamedIn(path, format == ImagesFormat ? ImageEnds : WaveEnds);

    static bool EndsWith(ReadOnlySpan<char> name, string[] ends)
    {
        foreach (string end in ends)
        {
            if (name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    static bool NamedIn(string manifest, string[] ends)
    {
        var beginning = new char[Beginning];
        using var reader = new StreamReader(manifest);
        ReadOnlySpan<char> text = beginning.AsSpan(0, reader.ReadBlock(beginning));
        int first = text.IndexOf('\n');
        int second = first < 0 ? -1 : text[(first + 1)..].IndexOf('\n');
        text = second < 0 ? text : text[..(first + 1 + second)];
        while (!text.IsEmpty)
        {
            int end = text.IndexOfAny(",;\t|\r\n");
            if (EndsWith((end < 0 ? text : text[..end]).Trim(" \""), ends))
                return true;
            text = end < 0 ? default : text[(end + 1)..];
        }
        return false;
    }
}
