namespace AotNet.Runtime;

/// <summary>How the learning rate changes over a run.</summary>
public enum ScheduleKind
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls in a straight line.</summary>
    Linear,

    /// <summary>It falls along half a cosine (Loshchilov and Hutter 2017).</summary>
    Cosine,

    /// <summary>It is multiplied by a factor at equal intervals.</summary>
    Step,

    /// <summary>
    /// In straight lines it falls from a half to a sixth of the highest rate over the first fifth of the run, rises to the
    /// highest over the second, and falls to the end: low rates early, for a network that serves soon, and high ones after, for
    /// one that serves well (after the warm restarts of Loshchilov and Hutter 2017).
    /// </summary>
    Restart,
}

/// <summary>The learning rate as a function of the step: a warm-up in a straight line, then a <see cref="ScheduleKind"/>.</summary>
public sealed record Schedule
{
    // Corners of Restart: parts of the highest rate, and of the run after the warm-up.
    const double FirstPart = 1.0 / 2, LowPart = 1.0 / 6, LowPoint = 0.2, HighPoint = 0.4;

    /// <summary>Course after the warm-up.</summary>
    public ScheduleKind Kind { get; init; }

    /// <summary>Highest rate.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Steps of warm-up: step s has the part (s + 1) / WarmupSteps of the rate that the course after it begins with.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>What linear, cosine and restart fall to at the end, as a part of the highest rate.</summary>
    public float FinalFraction { get; init; }

    /// <summary>Factor between the parts of a step schedule.</summary>
    public float StepFactor { get; init; } = 0.1f;

    /// <summary>Parts of equal length of a step schedule.</summary>
    public int StepParts { get; init; } = 3;

    /// <summary>Learning rate of one step.</summary>
    /// <param name="step">Steps done before it, at least 0; steps beyond the end have the rate of the end.</param>
    /// <param name="totalSteps">Steps of the whole run with the warm-up, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is below its least value.</exception>
    public float RateAt(long step, long totalSteps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        if (step < WarmupSteps)
            return (float)(LearningRate * PartAt(0) * ((step + 1.0) / WarmupSteps));
        double progress = step >= totalSteps ? 1 : (double)(step - WarmupSteps) / (totalSteps - WarmupSteps);
        return (float)(LearningRate * PartAt(progress));
    }

    double PartAt(double progress) => Kind switch
    {
        ScheduleKind.Linear => FinalFraction + (1.0 - FinalFraction) * (1 - progress),
        ScheduleKind.Cosine => FinalFraction + (1.0 - FinalFraction) * (1 + PortableMath.CosineSine(progress / 2).Cosine) / 2,
        ScheduleKind.Step => PortableMath.Power(StepFactor, Math.Min((long)(progress * StepParts), StepParts - 1)),
        ScheduleKind.Restart when progress < LowPoint => Between(FirstPart, LowPart, progress / LowPoint),
        ScheduleKind.Restart when progress < HighPoint => Between(LowPart, 1, (progress - LowPoint) / (HighPoint - LowPoint)),
        ScheduleKind.Restart => Between(1, FinalFraction, (progress - HighPoint) / (1 - HighPoint)),
        _ => 1,
    };

    static double Between(double first, double last, double progress) => first + (last - first) * progress;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message says which, what was found and what is expected.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Kind))
            throw Invalid(nameof(Kind), $"{Kind}", "one of the declared kinds");
        if (!float.IsFinite(LearningRate) || LearningRate <= 0)
            throw Invalid(nameof(LearningRate), $"{LearningRate}", "a finite number above 0");
        if (WarmupSteps < 0)
            throw Invalid(nameof(WarmupSteps), $"{WarmupSteps}", "at least 0");
        if (!(FinalFraction is >= 0 and <= 1))
            throw Invalid(nameof(FinalFraction), $"{FinalFraction}", "a number from 0 to 1");
        if (!(StepFactor is > 0 and <= 1))
            throw Invalid(nameof(StepFactor), $"{StepFactor}", "a number above 0 and at most 1");
        if (StepParts < 1)
            throw Invalid(nameof(StepParts), $"{StepParts}", "at least 1");
    }

    static ArgumentOutOfRangeException Invalid(string property, FormattableString found, string expected) =>
        new(property, FormattableString.Invariant($"{property} of the schedule is {FormattableString.Invariant(found)}, expected {expected}."));
}
