namespace KeywordSounds;

/// <summary>A data set of synthetic sounds as the trainer reads it: a directory a class, below train and test.</summary>
static class SoundFolders
{
    /// <summary>Writes all files; the same arguments write the same bytes.</summary>
    public static void Write(string directory, int seed, int train, int test)
    {
        foreach ((string part, int count) in ((string, int)[])[("train", train), ("test", test)])
        {
            for (int word = 0; word < Words.Names.Length; word++)
            {
                string folder = Directory.CreateDirectory(Path.Combine(directory, part, Words.Names[word])).FullName;
                for (int i = 0; i < count; i++)
                {
                    // A sound depends on its own place alone: asking for more of them changes none.
                    ulong place = ((ulong)(uint)seed << 32) + ((part == "test" ? 1UL : 0) << 31) + ((ulong)word << 24) + (ulong)i;
                    WaveFile.Write(Path.Combine(folder, $"{i:D5}.wav"), Words.Make(Words.Names[word], new Noise(Scramble(place))), Words.Rate);
                }
            }
        }
    }

    /// <summary>Neighbouring places would give SplitMix64 neighbouring states; this sets them far apart.</summary>
    static ulong Scramble(ulong place)
    {
        place = (place ^ place >> 33) * 0xFF51AFD7ED558CCD;
        place = (place ^ place >> 33) * 0xC4CEB9FE1A85EC53;
        return place ^ place >> 33;
    }
}
