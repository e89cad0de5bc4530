using ConsoleAppFramework;

namespace KeywordSounds;

static class MakeDataCommand
{
    /// <summary>Writes synthetic sounds to learn from and to test on: DIR/train/WORD/*.wav and DIR/test/WORD/*.wav.</summary>
    /// <param name="directory">Where to; made if it does not exist.</param>
    /// <param name="seed">Seed of all sounds: the same one writes the same files.</param>
    /// <param name="train">Sounds of each word to learn from, at least 1.</param>
    /// <param name="test">Sounds of each word to test on, at least 1.</param>
    public static int Run([Argument] string directory, int seed = 1, int train = 200, int test = 50)
    {
        if (train < 1 || test < 1)
            return Refuse("--train and --test are at least 1.");
        try
        {
            SoundFolders.Write(directory, seed, train, test);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Refuse(problem.Message);
        }
        Console.WriteLine($"{directory}: {train} sounds to learn from and {test} to test on of each of {Words.Names.Length} words; all are synthetic");
        return 0;
    }

    static int Refuse(string message)
    {
        Console.Error.WriteLine($"KeywordSpotting: {message}");
        return 2;
    }
}
