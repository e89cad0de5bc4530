namespace AotNet.Training.Loop;

enum ScheduleKind { Constant, Linear, Cosine, Step }

sealed record Schedule(ScheduleKind Kind, float Rate, long Warmup, long Steps)
{
    public float At(long step)
    {
        if (step < Warmup)
            return Rate * (step + 1) / Warmup;
        double t = (double)(step - Warmup) / Math.Max(1, Steps - Warmup);
        return Rate * (float)(Kind switch
        {
            ScheduleKind.Linear => 1 - t,
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * t)),
            ScheduleKind.Step => t < 0.5 ? 1 : t < 0.75 ? 0.1 : 0.01,
            _ => 1,
        });
    }
}
