namespace KeywordSounds;

/// <summary>Synthesises the "words": signals of any pitch and moment, in noise. No recording of anything.</summary>
static class Words
{
    /// <summary>Values a second, and of a sound, which is a second long.</summary>
    public const int Rate = 16000;

    /// <summary>The classes.</summary>
    public static readonly string[] Names = ["beeps", "fall", "noise", "rise", "tone", "warble"];

    /// <summary>One sound of a word.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="random">What makes it different from others.</param>
    public static short[] Make(string name, Noise random)
    {
        // All words share these ranges, so that no loudness, pitch, length or moment gives one away.
        double seconds = random.Between(0.4, 0.8), start = random.Between(0, 1 - seconds);
        double loudness = random.Between(0.1, 0.4), noise = random.Between(0.05, 0.2);
        double pitch = random.Between(400, 2000), span = random.Between(1.4, 2), phase = random.Between(0, 1);
        var sound = new short[Rate];
        for (int i = 0; i < Rate; i++)
        {
            double at = ((double)i / Rate - start) / seconds, signal = 0;
            if (name != "noise" && at is >= 0 and < 1)
            {
                signal = loudness * Envelope(name, at) * Math.Sin(2 * Math.PI * phase);
                phase += pitch * Bend(name, at, seconds, span) / Rate;
            }
            sound[i] = (short)Math.Round(Math.Clamp(signal + noise * random.Gaussian(), -1, 1) * short.MaxValue);
        }
        return sound;
    }

    /// <summary>The pitch at a part of the signal, in multiples of its least.</summary>
    static double Bend(string name, double at, double seconds, double span) => name switch
    {
        "rise" => Math.Pow(span, at),
        "fall" => Math.Pow(span, 1 - at),
        // Six times a second, to the same span.
        "warble" => Math.Pow(span, 0.5 + 0.5 * Math.Sin(2 * Math.PI * 6 * at * seconds)),
        _ => Math.Sqrt(span),
    };

    /// <summary>Swells and fades, which hides the click at the ends; beeps are five such in a row.</summary>
    static double Envelope(string name, double at)
    {
        double part = name == "beeps" ? 5 * at % 1 : at;
        return name == "beeps" && part > 0.6 ? 0 : Math.Min(1, 10 * Math.Min(part, (name == "beeps" ? 0.6 : 1) - part));
    }
}
