using System.Buffers.Binary;

namespace KeywordSounds;

/// <summary>Writes RIFF files of one channel, PCM, 16 bits.</summary>
static class WaveFile
{
    const int Header = 44;

    /// <summary>Writes a sound, over what was there.</summary>
    public static void Write(string path, ReadOnlySpan<short> sound, int rate)
    {
        var file = new byte[Header + 2 * sound.Length];
        "RIFF"u8.CopyTo(file);
        Number(4, file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        Number(16, 16);
        // Coding 1 is PCM, with one channel in the upper half; then bytes a second, bytes a moment and bits a value.
        Number(20, 1 | 1 << 16);
        Number(24, rate);
        Number(28, 2 * rate);
        Number(32, 2 | 16 << 16);
        "data"u8.CopyTo(file.AsSpan(36));
        Number(40, 2 * sound.Length);
        for (int i = 0; i < sound.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(Header + 2 * i), sound[i]);
        File.WriteAllBytes(path, file);

        void Number(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }
}
